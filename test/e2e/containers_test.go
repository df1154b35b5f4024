package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

const (
	containerID = "3f2a9c0d7b6e51488f0c2d4e6a8b1c3d5e7f9012a4b6c8d0e2f4a6b8c0d2e4f6"
	podUID      = "1c2d3e4f-5a6b-4c8d-9e0f-a1b2c3d4e5f6"
)

// TestContainerNames runs a program of 5 ms in control groups with the names that each runtime gives them. They are
// removed before the events are looked at.
func TestContainerNames(t *testing.T) {
	mount := unifiedHierarchy(t)
	slice := "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + strings.ReplaceAll(podUID, "-", "_") + ".slice"
	tests := map[string]event.Container{
		"/system.slice/docker-" + containerID + ".scope":                                                      {ID: containerID, Runtime: "docker"},
		"/docker/" + containerID:                                                                              {ID: containerID, Runtime: "docker"},
		"/docker/" + containerID + "/system.slice/system-getty.slice/a.service":                               {ID: containerID, Runtime: "docker"},
		slice + "/cri-containerd-" + containerID + ".scope":                                                   {ID: containerID, Runtime: "containerd", Pod: event.Pod{UID: podUID, QoS: "burstable"}},
		slice + "/crio-" + containerID + ".scope":                                                             {ID: containerID, Runtime: "cri-o", Pod: event.Pod{UID: podUID, QoS: "burstable"}},
		"/kubepods/besteffort/pod" + podUID + "/" + containerID:                                               {ID: containerID, Pod: event.Pod{UID: podUID, QoS: "besteffort"}},
		"/machine.slice/libpod-" + containerID + ".scope/container":                                           {ID: containerID, Runtime: "podman"},
		"/libpod_parent/libpod-" + containerID:                                                                {ID: containerID, Runtime: "podman"},
		"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + containerID + ".scope/container": {ID: containerID, Runtime: "podman"},
		"/machine.slice/machine-deb.scope/payload/system.slice/cron.service":                                  {ID: "deb", Runtime: "systemd-nspawn"},
		"/lxc.payload.c1/init.scope":                                                                          {ID: "c1", Runtime: "lxc"},
		"/lxc.monitor.c1":                                                                                     {},
		"/system.slice/docker.service":                                                                        {},
	}
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	pids := map[string]uint32{}
	for path := range tests {
		pids[path] = runShortly(t, r, filepath.Join(mount, "exectrail-e2e-names"), path)
	}
	events := r.stop(t)
	for path, want := range tests {
		for _, e := range events {
			var got *event.Container
			switch e := e.(type) {
			case *event.Exec:
				if e.PID != pids[path] || string(e.CgroupName) != filepath.Base(path) {
					continue
				}
				got = e.Container
			case *event.Exit:
				if e.Process.Key.PID != pids[path] {
					continue
				}
				got = e.Process.Container
			default:
				continue
			}
			if got == nil {
				got = &event.Container{}
			}
			if got.ID != want.ID || got.Runtime != want.Runtime || got.Pod != want.Pod {
				t.Errorf("%s of %s: got %+v, want %+v", e.Action(), path, got, want)
			}
		}
	}
	if n := len(of[*event.Exec](events)); n < len(tests) {
		t.Errorf("%d execs were recorded of %d", n, len(tests))
	}
}

// runShortly runs a program in a new control group, and removes that with all above it.
func runShortly(t *testing.T, r *recorder, top, path string) (pid uint32) {
	t.Helper()
	dir := filepath.Join(top, path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		testenv.Skip(t, "no control group can be made: %v", err)
	}
	defer func() {
		for ; strings.HasPrefix(dir, top); dir = filepath.Dir(dir) {
			os.Remove(dir)
		}
	}()
	fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	cmd := exec.Command(trigger(t, "nothing"))
	cmd.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: fd}
	return r.run(t, cmd).pid
}

// TestContainerUsers has users with names of their own below another root directory, whose ids a user namespace maps or not.
func TestContainerUsers(t *testing.T) {
	mapped := []syscall.SysProcIDMap{{ContainerID: 0, HostID: 60000, Size: 2000}}
	for name, attr := range map[string]*syscall.SysProcAttr{
		"mount namespace": {Unshareflags: syscall.CLONE_NEWNS, Credential: &syscall.Credential{Uid: 1234, Gid: 1235}},
		"user namespace": {
			Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER, UidMappings: mapped, GidMappings: mapped, GidMappingsEnableSetgroups: true,
			Credential: &syscall.Credential{Uid: 1234, Gid: 1235},
		},
	} {
		t.Run(name, func(t *testing.T) {
			root := rootFS(t)
			r := record(t)
			attr.Chroot = root
			cmd := exec.Command("/bin/again", "100")
			cmd.Dir, cmd.SysProcAttr = "/", attr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Wait()
			defer cmd.Process.Kill()
			e := r.await(t, 0, "an exec with a name", func(e event.Event) bool {
				x, ok := e.(*event.Exec)
				return ok && x.PID == uint32(cmd.Process.Pid) && x.User != ""
			}).(*event.Exec)
			if e.User != "app of the image" || e.Group != "apps" {
				t.Errorf("%d is %q and %d is %q", e.UID, e.User, e.GID, e.Group)
			}
			for _, e := range of[*event.Exec](r.since(0)) {
				if e.PID == uint32(cmd.Process.Pid) && string(e.Executable) == "/bin/again" && e.User != "" && e.User != "app of the image" {
					t.Errorf("%d was %q", e.UID, e.User)
				}
			}
			r.stop(t)
		})
	}
}

// rootFS returns a root directory in which /bin/again executes itself, and in which 1234 has a name.
func rootFS(t *testing.T) string {
	t.Helper()
	root := publicDir(t)
	for _, dir := range []string{"bin", "etc", "proc", "sys", "dev", "run", "tmp"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	copyFile(t, trigger(t, "again"), filepath.Join(root, "bin/again"))
	for file, content := range map[string]string{"passwd": "root:x:0:0::/:/\napp of the image:x:1234:1235::/:/\n", "group": "apps:x:1235:\n"} {
		if err := os.WriteFile(filepath.Join(root, "etc", file), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// withUnified prepares a command that finds the unified hierarchy, and no other, where crun looks for it. It has a mount namespace of its own.
func withUnified(args ...string) *exec.Cmd {
	const script = `mount --make-rprivate / &&
		if [ "$(stat -fc %T /sys/fs/cgroup)" != cgroup2fs ]; then umount -R /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup; fi && exec "$@"`
	cmd := exec.Command("/bin/sh", append([]string{"-c", script, "sh"}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Setpgid: true}
	cmd.WaitDelay = time.Second
	return cmd
}
