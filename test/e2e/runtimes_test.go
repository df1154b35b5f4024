package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// TestContainerRuntimes runs real containers, by the runtimes of the distribution.
func TestContainerRuntimes(t *testing.T) {
	unifiedHierarchy(t)
	for name, test := range map[string]struct {
		prepare func(t *testing.T) (run, remove []string)
		want    event.Container
	}{
		"runc":   {func(t *testing.T) (run, remove []string) { return direct(t, "runc") }, event.Container{ID: "exectrail-e2e-runc", Name: "exectrail-e2e-runc", Runtime: "runc"}},
		"crun":   {func(t *testing.T) (run, remove []string) { return direct(t, "crun") }, event.Container{ID: "exectrail-e2e-crun", Name: "exectrail-e2e-crun", Runtime: "crun"}},
		"podman": {podman, event.Container{Name: "exectrail-e2e", Runtime: "podman", Image: "localhost/exectrail-e2e", ImageTag: "v1"}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(name); err != nil {
				testenv.Skip(t, "%v", err)
			}
			run, remove := test.prepare(t)
			r, waiting := record(t), record(t, exectrail.WithContainerNames())
			cmd := withUnified(run...)
			output, err := os.CreateTemp(t.TempDir(), "")
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdout, cmd.Stderr = output, output
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if said, err := withUnified(remove...).CombinedOutput(); err != nil {
					t.Logf("%v: %s", err, said)
				}
				_ = cmd.Wait()
				said, _ := os.ReadFile(output.Name())
				t.Logf("%s: %s", name, said)
			})
			inside := func(e event.Event) bool {
				x, ok := e.(*event.Exec)
				return ok && string(x.Executable) == "/bin/again"
			}
			// What control groups tell is told by the first, what runtimes tell by a later one.
			first := r.await(t, 0, "an exec in the container", inside).(*event.Exec)
			if name == "podman" && (first.Container == nil || !event.IsContainerHash(first.Container.ID) || first.Container.Runtime != "podman") {
				t.Errorf("the first exec is in %+v", first.Container)
			}
			e := r.await(t, 0, "an exec in a container with a name", func(e event.Event) bool {
				return inside(e) && e.(*event.Exec).Container != nil && e.(*event.Exec).Container.Name != ""
			}).(*event.Exec)
			got := *e.Container
			if name == "podman" {
				test.want.ID = first.Container.ID
			} else if !slices.Contains(got.Labels, event.Label{Name: "org.example.label", Value: "of the test"}) {
				t.Errorf("the labels are %v", got.Labels)
			}
			got.Labels = nil
			if got.ID != test.want.ID || got.Name != test.want.Name || got.Runtime != test.want.Runtime || got.Image != test.want.Image || got.ImageTag != test.want.ImageTag {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			first = waiting.await(t, 0, "an exec in the container", inside).(*event.Exec)
			// crun run writes down the state of a container while that begins to run.
			if name != "crun" && (first.Container == nil || first.Container.Name != test.want.Name) {
				t.Errorf("a session that waits for names has the first exec in %+v", first.Container)
			}
			waiting.stop(t)
			r.stop(t)
		})
	}
}

// direct prepares a container to be run by runc or crun. What needs more of the machine than a test may ask for (limits, and
// rules for devices) is left out.
func direct(t *testing.T, runtime string) (run, remove []string) {
	t.Helper()
	bundle := publicDir(t)
	if err := os.Rename(rootFS(t), filepath.Join(bundle, "rootfs")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(runtime, "spec")
	cmd.Dir = bundle
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	file := filepath.Join(bundle, "config.json")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var spec map[string]any
	if err := json.Unmarshal(content, &spec); err != nil {
		t.Fatal(err)
	}
	process, linux := spec["process"].(map[string]any), spec["linux"].(map[string]any)
	process["terminal"], process["args"] = false, []string{"/bin/again", "100"}
	delete(process, "rlimits")
	delete(linux, "resources")
	spec["annotations"] = map[string]string{"org.example.label": "of the test"}
	if content, err = json.Marshal(spec); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
	id := "exectrail-e2e-" + runtime
	return []string{runtime, "run", "--bundle", bundle, id}, []string{runtime, "delete", "--force", id}
}

// podman prepares a container of an image, in a storage of its own.
func podman(t *testing.T) (run, remove []string) {
	t.Helper()
	storage := publicDir(t)
	archive := filepath.Join(storage, "image.tar")
	if out, err := exec.Command("tar", "-C", rootFS(t), "-cf", archive, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	with := func(args ...string) []string {
		return append([]string{
			"podman", "--root", storage + "/root", "--runroot", storage + "/run", "--tmpdir", storage + "/tmp",
			"--storage-driver=vfs", "--cgroup-manager=cgroupfs", "--events-backend=none",
		}, args...)
	}
	if out, err := withUnified(with("import", archive, "localhost/exectrail-e2e:v1")...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return with("run", "--rm", "--network=none", "--privileged", "--pids-limit=-1", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024",
		"--name=exectrail-e2e", "localhost/exectrail-e2e:v1", "/bin/again", "100"), with("rm", "--force", "--time=0", "exectrail-e2e")
}
