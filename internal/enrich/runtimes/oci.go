package runtimes

import (
	"path/filepath"
	"strings"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/container"
)

// spec is what is read of config.json, as the OCI runtime specification has it.
type spec struct {
	Annotations map[string]string
}

// containerd reads the specification of a task. There is a directory for each namespace: k8s.io, moby, default, …
func (s *State) containerd(id string) (event.Container, bool) {
	for _, state := range [...]string{"/run/containerd", "/run/k3s/containerd", "/var/snap/microk8s/common/run/containerd"} {
		tasks := s.at(state, "io.containerd.runtime.v2.task")
		for _, namespace := range namesIn(tasks) {
			if c, ok := describe(filepath.Join(tasks, namespace, id)); ok {
				c.Runtime = container.Containerd
				return c, true
			}
		}
	}
	return event.Container{}, false
}

// storage reads what CRI-O and Podman keep beside the layers of a container. There is a directory for each driver of storage.
func (s *State) storage(id string) (event.Container, bool) {
	for _, root := range [...]string{"/run/containers/storage", "/var/lib/containers/storage"} {
		for _, name := range namesIn(s.at(root)) {
			if strings.HasSuffix(name, "-containers") {
				if c, ok := describe(s.at(root, name, id, "userdata")); ok {
					return c, true
				}
			}
		}
	}
	return event.Container{}, false
}

// oci finds where a container that runc or crun run for somebody was described.
func (s *State) oci(id string, path []string) (event.Container, bool) {
	bundle, ok := s.findBundle(id, path)
	if !ok {
		return event.Container{}, false
	}
	return describe(s.at(bundle))
}

// describe reads the annotations by which runtimes tell of a container to what they run, in a bundle of the
// OCI specification.
func describe(bundle string) (event.Container, bool) {
	var config spec
	if !readJSON(filepath.Join(bundle, "config.json"), &config) {
		return event.Container{}, false
	}
	a := config.Annotations
	first := func(names ...string) string {
		for _, name := range names {
			if value := a[name]; value != "" {
				return value
			}
		}
		return ""
	}
	c := event.Container{
		// containerd (pkg/cri/annotations), CRI-O (pkg/annotations), nerdctl (pkg/labels)
		Name: first("io.kubernetes.cri.container-name", "io.kubernetes.container.name", "nerdctl/name"),
		Pod: event.Pod{
			UID:       first("io.kubernetes.cri.sandbox-uid", "io.kubernetes.pod.uid"),
			Name:      first("io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name"),
			Namespace: first("io.kubernetes.cri.sandbox-namespace", "io.kubernetes.pod.namespace"),
		},
	}
	c.Image, c.ImageTag = imageOf(first("io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName"))
	switch manager := a["io.container.manager"]; manager {
	case "libpod":
		c.Runtime = container.Podman
	case "cri-o":
		c.Runtime = container.CRIO
		var labels map[string]string
		if parseJSON([]byte(a["io.kubernetes.cri-o.Labels"]), &labels) {
			c.Labels = labelsOf(labels)
		}
	}
	if c.Name == "" {
		addStored(&c, bundle)
	}
	return c, true
}

// addStored adds what the storage of Podman tells of a container, of which the bundle lies in it: STORAGE/ID/userdata.
// Labels are in its database alone.
func addStored(c *event.Container, bundle string) {
	id := filepath.Base(filepath.Dir(bundle))
	storage := filepath.Dir(filepath.Dir(bundle))
	for _, list := range [...]string{"containers.json", "volatile-containers.json"} {
		var stored []struct {
			ID       string
			Names    []string
			Metadata string // JSON
		}
		readJSON(filepath.Join(storage, list), &stored)
		for _, s := range stored {
			if s.ID != id {
				continue
			}
			var metadata struct {
				Name  string
				Image string `json:"image-name"`
			}
			parseJSON([]byte(s.Metadata), &metadata)
			if c.Name = metadata.Name; c.Name == "" && len(s.Names) > 0 {
				c.Name = s.Names[0]
			}
			c.Image, c.ImageTag = imageOf(metadata.Image)
			return
		}
	}
}
