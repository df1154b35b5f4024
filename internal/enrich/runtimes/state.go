// Package runtimes reads what container runtimes keep about their containers: name, image, labels and pod. It
// reads files only. To talk to a runtime by its socket would be a way to command it, and so to become root, which
// a tracer that was taken over is not to have.
package runtimes

import (
	"path/filepath"
	"strings"

	"github.com/exectrail/exectrail/event"
)

// State is the state of all runtimes of a machine. It may be used by several goroutines.
type State struct {
	root string
}

// NewState returns the state below a root directory, which is / but in tests.
func NewState(root string) *State { return &State{root: root} }

// at returns a path below the root directory.
func (s *State) at(path ...string) string {
	return filepath.Join(append([]string{s.root}, path...)...)
}

// Of returns what is known of the container with an id, and false when nothing is. path is that of a control group in it, from its last
// component to its first. Texts are as the
// runtime wrote them, which others may have chosen: they may hold any character, and are bounded.
func (s *State) Of(id string, path []string) (event.Container, bool) {
	if !event.IsContainerHash(id) {
		return event.Container{}, false
	}
	ofOthers := func(id string) (event.Container, bool) { return s.oci(id, path) }
	for _, source := range [...]func(string) (event.Container, bool){s.docker, s.containerd, s.storage, ofOthers} {
		if found, ok := source(id); ok {
			found.ID = id
			return bounded(found), true
		}
	}
	return event.Container{}, false
}

// Bounds of what is kept of a container.
const (
	maxText       = 512 // bytes of a name, an image, or a value of a label
	maxLabelName  = 128 // bytes
	maxLabels     = 64
	maxLabelBytes = 8 << 10 // of all labels together
)

// bounded cuts what is too long, and leaves out labels that are too many.
func bounded(c event.Container) event.Container {
	for _, text := range [...]*string{&c.Name, &c.Image, &c.ImageTag, &c.Runtime, &c.Pod.UID, &c.Pod.Name, &c.Pod.Namespace} {
		*text = clip(*text, maxText)
	}
	size := 0
	for i, l := range c.Labels {
		l = event.Label{Name: clip(l.Name, maxLabelName), Value: clip(l.Value, maxText)}
		size += len(l.Name) + len(l.Value)
		if i >= maxLabels || size > maxLabelBytes {
			c.Labels = c.Labels[:i]
			break
		}
		c.Labels[i] = l
	}
	return c
}

// clip cuts a text, which has memory of its own then: it may be a small part of a large file.
func clip(s string, most int) string { return strings.Clone(s[:min(len(s), most)]) }

// imageOf splits the name of an image from its tag. A digest is no part of either.
func imageOf(reference string) (name, tag string) {
	reference, _, _ = strings.Cut(reference, "@")
	i := strings.LastIndexByte(reference, ':')
	if i < 0 || strings.Contains(reference[i:], "/") { // the port of a registry
		return reference, ""
	}
	return reference[:i], reference[i+1:]
}
