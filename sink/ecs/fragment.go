package ecs

// fragment is a piece of JSON, and what it was made of. Much of an event is
// the same as in one that came shortly before: the user, the namespaces, the
// parent, the ancestors. To copy it is much cheaper than to make it again.
type fragment[K comparable] struct {
	of   K
	json []byte
}

// append appends what render makes of the value.
func (f *fragment[K]) append(dst []byte, of K, render func([]byte, *K) []byte) []byte {
	if f.json == nil || f.of != of {
		f.of = of
		f.json = render(f.json[:0], &f.of)
	}
	return append(dst, f.json...)
}

// fragments holds pieces of JSON that belong to processes, by their process id.
type fragments[K comparable] [64]fragment[K]

func (f *fragments[K]) at(pid uint32) *fragment[K] { return &f[pid%uint32(len(f))] }
