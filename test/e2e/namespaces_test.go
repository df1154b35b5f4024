package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// TestContainer runs a program as a container would. Its ids and paths mean
// something inside only; its pid outside is known to its parent.
func TestContainer(t *testing.T) {
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	root := filepath.Join(publicDir(t), "root")
	if err := os.Mkdir(root, 0o755); err != nil {
		t.Fatal(err)
	}
	ran := r.run(t, command(t, "container", trigger(t, "target"), root))
	r.stop(t)
	e, w := ran.target(t), ran.single(t)
	compare(t, e, w)
	if e.NamespacePID != 1 || e.PID == 1 || e.ParentPID != ran.pid {
		t.Errorf("process %d (%d inside) of %d, want the first one inside, of %d", e.PID, e.NamespacePID, e.ParentPID, ran.pid)
	}
	if string(e.Executable) != "/bin/app" || string(e.Directory) != "/work" {
		t.Errorf("%s in %s, want the paths inside", e.Executable, e.Directory)
	}
	outside := of[*event.Exec](ran.events)[0]
	if e.PIDNS == outside.PIDNS || e.MountNS == outside.MountNS || e.NetNS == outside.NetNS || e.CgroupNS == outside.CgroupNS {
		t.Errorf("the namespaces are %+v inside and %+v outside", e.Namespaces, outside.Namespaces)
	}
	for _, fork := range of[*event.Fork](ran.events) {
		if fork.Process.Key == e.Process.Key && fork.NamespacePID != 1 {
			t.Errorf("the fork has the pid %d inside, want 1", fork.NamespacePID)
		}
	}
}

// TestUserNamespace runs a program that thinks that it is root: recorded is who it is outside.
func TestUserNamespace(t *testing.T) {
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	cmd := command(t, "target")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: privateUID, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: privateGID, Size: 1}},
		Credential:  &syscall.Credential{Uid: 0, Gid: 0},
	}
	ran := r.run(t, cmd)
	r.stop(t)
	execs := of[*event.Exec](ran.events)
	if len(execs) != 1 {
		t.Fatalf("%d execs were recorded, want 1", len(execs))
	}
	e, w := execs[0], ran.single(t)
	if w.fields["uid"] != "0" || w.fields["gid"] != "0" {
		t.Errorf("inside it is user %s of group %s, want root", w.fields["uid"], w.fields["gid"])
	}
	for name, id := range map[string]string{"uid": "41001", "euid": "41001", "suid": "41001", "gid": "41002", "egid": "41002", "sgid": "41002"} {
		w.fields[name] = id // as the mapping says
	}
	compare(t, e, w)
}

// TestChroot runs a program below another root directory, without /proc: it
// cannot tell its own path, but it was run by an absolute one.
func TestChroot(t *testing.T) {
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	root := publicDir(t)
	if err := os.MkdirAll(filepath.Join(root, "usr/bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	copyFile(t, trigger(t, "target"), filepath.Join(root, "usr/bin/app"))
	cmd := exec.Command("/usr/bin/app", "below")
	cmd.Dir = "/usr"
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	cmd.ExtraFiles = []*os.File{newWitnessFile(t)}
	ran := r.run(t, cmd)
	r.stop(t)
	execs := of[*event.Exec](ran.events)
	if len(execs) != 1 {
		t.Fatalf("%d execs were recorded, want 1", len(execs))
	}
	e, w := execs[0], ran.single(t)
	compareStrings(t, "argv", e.Args, e.ArgCount, w.args)
	if string(e.Executable) != w.fields["execfn"] || string(e.Directory) != "/usr" {
		t.Errorf("%s in %s, want %s in /usr", e.Executable, e.Directory, w.fields["execfn"])
	}
}

// TestCgroup runs a program in a control group of its own.
func TestCgroup(t *testing.T) {
	mount := unifiedHierarchy(t)
	parent := filepath.Join(mount, "exectrail-e2e")
	dir := filepath.Join(parent, "inner.scope")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		testenv.Skip(t, "no control group can be made: %v", err)
	}
	t.Cleanup(func() {
		os.Remove(dir)
		os.Remove(parent)
	})
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)

	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	cmd := command(t, "plain", trigger(t, "target"))
	cmd.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: fd}
	ran := r.run(t, cmd)
	r.stop(t)
	e := ran.target(t)
	if e.CgroupID != st.Ino || string(e.CgroupName) != "inner.scope" || string(e.CgroupParent) != "exectrail-e2e" {
		t.Errorf("the control group is %d, %s in %s, want %d, inner.scope in exectrail-e2e",
			e.CgroupID, e.CgroupName, e.CgroupParent, st.Ino)
	}
}

// unifiedHierarchy returns where cgroup2 is mounted.
func unifiedHierarchy(t *testing.T) string {
	t.Helper()
	for _, dir := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/unified"} {
		var fs unix.Statfs_t
		if unix.Statfs(dir, &fs) == nil && fs.Type == unix.CGROUP2_SUPER_MAGIC {
			return dir
		}
	}
	testenv.Skip(t, "cgroup2 is not mounted")
	return ""
}
