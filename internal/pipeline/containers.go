package pipeline

import (
	"bytes"
	"slices"
	"strings"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/container"
	"github.com/exectrail/exectrail/internal/wire"
)

// containers finds the container of a control group. What it keeps is bounded, and found anew when it was dropped.
type containers struct {
	byPath map[string]*event.Container // nil: in none
	byID   map[uint64]*event.Container // the same by the number of the directory
	facts  map[string]*wire.Facts      // by the id
	direct map[string]*wire.Facts      // by the path of the control group
	key    []byte
}

// maxContainers bounds each of the maps.
const maxContainers = 16384

func newContainers() containers {
	return containers{
		byPath: map[string]*event.Container{}, byID: map[uint64]*event.Container{},
		facts: map[string]*wire.Facts{}, direct: map[string]*wire.Facts{},
	}
}

// of returns the container of a, and nil when it is in none. known is what was known of the process, for
// events that lack the names.
func (c *containers) of(a *event.Attempt, known *event.Container) *event.Container {
	switch {
	case a.Degraded.Has(event.PartDetails):
		return known
	case a.Degraded.Has(event.PartPaths):
		if found, ok := c.byID[a.CgroupID]; ok {
			return found
		}
		return known
	}
	key := append(append(c.key[:0], a.CgroupName...), 0)
	key = append(append(append(key, a.CgroupParent...), 0), a.CgroupAbove...)
	c.key = key
	found, ok := c.byPath[string(key)]
	if !ok {
		found = c.find(pathOf(key))
		put(c.byPath, string(key), found)
		put(c.byID, a.CgroupID, found)
	}
	return found
}

// ofPath returns the container of a control group by its path in a file system.
func (c *containers) ofPath(path []byte) *event.Container {
	parts := strings.Split(strings.Trim(string(path), "/"), "/")
	slices.Reverse(parts)
	return c.find(parts)
}

// pathOf returns strings that are ended by a NUL each, without empty ones.
func pathOf(key []byte) []string {
	var path []string
	for part := range bytes.SplitSeq(key, []byte{0}) {
		if len(part) > 0 {
			path = append(path, string(part))
		}
	}
	return path
}

// find returns the container of a path, given from its last component to its first.
func (c *containers) find(path []string) *event.Container {
	found := container.Identify(path)
	if found == nil {
		if found = c.findDirect(path); found == nil {
			return nil
		}
	}
	if facts := c.facts[found.ID]; facts != nil {
		add(found, &facts.Container)
	}
	return found
}

// findDirect returns the container of a path that somebody chose, by what its runtime told.
func (c *containers) findDirect(path []string) *event.Container {
	if len(c.direct) == 0 {
		return nil
	}
	for i := range path {
		if facts := c.direct[absolute(path[i:])]; facts != nil {
			found := facts.Container
			return &found
		}
	}
	return nil
}

// absolute returns the path of components that are given from the last to the first.
func absolute(path []string) string {
	var b strings.Builder
	for _, part := range slices.Backward(path) {
		b.WriteString("/" + part)
	}
	return b.String()
}

// add adds facts to what control groups told.
func add(c, facts *event.Container) {
	pod := c.Pod
	runtime := c.Runtime
	*c = *facts
	if runtime != "" {
		c.Runtime = runtime
	}
	c.Pod.QoS = pod.QoS
	if pod.UID != "" {
		c.Pod.UID = pod.UID
	}
}

// learn takes in facts, which hold from now on.
func (c *containers) learn(f wire.Facts) {
	if f.Path != "" {
		put(c.direct, f.Path, &f)
	} else {
		put(c.facts, f.ID, &f)
	}
	clear(c.byPath)
	clear(c.byID)
}

// put adds to a map, which it empties first when that is full.
func put[K comparable, V any](m map[K]V, key K, value V) {
	if len(m) >= maxContainers {
		clear(m)
	}
	m[key] = value
}
