package layout

import "math/bits"

// enumeration has the names of an enum's values.
type enumeration struct {
	signed bool
	names  map[uint64]string
	// flags are the single bits that have names, if the enum has only such values and zero, and three or more of them.
	flags uint64
}

// minFlags is how many values an enum must have to be taken for a set of flags: 0, 1 and 2 are just counted.
const minFlags = 3

// seal looks at the values once all are there.
func (e *enumeration) seal() {
	var all uint64
	for v := range e.names {
		if v != 0 && bits.OnesCount64(v) != 1 {
			return
		}
		all |= v
	}
	if bits.OnesCount64(all) >= minFlags {
		e.flags = all
	}
}

// append appends the name of a number, and reports whether it has one.
func (e *enumeration) append(dst []byte, number uint64) ([]byte, bool) {
	if name, ok := e.names[number]; ok {
		return append(dst, name...), true
	}
	if e.flags == 0 || number == 0 || number&^e.flags != 0 {
		return dst, false
	}
	for number != 0 {
		flag := number & -number
		dst = append(dst, e.names[flag]...)
		if number &^= flag; number != 0 {
			dst = append(dst, '|')
		}
	}
	return dst, true
}
