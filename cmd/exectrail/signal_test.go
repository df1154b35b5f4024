package main

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The first Ctrl-C ends a session in order, which takes as long as its output
// takes. The second ends it at once.
func TestSecondInterruptEndsAtOnce(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	// So small that the output does not fit: nobody reads it, so the session hangs in a write.
	if _, err := unix.FcntlInt(w.Fd(), unix.F_SETPIPE_SZ, 4096); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("exectrail", "--replay", "../../testdata/demo.raw", "-o", "json", "--exits", "--quiet")
	cmd.Stdout = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()

	awaitFull(t, r)
	interrupt(t, cmd.Process)
	select {
	case err := <-ended:
		t.Fatalf("the first Ctrl-C lost output: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	interrupt(t, cmd.Process)
	select {
	case err := <-ended:
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
			t.Errorf("ended with %v, want the signal", err)
		}
	case <-time.After(time.Minute):
		_ = cmd.Process.Kill()
		t.Fatal("the second Ctrl-C does not end it")
	}
}

func interrupt(t *testing.T, p *os.Process) {
	t.Helper()
	if err := p.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
}

// awaitFull waits until nothing more goes into the pipe. It need not hold a whole page: what is written at once, and is
// less than that, goes in as a whole or not at all (pipe(7)).
func awaitFull(t *testing.T, r *os.File) {
	t.Helper()
	const settled = 20
	last, same := 0, 0
	for start := time.Now(); time.Since(start) < time.Minute; time.Sleep(10 * time.Millisecond) {
		n, err := unix.IoctlGetInt(int(r.Fd()), unix.TIOCINQ)
		if err != nil {
			t.Fatal(err)
		}
		if same++; n != last || n == 0 {
			last, same = n, 0
		}
		if same == settled {
			return
		}
	}
	t.Fatal("no output comes")
}
