// Package container finds out which container a process is in from the names
// of its control groups, which each runtime gives by rules of its own. It does no
// I/O: so a container is known that is gone by the time somebody looks.
package container

import (
	"strings"

	"github.com/exectrail/exectrail/event"
)

// Identify returns the container whose control group has the path, and nil when it
// has none. The path is the components of it, from the last to the first; the first ones may be missing. Where containers are nested,
// it is the innermost. A name that is not whole is no container: nothing is guessed.
//
// The names are those of Docker, containerd, CRI-O, Podman, systemd-nspawn, LXC, and libvirt, with each of the two
// drivers (systemd and cgroupfs), in the unified hierarchy and in those of version 1.
func Identify(path []string) *event.Container {
	for i := range path {
		c, verdict := match(path[i:])
		switch verdict {
		case notOurs:
			continue
		case outside:
			return nil
		}
		for above := range path[i:] {
			if pod, ok := podOf(path[i+above:]); ok {
				c.Pod = pod
				break
			}
		}
		return &c
	}
	return nil
}

type verdict int

const (
	notOurs verdict = iota // the component says nothing of containers
	inside                 // it is the control group of a container
	outside                // it holds a process of the runtime, which belongs to a container but is not in it
)

// match looks at the first component of path, and at those above it as far as they tell what it is.
func match(path []string) (event.Container, verdict) {
	for _, rule := range [...]func([]string) (event.Container, verdict){matchHash, matchLXC, matchMachine, matchScope} {
		if c, v := rule(path); v != notOurs {
			return c, v
		}
	}
	return event.Container{}, notOurs
}

// matchHash matches what ends with an id of 64 digits: PREFIX-ID.scope of the systemd driver, PREFIX-ID
// and ID of the cgroupfs driver, and SLICE:PREFIX:ID, which the cgroupfs driver makes of names that are meant for the other one.
func matchHash(path []string) (event.Container, verdict) {
	name := strings.TrimSuffix(path[0], ".scope")
	if len(name) < hashLen {
		return event.Container{}, notOurs
	}
	prefix, id := name[:len(name)-hashLen], name[len(name)-hashLen:]
	if !event.IsContainerHash(id) {
		return event.Container{}, notOurs
	}
	if prefix == "" {
		return event.Container{ID: id, Runtime: runtimeOfParent(component(path, 1))}, inside
	}
	separator := prefix[len(prefix)-1]
	if separator != '-' && separator != ':' {
		return event.Container{}, notOurs
	}
	prefix = prefix[:len(prefix)-1]
	prefix = prefix[strings.LastIndexByte(prefix, ':')+1:]
	if strings.HasSuffix(prefix, "conmon") {
		return event.Container{}, outside // the monitor of a container
	}
	return event.Container{ID: id, Runtime: runtimeOfPrefix(prefix)}, inside
}

const hashLen = 64

func runtimeOfPrefix(prefix string) string {
	switch prefix {
	case "docker":
		return Docker
	case "cri-containerd", "containerd", "nerdctl":
		return Containerd
	case "crio":
		return CRIO
	case "libpod", "libpod-payload": // the second with --cgroups=split
		return Podman
	case Runc, Crun:
		return prefix
	}
	return ""
}

// runtimeOfParent names the runtime by the directory in which the ids stand.
func runtimeOfParent(parent string) string {
	switch parent {
	case "docker":
		return Docker
	case "k8s.io": // a namespace of containerd
		return Containerd
	case "libpod_parent":
		return Podman
	}
	return ""
}

// The runtimes, as [event.Container] names them.
const (
	Docker     = "docker"
	Containerd = "containerd"
	CRIO       = "cri-o"
	Podman     = "podman"
	Nspawn     = "systemd-nspawn"
	LXC        = "lxc"
	LibvirtLXC = "libvirt-lxc"
	Runc       = "runc"
	Crun       = "crun"
)

// component returns a component of a path, or "" where it does not have so many.
func component(path []string, i int) string {
	if i < len(path) {
		return path[i]
	}
	return ""
}
