package diagnose

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
)

// attempt is an exec for this program, started once more, to fail in.
type attempt struct {
	Name  string // %d stands for the descriptor
	At    bool
	Flags uint32
	// DirFD is the path of what is opened for the descriptor, with OpenFlags; AT_FDCWD without one.
	DirFD     string
	OpenFlags int

	Mounts []mount // in a mount namespace of its own
	Chroot string
	Chdir  string
	Remove bool // the working directory
	User   *syscall.Credential
	// Unbound are capabilities to take from what it may ever get.
	Unbound []uintptr

	NoProcesses bool // are permitted to the user
	BadAddress  bool // in the place of the name
	BadFD       bool // in the place of the descriptor
	ArgSize     int  // length of an argument

	Gone bool // ends at once
}

type mount struct {
	Type, Target string
	Flags        uintptr
	Files        map[string]string // executable ones, made in it
}

// reply is what the kernel said.
type reply struct {
	Errno     uint32
	DirFD     int32
	Directory string
	Error     string
}

const attemptEnv = "EXECTRAIL_DIAGNOSE_ATTEMPT"

func TestMain(m *testing.M) {
	spec := os.Getenv(attemptEnv)
	if spec == "" {
		os.Exit(m.Run())
	}
	var a attempt
	var r reply
	err := json.Unmarshal([]byte(spec), &a)
	if err == nil {
		err = a.execute(&r)
	}
	if err != nil {
		r.Error = err.Error()
	}
	_ = json.NewEncoder(os.Stdout).Encode(r)
	if !a.Gone {
		_, _ = io.Copy(io.Discard, os.Stdin) // until it was diagnosed
	}
}

// execute makes the call. It returns when that has failed, as it should.
func (a *attempt) execute(r *reply) error {
	if err := a.prepare(r); err != nil {
		return err
	}
	name, err := unix.BytePtrFromString(a.filename(r))
	if err != nil {
		return err
	}
	if a.BadAddress {
		name = nil
	}
	argument, err := unix.BytePtrFromString(strings.Repeat("x", a.ArgSize))
	if err != nil {
		return err
	}
	argv := [...]*byte{argument, nil}
	envp := [...]*byte{nil}
	var errno unix.Errno
	if a.At {
		_, _, errno = unix.Syscall6(unix.SYS_EXECVEAT, uintptr(r.DirFD), uintptr(unsafe.Pointer(name)),
			uintptr(unsafe.Pointer(&argv)), uintptr(unsafe.Pointer(&envp)), uintptr(a.Flags), 0)
	} else {
		_, _, errno = unix.Syscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(name)),
			uintptr(unsafe.Pointer(&argv)), uintptr(unsafe.Pointer(&envp)))
	}
	r.Errno = uint32(errno)
	return nil
}

func (a *attempt) filename(r *reply) string {
	return strings.ReplaceAll(a.Name, "%d", strconv.Itoa(int(r.DirFD)))
}

func (a *attempt) prepare(r *reply) (err error) {
	for _, m := range a.Mounts {
		if err := m.make(); err != nil {
			return fmt.Errorf("mount %s: %w", m.Target, err)
		}
	}
	r.DirFD = unix.AT_FDCWD
	if a.BadFD {
		r.DirFD = 9999
	}
	if a.DirFD != "" {
		fd, err := unix.Open(a.DirFD, a.OpenFlags, 0)
		if err != nil {
			return fmt.Errorf("open %s: %w", a.DirFD, err)
		}
		r.DirFD = int32(fd)
	}
	if a.Chroot != "" {
		if err := unix.Chroot(a.Chroot); err != nil {
			return fmt.Errorf("chroot: %w", err)
		}
		a.Chdir = "/" + strings.TrimPrefix(a.Chdir, "/")
	}
	if a.Chdir != "" {
		if err := unix.Chdir(a.Chdir); err != nil {
			return fmt.Errorf("chdir: %w", err)
		}
	}
	if r.Directory, err = os.Getwd(); err != nil {
		return err
	}
	if a.Remove {
		if err := unix.Rmdir(a.Chdir); err != nil {
			return err
		}
	}
	if a.NoProcesses {
		if err := unix.Setrlimit(unix.RLIMIT_NPROC, &unix.Rlimit{}); err != nil {
			return err
		}
	}
	if u := a.User; u != nil {
		groups := make([]int, len(u.Groups))
		for i, g := range u.Groups {
			groups[i] = int(g)
		}
		return errors.Join(syscall.Setgroups(groups), syscall.Setresgid(int(u.Gid), int(u.Gid), int(u.Gid)),
			syscall.Setresuid(int(u.Uid), int(u.Uid), int(u.Uid)))
	}
	return nil
}

func (m *mount) make() error {
	if err := os.MkdirAll(m.Target, 0o755); err != nil {
		return err
	}
	if err := unix.Mount("none", m.Target, m.Type, 0, ""); err != nil {
		return err
	}
	for name, content := range m.Files {
		if err := os.WriteFile(m.Target+"/"+name, []byte(content), 0o755); err != nil {
			return err
		}
	}
	if m.Flags == 0 {
		return nil
	}
	return unix.Mount("none", m.Target, "", unix.MS_REMOUNT|unix.MS_BIND|m.Flags, "")
}

// failed runs an attempt and returns the event of it, filled from /proc. The process lives until the test ends.
func failed(t testing.TB, a attempt) *event.ExecFailed {
	t.Helper()
	spec, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), attemptEnv+"="+string(spec),
		"GORACE=atexit_sleep_ms=0") // or each takes a second to end
	if a.Mounts != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	}
	in, errs := cmd.StdinPipe()
	out, err := cmd.StdoutPipe()
	cmd.Stderr = os.Stderr
	if err := errors.Join(err, errs, a.start(cmd)); err != nil {
		t.Fatal(err)
	}
	ended := false
	t.Cleanup(func() {
		in.Close()
		if !ended {
			_ = cmd.Wait()
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("read what came of the attempt: %v (or the exec succeeded)", err)
	}
	var r reply
	if err := json.Unmarshal(line, &r); err != nil || r.Error != "" {
		t.Fatalf("%v%s", err, r.Error)
	}
	e := eventOf(t, &a, r, cmd.Process.Pid)
	if a.Gone {
		_ = cmd.Wait()
		ended = true
	}
	return e
}

// start starts the command from a thread that has given up what the attempt must not have.
func (a *attempt) start(cmd *exec.Cmd) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked, so that the thread ends
		for _, c := range a.Unbound {
			if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); err != nil {
				started <- fmt.Errorf("drop a capability: %w", err)
				return
			}
		}
		started <- cmd.Start()
	}()
	return <-started
}

func eventOf(t testing.TB, a *attempt, r reply, pid int) *event.ExecFailed {
	t.Helper()
	proc := "/proc/" + strconv.Itoa(pid)
	e := &event.ExecFailed{Errno: r.Errno, At: a.At, DirFD: r.DirFD, Flags: a.Flags}
	e.Filename, e.Directory, e.DirectoryDeleted = []byte(a.filename(&r)), []byte(r.Directory), a.Remove
	e.PID, e.SharesRoot = uint32(pid), a.Chroot == "" && len(a.Mounts) == 0
	if a.Gone { // it is a child of this process, and may have ended by now
		proc = "/proc/self"
	}
	var stat unix.Stat_t
	for name, number := range map[string]*uint32{"user": &e.UserNS} {
		if err := unix.Stat(proc+"/ns/"+name, &stat); err != nil {
			t.Fatal(err)
		}
		*number = uint32(stat.Ino)
	}
	status, err := os.ReadFile(proc + "/status")
	if err != nil {
		t.Fatal(err)
	}
	number := func(text string, base int) uint64 {
		n, err := strconv.ParseUint(text, base, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for line := range strings.Lines(string(status)) {
		switch f := strings.Fields(line); f[0] {
		case "Uid:":
			e.UID, e.EUID = uint32(number(f[1], 10)), uint32(number(f[2], 10))
		case "Gid:":
			e.GID, e.EGID = uint32(number(f[1], 10)), uint32(number(f[2], 10))
		case "CapEff:":
			e.CapEffective = number(f[1], 16)
		}
	}
	line, err := os.ReadFile(proc + "/stat")
	if err != nil {
		t.Fatal(err)
	}
	ticks := number(strings.Fields(string(line[strings.LastIndexByte(string(line), ')'):]))[20], 10)
	e.Process = &event.Process{Key: event.Key{PID: e.PID, Start: ticks*uint64(userTick) + 123}}
	return e
}

func newDiagnoser(t testing.TB) *Diagnoser {
	t.Helper()
	d, err := New("/proc")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// check makes the attempt fail, and compares the error of the kernel and the diagnosis.
func check(t *testing.T, a attempt, errno unix.Errno, cause event.FailureCause, detail string) {
	t.Helper()
	compare(t, failed(t, a), errno, cause, detail)
}

func compare(t *testing.T, e *event.ExecFailed, errno unix.Errno, cause event.FailureCause, detail string) {
	t.Helper()
	if unix.Errno(e.Errno) != errno {
		t.Fatalf("the kernel says %v, want %v", unix.Errno(e.Errno), errno)
	}
	d := newDiagnoser(t)
	open := openFiles(t)
	gotCause, gotDetail := d.Diagnose(e)
	if left := openFiles(t) - open; left != 0 {
		t.Errorf("%d files were left open", left)
	}
	if gotCause != cause || gotDetail != detail {
		t.Errorf("%v: cause %d %q, want %d %q", errno, gotCause, gotDetail, cause, detail)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
