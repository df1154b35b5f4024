package event

import (
	"bytes"
	"iter"
)

// Strings is a list of strings as it lies in the memory of a process: one
// after the other, each ended by a NUL.
//
// Where bytes are missing in the middle, the string before them and the one behind can both be
// cut: they are two strings here, even if they are the ends of one.
type Strings struct {
	// Raw holds what was recorded: the list from its beginning, and then its end as far as Tail tells.
	Raw []byte
	// Size is the length of the whole list in bytes: more than that of Raw when
	// some are missing.
	Size uint64
	// Tail is how many bytes at the end of Raw are the end of the whole list. What is missing is missing
	// before them: with 0, at the end.
	Tail int
}

// Missing returns how many bytes of the list were not recorded.
func (s Strings) Missing() uint64 {
	if n := uint64(len(s.Raw)); n < s.Size {
		return s.Size - n
	}
	return 0
}

// MissingAt returns where in Raw the bytes that are missing would stand: at its end, unless Tail tells otherwise.
func (s Strings) MissingAt() int {
	if s.Missing() == 0 {
		return len(s.Raw)
	}
	return len(s.Raw) - min(max(s.Tail, 0), len(s.Raw))
}

// Head returns the part of Raw that stands before the bytes that are missing: all of it where none are.
func (s Strings) Head() []byte { return s.Raw[:s.MissingAt()] }

// TailBytes returns the part of Raw that stands behind the bytes that are missing. Its first string may be
// the end of one. It is empty when the end is missing, or nothing.
func (s Strings) TailBytes() []byte { return s.Raw[s.MissingAt():] }

// All yields the strings without their NUL. One that was cut is yielded as far as it goes.
func (s Strings) All() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		at := s.MissingAt()
		for from := 0; from < len(s.Raw); {
			rest := s.Raw[from:]
			if from < at {
				rest = s.Raw[from:at]
			}
			arg, _, whole := bytes.Cut(rest, nul)
			if !yield(arg) {
				return
			}
			from += len(arg)
			if whole {
				from++
			}
		}
	}
}

// Len returns how many strings [Strings.All] yields.
func (s Strings) Len() int { return count(s.Head()) + count(s.TailBytes()) }

// count returns how many strings stand in raw. The last one may lack its NUL.
func count(raw []byte) int {
	n := bytes.Count(raw, nul)
	if len(raw) > 0 && raw[len(raw)-1] != 0 {
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

// append appends the strings, each ended by a NUL but for a last one that was cut: also the one
// before bytes that are missing in the middle.
func (s Strings) append(dst []byte) []byte {
	head, tail := s.Head(), s.TailBytes()
	dst = append(dst, head...)
	if len(tail) > 0 && len(head) > 0 && head[len(head)-1] != 0 {
		dst = append(dst, 0)
	}
	return append(dst, tail...)
}

// cut returns what is missing of what append appends.
func (s Strings) cut() Cut {
	missing := s.Missing()
	if missing == 0 {
		return Cut{}
	}
	head, tail := s.Head(), s.TailBytes()
	if len(tail) == 0 {
		return Cut{End: true, Missing: missing}
	}
	if len(head) == 0 {
		return Cut{Start: true, Missing: missing}
	}
	hole := len(head)
	if head[hole-1] != 0 {
		hole++
	}
	return Cut{Hole: hole, Missing: missing}
}

var nul = []byte{0}
