package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

// ann is a user of a machine on which only what a test starts runs: its files below /etc are others.
const (
	annsUID, annsGID, annsGroup = 41001, 41002, 41003
	annsHome                    = "/home/of/ann"
)

// withAnn has the program run where ann is a user, who may use sudo.
func withAnn(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	dir := publicDir(t)
	var mounts strings.Builder
	for path, content := range map[string]string{
		"/etc/passwd":     fmt.Sprintf("root:*:0:0::/root:/bin/sh\nann:*:%d:%d:Ann:%s:/bin/sh\n", annsUID, annsGID, annsHome),
		"/etc/group":      fmt.Sprintf("root:*:0:\nann:*:%d:\nmore:*:%d:ann\nother:*:41004:bob\n", annsGID, annsGroup),
		"/etc/sudoers":    "Defaults secure_path=\"/usr/sbin:/usr/bin:/sbin:/bin\"\nann ALL=(ALL) NOPASSWD: ALL\n",
		"/etc/pam.d/sudo": "auth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n",
	} {
		if _, err := os.Stat(path); err != nil {
			continue // there is no sudo
		}
		file := filepath.Join(dir, filepath.Base(path))
		must(t, os.WriteFile(file, []byte(content), 0o644))
		fmt.Fprintf(&mounts, "mount --bind %s %s && ", file, path)
	}
	cmd.Path, cmd.Args = "/bin/sh", append([]string{"sh", "-c", mounts.String() + `exec env -u PWD "$@"`, "sh"}, cmd.Args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: unix.CLONE_NEWNS}
}

// newMirrored prepares a run of the mirror, and returns where that writes.
func newMirrored(t *testing.T, flags ...string) (*runSession, string) {
	t.Helper()
	dir := publicDir(t)
	must(t, os.Chmod(dir, 0o777))
	s := newRun(t, append(flags, "--", trigger(t, "mirror"), dir, "status", "environ")...)
	s.Env = []string{"PATH=/bin:/usr/bin:/sbin", "HOME=/root", "USER=root", "LOGNAME=root", "MAIL=/var/mail/root", "KEPT=1"}
	return s, dir
}

// checkIsAnn finds the command to have run as ann, with an environment that has these variables and no others.
func checkIsAnn(t *testing.T, dir string, want ...string) {
	t.Helper()
	for _, line := range []string{
		fmt.Sprintf("\nUid:\t%d\t%[1]d\t%[1]d\t%[1]d\n", annsUID),
		fmt.Sprintf("\nGid:\t%d\t%[1]d\t%[1]d\t%[1]d\n", annsGID),
		fmt.Sprintf("\nGroups:\t%d %d \n", annsGID, annsGroup),
		"\nCapEff:\t0000000000000000\n",
	} {
		if status := readText(t, dir, "status"); !strings.Contains(status, line) {
			t.Errorf("the status has no %q:\n%s", line, status)
		}
	}
	got := strings.Split(strings.TrimSuffix(readText(t, dir, "environ"), "\x00"), "\x00")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the environment is %q, want %q", got, want)
	}
}

func readText(t *testing.T, dir, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, name))
	must(t, err)
	return string(content)
}

// TestRunUser has root run a command as somebody else.
func TestRunUser(t *testing.T) {
	asAnn := []string{"PATH=/bin:/usr/bin:/sbin", "HOME=" + annsHome, "USER=ann", "LOGNAME=ann", "KEPT=1"}
	t.Run("by SUDO_UID", func(t *testing.T) {
		flags := map[string]string{}
		var args []string
		files := publicDir(t)
		for _, flag := range []string{"report", "timeline", "trace", "folded", "learn"} {
			flags[flag] = filepath.Join(files, flag)
			args = append(args, "--"+flag, flags[flag])
		}
		flags["output-file"] = filepath.Join(files, "events")
		args = append(args, "-o", "json", "--output-file", flags["output-file"])
		s, dir := newMirrored(t, args...)
		flags["save"] = s.trail
		must(t, os.WriteFile(flags["trace"], nil, 0o644)) // of root, as it was there before
		s.Env = append(s.Env, fmt.Sprint("SUDO_UID=", annsUID), fmt.Sprint("SUDO_GID=", annsGID), "SUDO_USER=ann", "SUDO_COMMAND=exectrail")
		withAnn(t, s.Cmd)
		s.runs(t, 0)
		checkIsAnn(t, dir, asAnn...)
		for flag, path := range flags {
			var st unix.Stat_t
			must(t, unix.Stat(path, &st))
			uid, gid := uint32(annsUID), uint32(annsGID)
			if flag == "trace" {
				uid, gid = 0, 0
			}
			if st.Uid != uid || st.Gid != gid || st.Mode&0o7777 != 0o600 || st.Size == 0 {
				t.Errorf("the file of --%s has %d bytes, belongs to %d:%d and has mode %o", flag, st.Size, st.Uid, st.Gid, st.Mode)
			}
		}
		if p := &s.recorded(t).Processes[0]; p.UID != annsUID {
			t.Errorf("the command of user %d (%s) was recorded", p.UID, p.User)
		}
	})
	for _, name := range []string{"ann", fmt.Sprint(annsUID)} {
		t.Run("by --user "+name, func(t *testing.T) {
			s, dir := newMirrored(t, "--user", name)
			withAnn(t, s.Cmd)
			s.runs(t, 0)
			checkIsAnn(t, dir, asAnn...)
		})
	}
	t.Run("by --user root below sudo", func(t *testing.T) {
		s, dir := newMirrored(t, "--user", "root")
		s.Env = append(s.Env, fmt.Sprint("SUDO_UID=", annsUID), fmt.Sprint("SUDO_GID=", annsGID), "SUDO_USER=ann")
		withAnn(t, s.Cmd)
		s.runs(t, 0)
		if status := readText(t, dir, "status"); !strings.Contains(status, "\nUid:\t0\t0\t0\t0\n") {
			t.Errorf("the status is\n%s", status)
		}
	})
	t.Run("by sudo", func(t *testing.T) {
		sudo, err := exec.LookPath("sudo")
		if err != nil {
			testenv.Skip(t, "no sudo")
		}
		s, dir := newMirrored(t)
		caller := []string{"PATH=" + dir + ":/bin:/usr/bin", "HOME=" + annsHome, "USER=ann", "LOGNAME=ann", "EDITOR=ed", "LD_LIBRARY_PATH=" + dir}
		s.Env = caller
		s.Args = append([]string{
			"setpriv", fmt.Sprint("--reuid=", annsUID), fmt.Sprint("--regid=", annsGID), fmt.Sprintf("--groups=%d,%d", annsGID, annsGroup),
			sudo, "GIVEN=here",
		}, s.Args...)
		withAnn(t, s.Cmd)
		s.runs(t, 0)
		got := readText(t, dir, "environ")
		// What sudo adds that is no variable of its own, such as TERM and SHELL, is beside the point.
		for _, entry := range append(caller, "GIVEN=here") {
			if !strings.Contains("\x00"+got, "\x00"+entry+"\x00") {
				t.Errorf("the environment has no %s: %q", entry, got)
			}
		}
		if strings.Contains(got, "SUDO_") {
			t.Errorf("the environment is %q", got)
		}
		if status := readText(t, dir, "status"); !strings.Contains(status, fmt.Sprintf("\nGroups:\t%d %d \n", annsGID, annsGroup)) {
			t.Errorf("the status is\n%s", status)
		}
		var st unix.Stat_t
		must(t, unix.Stat(s.trail, &st))
		if st.Uid != annsUID || st.Mode&0o7777 != 0o600 {
			t.Errorf("what was saved belongs to %d and has mode %o", st.Uid, st.Mode)
		}
	})
}

// TestRunWithoutRights has somebody run it who may not record anything.
func TestRunWithoutRights(t *testing.T) {
	command := []string{"--", "sh", "-c", "echo ran >&3; exit 42"}
	for _, test := range []struct {
		name   string
		flags  []string
		status int
		ran    bool
		says   []string
	}{
		{"refused", nil, 1, false, []string{"exectrail: ", "CAP_BPF", "hint: "}},
		{"best effort", []string{"--best-effort"}, 42, true, []string{"cannot record, and runs the command all the same: ", "CAP_BPF"}},
		{"quietly", []string{"--best-effort", "--quiet"}, 42, true, nil},
		{"as another user", []string{"--user", "root"}, 2, false, []string{"only root can run a command as another user"}},
		{"as itself", []string{"--user", fmt.Sprint(nobodyUID), "--best-effort"}, 42, true, nil},
		{"guarded", []string{"--deny", "pid == 1"}, 1, false, []string{"CAP_BPF"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newRun(t, append(slices.Clone(test.flags), command...)...)
			s.SysProcAttr = asNobody()
			s.runs(t, test.status)
			want := []string{}
			if test.ran {
				want = []string{"ran"}
			}
			if got := s.logged(t); !slices.Equal(got, want) {
				t.Errorf("the command wrote %q, want %q", got, want)
			}
			for _, text := range test.says {
				s.says(t, text)
			}
			said := s.said(t)
			if test.says == nil && strings.Contains(test.name, "quietly") && said != "" {
				t.Errorf("it says:\n%s", said)
			}
			if lines := strings.Count(said, "exectrail: "); lines > 1 {
				t.Errorf("it says in %d lines:\n%s", lines, said)
			}
		})
	}
}
