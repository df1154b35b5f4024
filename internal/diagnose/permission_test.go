package diagnose

import (
	"encoding/binary"
	"os"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

func needsRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		testenv.Skip(t, "must be run as root: to act as another user")
	}
}

// Ids that nobody has here.
const (
	someUser, someGroup, otherGroup = 41001, 41002, 41003
)

// acl returns an access control list in which the owner may do everything.
func acl(entries ...accessEntry) []byte {
	list := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range append([]accessEntry{{0x01, 7, ^uint32(0)}}, entries...) {
		list = binary.LittleEndian.AppendUint16(list, e.tag)
		list = binary.LittleEndian.AppendUint16(list, e.permissions)
		list = binary.LittleEndian.AppendUint32(list, e.id)
	}
	return list
}

func TestPermissions(t *testing.T) {
	needsRoot(t)
	f := newFolder(t)
	as := func(name string) attempt {
		return attempt{Name: name, User: &syscall.Credential{Uid: someUser, Gid: someGroup, Groups: []uint32{otherGroup}}}
	}
	owned := func(name string, mode os.FileMode, uid, gid int) string {
		f.file(name, "#!"+f.in("missing")+"\n")
		f.must(os.Chown(f.in(name), uid, gid))
		return f.mode(name, mode)
	}
	listed := func(name string, entries ...accessEntry) string {
		owned(name, 0o777, 0, 0)
		f.must(unix.Setxattr(f.in(name), "system.posix_acl_access", acl(entries...), 0))
		return f.in(name)
	}
	none := ^uint32(0)
	owned("shut/in/file", 0o777, 0, 0)
	f.mode("shut", 0o700)
	f.file("script", "#!"+owned("interpreter", 0o644, 0, 0)+"\n")
	f.file("deep", "#!"+f.in("shut/in/file")+"\n")
	f.file("mask/file", "#!"+f.in("missing"))
	f.must(unix.Setxattr(f.in("mask"), "system.posix_acl_access",
		acl(accessEntry{aclUser, 4, someUser}, accessEntry{aclGroupObj, 5, none}, accessEntry{aclMask, 7, none}, accessEntry{aclOther, 5, none}), 0))
	type outcome struct {
		a      attempt
		errno  unix.Errno
		cause  event.FailureCause
		detail string
	}
	refused := func(name string) outcome { return outcome{as(name), unix.EACCES, event.CauseNoPermission, ""} }
	// Permitted, so that the kernel goes on to the interpreter, which is missing.
	permitted := func(name string) outcome {
		return outcome{as(name), unix.ENOENT, event.CauseNoScriptInterpreter, f.in("missing")}
	}
	for name, test := range map[string]outcome{
		"nobody":              refused(owned("1", 0o644, 0, 0)),
		"root":                {attempt{Name: owned("2", 0o666, someUser, someUser)}, unix.EACCES, event.CauseNoPermission, ""},
		"root may":            {attempt{Name: owned("2a", 0o100, someUser, someUser)}, unix.ENOENT, event.CauseNoScriptInterpreter, f.in("missing")},
		"owner":               refused(owned("3", 0o677, someUser, 0)),
		"owner may":           permitted(owned("4", 0o100, someUser, 0)),
		"group":               refused(owned("5", 0o767, 0, someGroup)),
		"group may":           permitted(owned("6", 0o710, 0, someGroup)),
		"supplementary":       refused(owned("7", 0o767, 0, otherGroup)),
		"supplementary may":   permitted(owned("8", 0o710, 0, otherGroup)),
		"others":              refused(owned("9", 0o776, 0, 0)),
		"search":              {as(f.in("shut/in/file")), unix.EACCES, event.CauseNoSearch, f.in("shut")},
		"search by list":      {as(f.in("mask/file")), unix.EACCES, event.CauseNoSearch, f.in("mask")},
		"interpreter":         {as(f.in("script")), unix.EACCES, event.CauseInterpreterRefused, f.in("interpreter")},
		"interpreter, search": {as(f.in("deep")), unix.EACCES, event.CauseInterpreterRefused, f.in("shut/in/file")},
		"list: user": refused(listed("10", accessEntry{aclUser, 6, someUser}, accessEntry{aclGroupObj, 7, none},
			accessEntry{aclMask, 7, none}, accessEntry{aclOther, 7, none})),
		"list: user may": permitted(listed("11", accessEntry{aclUser, 1, someUser}, accessEntry{aclGroupObj, 0, none},
			accessEntry{aclMask, 7, none}, accessEntry{aclOther, 0, none})),
		"list: mask": refused(listed("12", accessEntry{aclUser, 7, someUser}, accessEntry{aclGroupObj, 7, none},
			accessEntry{aclMask, 6, none}, accessEntry{aclOther, 7, none})),
		"list: group": refused(listed("13", accessEntry{aclGroupObj, 7, none}, accessEntry{aclGroup, 6, otherGroup},
			accessEntry{aclMask, 7, none}, accessEntry{aclOther, 7, none})),
		"list: other": refused(listed("14", accessEntry{aclUser, 7, 1}, accessEntry{aclGroupObj, 7, none},
			accessEntry{aclMask, 7, none}, accessEntry{aclOther, 6, none})),
	} {
		t.Run(name, func(t *testing.T) { check(t, test.a, test.errno, test.cause, test.detail) })
	}
	t.Run("processes", func(t *testing.T) {
		a := as(f.in("4"))
		a.NoProcesses = true
		check(t, a, unix.EAGAIN, event.CauseProcessLimit, "")
	})
	t.Run("gone", func(t *testing.T) {
		// In which groups it was is not known, and they decide.
		a := as(f.in("7"))
		a.Gone = true
		e := failed(t, a)
		e.EUID, e.EGID, e.CapEffective = someUser, someGroup, 0
		if cause, _ := newDiagnoser(t).Diagnose(e); cause != event.CauseUnknown {
			t.Errorf("cause %d", cause)
		}
	})
	t.Run("policy", func(t *testing.T) {
		// As if a security module had refused what nothing else forbids.
		e := failed(t, attempt{Name: f.in("missing")})
		for errno, want := range map[unix.Errno]event.FailureCause{
			unix.EACCES: event.CauseSecurityModule, unix.EPERM: event.CauseSecurityModule, unix.ENOENT: event.CauseUnknown,
		} {
			e.Filename, e.Errno = []byte("/bin/sh"), uint32(errno)
			if cause, detail := newDiagnoser(t).Diagnose(e); cause != want || detail != "" {
				t.Errorf("%v: cause %d %q, want %d", errno, cause, detail, want)
			}
		}
	})
}

func TestFileCapabilities(t *testing.T) {
	needsRoot(t)
	f := newFolder(t)
	binary, err := os.ReadFile("/bin/true")
	f.must(err)
	f.file("program", string(binary))
	// cap_sys_admin+ep for a caller who cannot have it.
	value := []byte{1, 0, 0, 2, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	f.must(unix.Setxattr(f.in("program"), "security.capability", value, 0))
	check(t, attempt{Name: f.in("program"), Unbound: []uintptr{unix.CAP_SYS_ADMIN}}, unix.EPERM, event.CauseFileCapabilities, "")
}

func TestMounts(t *testing.T) {
	needsRoot(t)
	f := newFolder(t)
	f.file("outside", "#!"+f.in("mnt/interpreter")+"\n")
	files := map[string]string{"file": "#!/bin/sh\n", "interpreter": "#!/bin/sh\n", "script": "#!" + f.in("missing")}
	tmpfs := func(flags uintptr) []mount {
		return []mount{{Type: "tmpfs", Target: f.in("mnt"), Flags: flags, Files: files}}
	}
	for name, test := range map[string]struct {
		a      attempt
		errno  unix.Errno
		cause  event.FailureCause
		detail string
	}{
		"noexec": {attempt{Name: f.in("mnt/file"), Mounts: tmpfs(unix.MS_NOEXEC)}, unix.EACCES, event.CauseNoExecMount, ""},
		"interpreter": {
			attempt{Name: f.in("outside"), Mounts: tmpfs(unix.MS_NOEXEC)}, unix.EACCES, event.CauseNoExecMount, f.in("mnt/interpreter"),
		},
		"inside": {
			attempt{Name: f.in("mnt/script"), Mounts: tmpfs(0)}, unix.ENOENT, event.CauseNoScriptInterpreter, f.in("missing"),
		},
		"missing": {attempt{Name: f.in("mnt/no"), Mounts: tmpfs(0)}, unix.ENOENT, event.CauseNoFile, ""},
		"gone":    {attempt{Name: f.in("mnt/script"), Mounts: tmpfs(0), Gone: true}, unix.ENOENT, event.CauseUnknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := failed(t, test.a)
			compare(t, e, test.errno, test.cause, test.detail)
		})
	}
}

// TestChroot follows links as somebody below another root directory does.
func TestChroot(t *testing.T) {
	needsRoot(t)
	f := newFolder(t)
	f.file("root/bin/script", "#!/bin/sh\n") // which is missing there
	f.link("root/absolute", "/bin/script")
	f.link("root/relative", "../../../../../../bin/script")
	f.link("root/outside", f.in("root/bin/script"))
	f.link("root/dir", "/bin/..")
	f.must(os.MkdirAll(f.in("root/proc"), 0o755))
	for name, test := range map[string]struct {
		name, chdir string
		cause       event.FailureCause
		detail      string
	}{
		"script":        {"/bin/script", "", event.CauseNoScriptInterpreter, "/bin/sh"},
		"absolute link": {"/absolute", "", event.CauseNoScriptInterpreter, "/bin/sh"},
		"relative link": {"/relative", "", event.CauseNoScriptInterpreter, "/bin/sh"},
		"link outside":  {"/outside", "", event.CauseBrokenLink, f.in("root/bin/script")},
		"directory":     {"/dir/absolute", "", event.CauseNoScriptInterpreter, "/bin/sh"},
		"up":            {"../../../bin/script", "bin", event.CauseNoScriptInterpreter, "/bin/sh"},
		"missing":       {"/usr/bin/env", "", event.CauseNoFile, "/usr"},
		"only outside":  {"/bin/ls", "", event.CauseNoFile, ""},
		"below":         {"script", "bin", event.CauseNoScriptInterpreter, "/bin/sh"},
	} {
		t.Run(name, func(t *testing.T) {
			check(t, attempt{Name: test.name, Chroot: f.in("root"), Chdir: test.chdir}, unix.ENOENT, test.cause, test.detail)
		})
	}
	t.Run("its own proc", func(t *testing.T) {
		a := attempt{Name: "/proc/self/root/absolute", Chroot: f.in("root"), Mounts: []mount{{Type: "proc", Target: f.in("root/proc")}}}
		check(t, a, unix.ENOENT, event.CauseNoScriptInterpreter, "/bin/sh")
	})
}

// TestCapabilities diagnoses what another user did, with the capabilities that are documented, and with none.
func TestCapabilities(t *testing.T) {
	needsRoot(t)
	f := newFolder(t)
	f.file("root/shut/script", "#!/bin/sh\n")
	f.must(os.Chown(f.in("root/shut"), someUser, someGroup))
	f.must(os.Chown(f.in("root/shut/script"), someUser, someGroup))
	f.mode("root/shut", 0o700)
	f.mode("root/shut/script", 0o700)
	e := failed(t, attempt{Name: "/shut/script", Chroot: f.in("root"), User: &syscall.Credential{Uid: someUser, Gid: someGroup}})
	visible := failed(t, attempt{Name: "/no/such/file", User: &syscall.Credential{Uid: someUser, Gid: someGroup}})
	for name, test := range map[string]struct {
		capabilities uint32
		want         event.FailureCause
	}{
		"both":               {1<<unix.CAP_SYS_PTRACE | 1<<unix.CAP_DAC_READ_SEARCH, event.CauseNoScriptInterpreter},
		"cannot enter /proc": {1 << unix.CAP_DAC_READ_SEARCH, event.CauseUnknown},
		"cannot read":        {1 << unix.CAP_SYS_PTRACE, event.CauseUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDiagnoser(t)
			limited(t, test.capabilities, func() {
				if cause, detail := d.Diagnose(e); cause != test.want {
					t.Errorf("cause %d %q, want %d", cause, detail, test.want)
				}
				if cause, detail := d.Diagnose(visible); cause != event.CauseNoFile || detail != "/no" {
					t.Errorf("a missing directory: cause %d %q", cause, detail)
				}
			})
		})
	}
}

// limited calls f as an ordinary user with some capabilities.
func limited(t *testing.T, capabilities uint32, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked, so that the thread ends
		for _, call := range [][2]uintptr{{unix.SYS_SETRESGID, 65534}, {unix.SYS_SETRESUID, 65534}} {
			if call[0] == unix.SYS_SETRESUID {
				if err := unix.Prctl(unix.PR_SET_KEEPCAPS, 1, 0, 0, 0); err != nil {
					t.Error(err)
				}
			}
			if _, _, errno := unix.RawSyscall(call[0], call[1], call[1], call[1]); errno != 0 {
				t.Error(errno)
			}
		}
		data := [2]unix.CapUserData{{Effective: capabilities, Permitted: capabilities}}
		if err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &data[0]); err != nil {
			t.Error(err)
		}
		f()
	}()
	<-done
}
