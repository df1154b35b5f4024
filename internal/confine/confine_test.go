package confine

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

// TestAttempts finds what a confined process can do, and what it cannot.
func TestAttempts(t *testing.T) {
	root := os.Geteuid() == 0
	for name, test := range map[string]struct {
		errors map[string]string
		keeps  uint64 // of the capabilities, as root
	}{
		"nothing": {errors: map[string]string{
			"look up a map": unix.EPERM.Error(), "another's executable": "permission denied",
		}},
		"kernel":    {errors: map[string]string{"look up a map": unix.EBADF.Error(), "another's executable": "permission denied"}},
		"processes": {map[string]string{"look up a map": unix.EPERM.Error()}, 1<<unix.CAP_SYS_PTRACE | 1<<unix.CAP_DAC_READ_SEARCH},
		"all":       {map[string]string{"look up a map": unix.EBADF.Error()}, 1<<unix.CAP_SYS_PTRACE | 1<<unix.CAP_DAC_READ_SEARCH},
	} {
		t.Run(name, func(t *testing.T) {
			if !root {
				// A process of this user that may be looked at, by those who may look at none of others.
				test.keeps = 0
				delete(test.errors, "another's executable")
			}
			r := runInside(t, name)
			for attempt, got := range r.Errors {
				want := test.errors[attempt]
				if strings.HasSuffix(attempt, "!") {
					want = unix.EPERM.Error()
				}
				if (want == "") != (got == "") || !strings.HasSuffix(got, want) {
					t.Errorf("%s: %q, want %q", attempt, got, want)
				}
			}
			checkThreads(t, r.Threads, test.keeps, root)
		})
	}
}

// TestChild finds that a confined process can end its child, whoever that runs as, and touches no other.
func TestChild(t *testing.T) {
	for attempt, got := range runInside(t, "child").Errors {
		if want := strings.HasSuffix(attempt, "!"); want != (got == unix.EPERM.Error()) || !want && got != "" {
			t.Errorf("%s: %q", attempt, got)
		}
	}
}

// TestFilter finds that the filter alone refuses what root could do.
func TestFilter(t *testing.T) {
	for attempt, got := range runInside(t, "filter").Errors {
		if forbidden := strings.HasSuffix(attempt, "!"); forbidden && !strings.HasSuffix(got, unix.EPERM.Error()) {
			t.Errorf("%s: %q, want %q", attempt, got, unix.EPERM)
		}
	}
}

// checkThreads compares what the kernel says of each thread.
func checkThreads(t *testing.T, threads []map[string]string, keeps uint64, root bool) {
	t.Helper()
	if len(threads) < 16 {
		t.Errorf("%d threads, and 16 were started", len(threads))
	}
	for _, fields := range threads {
		if fields["NoNewPrivs"] != "1" || fields["Seccomp"] != "2" {
			t.Errorf("thread %s: no_new_privs %s, seccomp %s, want 1 and 2", fields["Pid"], fields["NoNewPrivs"], fields["Seccomp"])
		}
		want := map[string]uint64{"CapEff": keeps, "CapPrm": keeps, "CapInh": 0, "CapAmb": 0}
		if root {
			want["CapBnd"] = 0
		}
		for field, want := range want {
			got, err := strconv.ParseUint(fields[field], 16, 64)
			if field == "CapEff" || field == "CapPrm" {
				got &^= 1 << unix.CAP_BPF // it depends on the kernel: see TestRights
			}
			if err != nil || got != want {
				t.Errorf("thread %s: %s is %s, want %x", fields["Pid"], field, fields[field], want)
			}
		}
	}
}

// TestRights keeps a capability where nothing works without, and only there.
func TestRights(t *testing.T) {
	testenv.NeedsRoot(t)
	for name, want := range map[string]uint64{"rights needed": 1 << unix.CAP_BPF, "rights not needed": 0} {
		for _, fields := range runInside(t, name).Threads {
			for _, field := range []string{"CapEff", "CapPrm"} {
				if got, err := strconv.ParseUint(fields[field], 16, 64); err != nil || got != want {
					t.Errorf("%s: %s is %s, want %x", name, field, fields[field], want)
				}
			}
		}
	}
}

// TestPanic finds that a confined process can still tell of what went wrong in it.
func TestPanic(t *testing.T) {
	for traceback, ended := range map[string]func(syscall.WaitStatus) bool{
		"all":   func(s syscall.WaitStatus) bool { return s.ExitStatus() == 2 },
		"crash": func(s syscall.WaitStatus) bool { return s.Signaled() && s.Signal() == syscall.SIGABRT },
	} {
		out, err := insideCommand(t, "panic", "GOTRACEBACK="+traceback).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || !ended(exit.Sys().(syscall.WaitStatus)) {
			t.Errorf("%s: ended with %v", traceback, err)
		}
		for _, want := range []string{"panic: as asked", "confine.inside(", "inside_test.go:"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: no %q in:\n%s", traceback, want, out)
			}
		}
	}
}

// TestForbidden finds an error for each thing that could not be done, and no
// crash: a process that is confined already may do none of them.
func TestForbidden(t *testing.T) {
	out, err := insideCommand(t, "twice").CombinedOutput()
	for _, want := range []string{"give up capabilities: ", "set no_new_privs: ", "filter system calls: "} {
		if err == nil || !strings.Contains(string(out), want) || strings.Contains(string(out), "panic") {
			t.Errorf("ended with %v and not with %q:\n%s", err, want, out)
		}
	}
}

// TestNames finds each system call in the tables of both architectures, or of the one that has it.
func TestNames(t *testing.T) {
	var oldOnes = map[string]bool{
		"access": true, "epoll_wait": true, "newfstatat": true, "poll": true, "readlink": true, // amd64 only
		"fstatat": true, // what arm64 calls newfstatat
	}
	names := append(anyArguments(), withOlderTwin()...)
	for _, c := range onlyWith(Kernel|Processes|Child, 1, 2) {
		names = append(names, c.Name)
	}
	for _, name := range names {
		_, amd64 := arch.X86_64.SyscallNames[name]
		_, arm64 := arch.AARCH64.SyscallNames[name]
		if oldOnes[name] && amd64 != arm64 {
			continue
		}
		if !amd64 || !arm64 {
			t.Errorf("%s: on amd64 %v, on arm64 %v", name, amd64, arm64)
		}
	}
}
