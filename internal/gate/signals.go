package gate

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Ignored returns the signals that this process ignores, in which it says what it was started with, as by nohup(1). It has to be called
// before any use of package os/signal, since a command is to begin as if nobody stood between.
//
// Of SIGHUP, SIGINT and the signals of job control that is the truth. Others, such as SIGQUIT and SIGPIPE, Go's runtime has
// taken over already, and they come as if they had not been ignored.
func Ignored() []unix.Signal {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return nil
	}
	_, rest, _ := bytes.Cut(status, []byte("\nSigIgn:"))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	mask, err := strconv.ParseUint(string(bytes.TrimSpace(line)), 16, 64)
	if err != nil {
		return nil
	}
	var signals []unix.Signal
	for s := unix.Signal(1); s <= 64; s++ {
		if mask>>(s-1)&1 != 0 {
			signals = append(signals, s)
		}
	}
	return signals
}

// ignore has this process, and the command that it becomes, ignore signals. Package os/signal cannot: Go's handler would
// stand in for it, and is gone after the exec.
func ignore(signals []unix.Signal) error {
	for _, s := range signals {
		// struct sigaction of the kernel: handler, flags, restorer, mask. SIG_IGN is 1.
		action := [4]uint64{1}
		const sizeOfMask = 8
		if _, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(&action)), 0, sizeOfMask, 0, 0); errno != 0 {
			return fmt.Errorf("ignore signal %d: %w", s, errno)
		}
	}
	return nil
}
