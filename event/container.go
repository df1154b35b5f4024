package event

// Container is a container, as far as it is known. It never changes and may be
// kept: what becomes known later is told by later events, in another one.
type Container struct {
	// ID is what the runtime calls it: mostly 64 hexadecimal digits, or a name that its owner chose.
	ID string
	// Runtime is docker, containerd, cri-o, podman, systemd-nspawn, lxc, libvirt-lxc, runc or crun; empty when
	// the names of the control groups do not tell.
	Runtime string

	// What follows stands in the state of the runtime. It is empty until that was read, which begins with
	// the first event of a container, and stays so where it cannot be.

	Name            string
	Image, ImageTag string
	Labels          []Label // by their names in order
	Pod             Pod
}

// Label is a name and a value that a user gave to a container.
type Label struct{ Name, Value string }

// Pod is the Kubernetes pod of a container. Its UID and QoS are told by control groups, its name and
// namespace by the state of the runtime.
type Pod struct {
	UID             string
	QoS             string // guaranteed, burstable or besteffort; empty when not known
	Name, Namespace string
}

// shortID is how many digits of a container's id are shown, as its runtime shows them.
const shortID = 12

// AppendContainer appends the name of c, or failing that the first 12 digits of its id. It appends nothing for nil.
func AppendContainer(dst []byte, c *Container) []byte {
	switch {
	case c == nil:
		return dst
	case c.Name != "":
		return append(dst, c.Name...)
	case IsContainerHash(c.ID):
		return append(dst, c.ID[:shortID]...)
	}
	return append(dst, c.ID...)
}

// IsContainerHash reports whether id is 64 hexadecimal digits, and no name.
func IsContainerHash(id string) bool {
	if len(id) != 64 {
		return false
	}
	for i := range len(id) {
		if c := id[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// containerOf returns the container of the process that e is about; nil when that is in none, or it is not known.
func containerOf(e Event) *Container {
	if a := attemptOf(e); a != nil {
		return a.Container
	}
	if p := processOf(e); p != nil {
		return p.Container
	}
	return nil
}
