package runtimes

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
)

const id = "3f2a9c0d7b6e51488f0c2d4e6a8b1c3d5e7f9012a4b6c8d0e2f4a6b8c0d2e4f6"

// tree writes files below a new directory.
func tree(t *testing.T, files map[string]string) *State {
	t.Helper()
	root := t.TempDir()
	for path, content := range files {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return NewState(root)
}

const (
	ofDocker = `{"ID":"x","Name":"/web","Image":"sha256:0","Config":{"Image":"registry:5000/shop/nginx:1.27@sha256:1","Labels":{"b":"2","a":"1"}},"State":{"Pid":7}}`
	ofCRI    = `{"ociVersion":"1.1.0","process":{},"annotations":{
		"io.kubernetes.cri.container-name":"web","io.kubernetes.cri.container-type":"container","io.kubernetes.cri.image-name":"docker.io/library/nginx:1.27",
		"io.kubernetes.cri.sandbox-id":"y","io.kubernetes.cri.sandbox-name":"web-7d4b9c","io.kubernetes.cri.sandbox-namespace":"shop","io.kubernetes.cri.sandbox-uid":"u"}}`
	ofCRIO = `{"annotations":{"io.container.manager":"cri-o","io.kubernetes.container.name":"web","io.kubernetes.pod.name":"web-7d4b9c","io.kubernetes.pod.namespace":"shop",
		"io.kubernetes.pod.uid":"u","io.kubernetes.cri-o.ImageName":"quay.io/nginx:1.27","io.kubernetes.cri-o.Labels":"{\"app\":\"web\"}"}}`
	ofPodman = `{"annotations":{"io.container.manager":"libpod","io.podman.annotations.init":"FALSE"}}`
	stored   = `[{"id":"0"},{"id":"` + id + `","names":["other"],"metadata":"{\"image-name\":\"localhost/app:v1\",\"name\":\"web\"}"}]`
)

func TestOf(t *testing.T) {
	nginx := event.Container{ID: id, Name: "web", Image: "docker.io/library/nginx", ImageTag: "1.27", Runtime: "containerd", Pod: event.Pod{UID: "u", Name: "web-7d4b9c", Namespace: "shop"}}
	podman := event.Container{ID: id, Name: "web", Image: "localhost/app", ImageTag: "v1", Runtime: "podman"}
	inDocker := event.Container{ID: id, Name: "web", Image: "registry:5000/shop/nginx", ImageTag: "1.27", Runtime: "docker", Labels: []event.Label{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}}
	rootless := []string{"libpod-" + id + ".scope", "user.slice", "user@1000.service", "user-1000.slice", "user.slice"}
	home := "/home/ann/.local/share/containers/storage/overlay-containers/"
	for name, test := range map[string]struct {
		files map[string]string
		path  []string
		want  event.Container
	}{
		"Docker": {map[string]string{"/var/lib/docker/containers/" + id + "/config.v2.json": ofDocker}, nil, inDocker},
		"Docker elsewhere": {map[string]string{
			"/etc/docker/daemon.json": `{"data-root":"/data/docker"}`, "/data/docker/containers/" + id + "/config.v2.json": ofDocker,
		}, nil, inDocker},
		"containerd": {map[string]string{
			"/run/containerd/io.containerd.runtime.v2.task/default/0/config.json": "{}", "/run/containerd/io.containerd.runtime.v2.task/k8s.io/" + id + "/config.json": ofCRI,
		}, nil, nginx},
		"k3s": {map[string]string{"/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/" + id + "/config.json": ofCRI}, nil, nginx},
		"CRI-O": {map[string]string{"/run/containers/storage/overlay-containers/" + id + "/userdata/config.json": ofCRIO}, nil, event.Container{
			ID: id, Name: "web", Image: "quay.io/nginx", ImageTag: "1.27", Runtime: "cri-o", Pod: nginx.Pod, Labels: []event.Label{{Name: "app", Value: "web"}},
		}},
		"Podman": {map[string]string{
			"/var/lib/containers/storage/vfs-containers/" + id + "/userdata/config.json": ofPodman, "/var/lib/containers/storage/vfs-containers/containers.json": stored,
		}, nil, podman},
		"Podman elsewhere": {map[string]string{
			"/run/crun/" + id + "/status":                              `{"bundle":"/data/overlay-containers/` + id + `/userdata","cgroup-path":"/x"}`,
			"/data/overlay-containers/" + id + "/userdata/config.json": ofPodman, "/data/overlay-containers/volatile-containers.json": stored,
		}, nil, podman},
		"Podman with runc": {map[string]string{
			"/run/runc/" + id + "/state.json":                          `{"id":"x","config":{"labels":["a=b","bundle=/data/overlay-containers/` + id + `/userdata"]}}`,
			"/data/overlay-containers/" + id + "/userdata/config.json": ofPodman, "/data/overlay-containers/containers.json": stored,
		}, nil, podman},
		"Podman of a user": {map[string]string{
			"/run/user/1000/crun/" + id + "/status": `{"bundle":"` + home + id + `/userdata"}`,
			home + id + "/userdata/config.json":     ofPodman, home + "containers.json": stored,
		}, rootless, podman},
		"a claim of another user": {map[string]string{
			"/run/user/1001/crun/" + id + "/status": `{"bundle":"` + home + id + `/userdata"}`,
			home + id + "/userdata/config.json":     ofPodman, home + "containers.json": stored,
		}, rootless, event.Container{}},
		"nothing":       {nil, nil, event.Container{}},
		"not JSON":      {map[string]string{"/var/lib/docker/containers/" + id + "/config.v2.json": ofDocker[:50]}, nil, event.Container{}},
		"another shape": {map[string]string{"/var/lib/docker/containers/" + id + "/config.v2.json": `{"Name":7}`}, nil, event.Container{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := tree(t, test.files).Of(id, test.path)
			if len(got.Labels) == 0 {
				got.Labels = nil
			}
			if !reflect.DeepEqual(got, test.want) || ok != (test.want.ID != "") {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestDirect(t *testing.T) {
	s := tree(t, map[string]string{
		"/run/runc/job/state.json":          `{"cgroup_paths":{"":"/sys/fs/cgroup/unified/job","pids":"/sys/fs/cgroup/pids/job"},"config":{"labels":["a=b","bundle=/x"]}}`,
		"/run/runc/other/state.json":        `{"cgroup_paths":{"pids":"/sys/fs/cgroup/pids/jobs/of ann"}}`,
		"/run/crun/c/status":                `{"cgroup-path":"/c","bundle":"/y"}`,
		"/run/crun/c/config.json":           `{"annotations":{"k":"v"}}`,
		"/run/user/1000/crun/theirs/status": `{"cgroup-path":"/system.slice"}`,
		"/run/user/1000/crun/mine/status":   `{"cgroup-path":"/user.slice/user-1000.slice/mine"}`,
	})
	for path, want := range map[string]struct{ id, runtime, cgroup, label string }{
		"job":                               {"job", "runc", "/job", "b"},
		"init.scope/job":                    {"job", "runc", "/job", "b"},
		"of ann/jobs":                       {"other", "runc", "/jobs/of ann", ""},
		"c":                                 {"c", "crun", "/c", "v"},
		"job/elsewhere":                     {},
		"system.slice":                      {},
		"cron.service/system.slice":         {},
		"mine/user-1000.slice/user.slice":   {"mine", "crun", "/user.slice/user-1000.slice/mine", ""},
		"theirs/user-1001.slice/user.slice": {},
		"../..":                             {},
	} {
		got, cgroup, ok := s.Direct(strings.Split(path, "/"))
		label := ""
		if len(got.Labels) > 0 {
			label = got.Labels[0].Value
		}
		if got.ID != want.id || got.Runtime != want.runtime || cgroup != want.cgroup || label != want.label || ok != (want.id != "") {
			t.Errorf("%s: got %+v at %q", path, got, cgroup)
		}
	}
}

// TestHostileState has files that are there to harm who reads them.
func TestHostileState(t *testing.T) {
	config := "/var/lib/docker/containers/" + id + "/config.v2.json"
	t.Run("huge", func(t *testing.T) {
		s := tree(t, map[string]string{config: `{"Name":"` + strings.Repeat("x", maxFile) + `"}`})
		if got, ok := s.Of(id, nil); ok {
			t.Errorf("got a name of %d bytes", len(got.Name))
		}
	})
	t.Run("many labels", func(t *testing.T) {
		labels := strings.Repeat(`"x`+strings.Repeat("y", 1000)+`":"v",`, 1) + `"z":"` + strings.Repeat("w", 100_000) + `"`
		for i := range 1000 {
			labels += `,"` + strings.Repeat("l", 1+i%500) + `":"` + strings.Repeat("v", 300) + `"`
		}
		got, ok := tree(t, map[string]string{config: `{"Name":"` + strings.Repeat("n", 10_000) + `\u001b","Config":{"Labels":{` + labels + `}}}`}).Of(id, nil)
		size := 0
		for _, l := range got.Labels {
			size += len(l.Name) + len(l.Value)
		}
		if !ok || len(got.Name) != maxText || len(got.Labels) > maxLabels || size > maxLabelBytes {
			t.Errorf("%d labels of %d bytes, and a name of %d", len(got.Labels), size, len(got.Name))
		}
	})
	t.Run("fifo", func(t *testing.T) {
		s := tree(t, map[string]string{filepath.Dir(config) + "/x": ""})
		if err := unix.Mkfifo(s.at(config), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, ok := s.Of(id, nil); ok {
			t.Error("a FIFO was read")
		}
	})
	t.Run("link", func(t *testing.T) {
		s := tree(t, map[string]string{filepath.Dir(config) + "/x": ofDocker})
		if err := os.Symlink("x", s.at(config)); err != nil {
			t.Fatal(err)
		}
		if _, ok := s.Of(id, nil); ok {
			t.Error("a link was followed")
		}
	})
}

func TestImageOf(t *testing.T) {
	for reference, want := range map[string][2]string{
		"nginx": {"nginx", ""}, "nginx:1.27": {"nginx", "1.27"}, "host:5000/nginx": {"host:5000/nginx", ""},
		"host:5000/a/b:v1@sha256:0": {"host:5000/a/b", "v1"}, "a@sha256:0": {"a", ""}, "": {"", ""}, "sha256:12": {"sha256", "12"},
	} {
		if name, tag := imageOf(reference); name != want[0] || tag != want[1] {
			t.Errorf("%s: got %q and %q", reference, name, tag)
		}
	}
}
