package event

import (
	"bytes"
	"iter"
)

// Strings is a list of strings as it lies in the memory of a process: one
// after the other, each ended by a NUL.
type Strings struct {
	// Raw holds what was recorded: the list from its beginning.
	Raw []byte
	// Size is the length of the whole list in bytes: more than that of Raw when
	// its end is missing.
	Size uint64
}

// Missing returns how many bytes of the list were not recorded.
func (s Strings) Missing() uint64 {
	if n := uint64(len(s.Raw)); n < s.Size {
		return s.Size - n
	}
	return 0
}

// All yields the strings without their NUL. A last string that was cut is yielded as far as it goes.
func (s Strings) All() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for rest := s.Raw; len(rest) > 0; {
			arg, after, _ := bytes.Cut(rest, nul)
			if !yield(arg) {
				return
			}
			rest = after
		}
	}
}

// Len returns how many strings [Strings.All] yields.
func (s Strings) Len() int {
	n := bytes.Count(s.Raw, nul)
	if len(s.Raw) > 0 && s.Raw[len(s.Raw)-1] != 0 {
		n++
	}
	return n
}

// Slice returns the strings as a new slice that shares no memory with s.
func (s Strings) Slice() []string {
	list := make([]string, 0, s.Len())
	for arg := range s.All() {
		list = append(list, string(arg))
	}
	return list
}

var nul = []byte{0}
