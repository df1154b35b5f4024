package confine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// opened is what a process has before it is confined.
type opened struct {
	read, write *os.File // of a pipe
	file        *os.File
	memory      []byte
}

func prepare() (*opened, error) {
	var o opened
	var err error
	if o.read, o.write, err = os.Pipe(); err != nil {
		return nil, err
	}
	if o.file, err = os.CreateTemp("", "confine-"); err != nil {
		return nil, err
	}
	if err := os.Remove(o.file.Name()); err != nil {
		return nil, err
	}
	o.memory, err = unix.Mmap(-1, 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	return &o, err
}

// attempts returns what is tried in a confined process. Those whose name ends with "!" must fail.
func (o *opened) attempts() map[string]func() error {
	all := o.forbidden()
	for name, attempt := range o.allowed() {
		all[name] = attempt
	}
	return all
}

func (o *opened) forbidden() map[string]func() error {
	elsewhere := filepath.Join(os.TempDir(), "confine-must-not-exist")
	open := func(flags int) func() error {
		return func() error {
			f, err := os.OpenFile(elsewhere, flags, 0o600)
			if err == nil {
				f.Close()
				os.Remove(elsewhere)
			}
			return err
		}
	}
	return map[string]func() error{
		"execute!":          func() error { return unix.Exec("/bin/true", []string{"true"}, nil) },
		"start a program!":  func() error { return exec.Command("/bin/true").Run() },
		"create a socket!":  func() error { return second(unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)) },
		"netlink!":          func() error { return second(unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW, 0)) },
		"create a file!":    open(os.O_CREATE | os.O_RDONLY),
		"write to a file!":  open(os.O_CREATE | os.O_WRONLY),
		"change a file!":    open(os.O_RDWR),
		"truncate a file!":  open(os.O_RDONLY | os.O_TRUNC),
		"make a directory!": func() error { return os.Mkdir(elsewhere, 0o700) },
		"remove a file!":    func() error { return os.Remove(elsewhere) },
		"rename a file!":    func() error { return os.Rename(elsewhere, elsewhere+"2") },
		"give a file away!": func() error { return o.file.Chown(1, 1) },
		"mount!":            func() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") },
		"new namespace!":    func() error { return unix.Unshare(unix.CLONE_NEWUSER) },
		"be another user!":  func() error { return errnoOf(unix.Syscall(unix.SYS_SETRESUID, 1, 1, 1)) },
		"be traced!":        func() error { return errnoOf(unix.Syscall(unix.SYS_PTRACE, unix.PTRACE_TRACEME, 0, 0)) },
		"read a process!": func() error {
			_, err := unix.ProcessVMReadv(os.Getppid(), nil, nil, 0)
			return err
		},
		"signal another!": func() error { return unix.Kill(os.Getppid(), 0) },
		"signal all!":     func() error { return unix.Kill(-1, 0) },
		"signal a thread!": func() error {
			return unix.Tgkill(os.Getppid(), os.Getppid(), 0)
		},
		"memory to run!": func() error { return unix.Mprotect(o.memory, unix.PROT_READ|unix.PROT_EXEC) },
		"new memory to run!": func() error {
			return third(unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON))
		},
		"type for others!":     func() error { return errnoOf(unix.Syscall(unix.SYS_IOCTL, 0, unix.TIOCSTI, 0)) },
		"own a file's signal!": func() error { return second(unix.FcntlInt(0, unix.F_SETOWN, os.Getppid())) },
		"more capabilities!": func() error {
			var all [2]unix.CapUserData
			return unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &all[0])
		},
		"be dumped!":      func() error { return unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0) },
		"watch events!":   func() error { return errnoOf(unix.Syscall6(unix.SYS_PERF_EVENT_OPEN, 0, 0, 0, 0, 0, 0)) },
		"load a program!": func() error { return bpf(unix.BPF_PROG_LOAD) },
		"create a map!":   func() error { return bpf(unix.BPF_MAP_CREATE) },
		"pin!":            func() error { return bpf(unix.BPF_OBJ_PIN) },
		"find a program!": func() error { return bpf(unix.BPF_PROG_GET_FD_BY_ID) },
	}
}

// bpf calls bpf(2) with a descriptor that is not one.
func bpf(command uintptr) error {
	attr := [32]byte{0xff, 0xff, 0xff, 0xff}
	return errnoOf(unix.Syscall(unix.SYS_BPF, command, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr)))
}

func (o *opened) allowed() map[string]func() error {
	return map[string]func() error{
		"look up a map": func() error { return bpf(unix.BPF_MAP_LOOKUP_ELEM) },
		"read files": func() error {
			_, err := os.ReadFile("/etc/passwd")
			return err
		},
		"list a directory": func() error {
			_, err := os.ReadDir("/proc")
			return err
		},
		"another's executable": func() error {
			_, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", os.Getppid()))
			return err
		},
		"write to an open file": func() error {
			_, err := o.file.WriteString("a line\n")
			return err
		},
		"wait with a deadline": func() error {
			if err := o.read.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
				return err
			}
			if _, err := o.read.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
				return fmt.Errorf("the read ended with %w", err)
			}
			return nil
		},
		"wait for another thread": func() error {
			time.AfterFunc(time.Millisecond, func() { _, _ = o.write.WriteString("x") })
			if err := o.read.SetReadDeadline(time.Time{}); err != nil {
				return err
			}
			_, err := o.read.Read(make([]byte, 1))
			return err
		},
		"collect garbage": func() error {
			var keep [][]byte
			for range 64 {
				keep = append(keep, make([]byte, 1<<20))
			}
			runtime.KeepAlive(keep)
			debug.FreeOSMemory()
			return nil
		},
		"preempt": func() error {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			var ran atomic.Bool
			go ran.Store(true)
			for start := time.Now(); !ran.Load(); {
				if time.Since(start) > 10*time.Second {
					return errors.New("a loop keeps others from running")
				}
			}
			return nil
		},
		"signal itself": func() error {
			came := make(chan os.Signal, 1)
			signal.Notify(came, syscall.SIGUSR1)
			defer signal.Stop(came)
			if err := syscall.Kill(os.Getpid(), syscall.SIGUSR1); err != nil {
				return err
			}
			<-came
			return nil
		},
		"recover": func() (err error) {
			defer func() { err = nil; _ = recover() }()
			panic("as asked")
		},
	}
}

func second(_ int, err error) error   { return err }
func third(_ []byte, err error) error { return err }
func errnoOf(_, _ uintptr, errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return errno
}
