package runtimes

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/container"
)

// ownDirs returns where runc and crun keep the containers that somebody runs with them, of all whom a control group can be
// of. A user tells of his own control groups only, so that nobody takes the processes of others into a container.
func (s *State) ownDirs(path []string) []string {
	dirs := []string{s.at("/run/runc"), s.at("/run/crun")}
	for _, name := range path {
		if uid, ok := strings.CutPrefix(name, "user-"); ok {
			if uid, ok = strings.CutSuffix(uid, ".slice"); ok && isName(uid) {
				dirs = append(dirs, s.at("/run/user", uid, "runc"), s.at("/run/user", uid, "crun"))
			}
		}
	}
	return dirs
}

// othersDirs returns where they keep those that they run for Docker and containerd, which have a directory for each namespace.
func (s *State) othersDirs() []string {
	var dirs []string
	for _, dir := range [...]string{"/run/docker/runtime-runc", "/run/containerd/runc", "/run/k3s/containerd/runc"} {
		for _, namespace := range namesIn(s.at(dir)) {
			dirs = append(dirs, s.at(dir, namespace))
		}
	}
	return dirs
}

// kept is what runc and crun keep of a container.
type kept struct {
	runtime     string
	bundle      string
	cgroups     []string // paths: of runc in the file system, of crun in the hierarchy
	annotations map[string]string
}

// findBundle returns where the description of a container is, by its id.
func (s *State) findBundle(id string, path []string) (string, bool) {
	for _, dir := range slices.Concat(s.ownDirs(path), s.othersDirs()) {
		if k, ok := read(filepath.Join(dir, id)); ok && k.bundle != "" {
			return k.bundle, true
		}
	}
	return "", false
}

// Direct returns the container that somebody started with runc or crun themselves, and which has a control
// group by a name that he chose, or that is the id. path is that of a control group in it, from its last component to its first and as far as
// it is known. cgroup is the path of the container's own one, with a slash before each component.
func (s *State) Direct(path []string) (found event.Container, cgroup string, ok bool) {
	for _, dir := range s.ownDirs(path) {
		// Most are called as their control group. Where not, all have to be read, but for those of Podman.
		names := append(slices.DeleteFunc(slices.Clone(path), func(name string) bool { return !isName(name) }), namesIn(dir)...)
		for i, name := range names {
			if i >= len(path) && event.IsContainerHash(name) {
				continue
			}
			k, ok := read(filepath.Join(dir, name))
			if !ok {
				continue
			}
			for above := range path {
				if k.in(path[above:]) {
					return direct(name, k), absolute(path[above:]), true
				}
			}
		}
	}
	return event.Container{}, "", false
}

func direct(name string, k kept) event.Container {
	return bounded(event.Container{ID: name, Name: name, Runtime: k.runtime, Labels: labelsOf(k.annotations)})
}

// in reports whether a path, given from its last component to its first, is that of the control group.
func (k *kept) in(path []string) bool {
	want := absolute(path)
	for _, cgroup := range k.cgroups {
		if cgroup == want {
			return true
		}
		// What stands before it is where the hierarchy is mounted.
		if mount, ok := strings.CutSuffix(cgroup, want); ok && (mount == "/sys/fs/cgroup" || filepath.Dir(mount) == "/sys/fs/cgroup") {
			return true
		}
	}
	return false
}

// read reads the state of a container: state.json of runc, or status of crun, beside which its description is.
func read(dir string) (kept, bool) {
	var ofRunc struct {
		CgroupPaths map[string]string `json:"cgroup_paths"`
		Config      struct {
			Labels []string // NAME=VALUE: the annotations, and where the bundle is
		}
	}
	if readJSON(filepath.Join(dir, "state.json"), &ofRunc) {
		k := kept{runtime: container.Runc, annotations: map[string]string{}}
		for _, path := range ofRunc.CgroupPaths {
			k.cgroups = append(k.cgroups, path)
		}
		for _, label := range ofRunc.Config.Labels {
			name, value, _ := strings.Cut(label, "=")
			if name == "bundle" {
				k.bundle = value
			} else {
				k.annotations[name] = value
			}
		}
		return k, true
	}
	var ofCrun struct {
		Cgroup string `json:"cgroup-path"`
		Bundle string
	}
	if readJSON(filepath.Join(dir, "status"), &ofCrun) {
		var config spec
		readJSON(filepath.Join(dir, "config.json"), &config)
		return kept{runtime: container.Crun, bundle: ofCrun.Bundle, cgroups: []string{ofCrun.Cgroup}, annotations: config.Annotations}, true
	}
	return kept{}, false
}

// isName reports whether a component of a path is a name in a directory, and no way out of it.
func isName(s string) bool { return s != "" && s != "." && s != ".." && !strings.Contains(s, "/") }

func absolute(path []string) string {
	var b strings.Builder
	for i := range path {
		b.WriteString("/" + path[len(path)-1-i])
	}
	return b.String()
}
