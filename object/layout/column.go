package layout

// Width returns how many columns of a terminal values of the type usually take. It is what a table begins with;
// values can be wider.
func (t *Type) Width() int {
	switch t.kind {
	case Uint, Int:
		return integerWidth(t.size)
	case Bool:
		return len("false")
	case Enum:
		width := 0
		for _, name := range t.enum.names {
			width = max(width, len(name))
		}
		return min(width, maxTextWidth)
	case Pointer:
		return len("0xffff888100000000")
	case Wide:
		return len("0x") + 2*t.size
	case Text:
		if t.open {
			return maxTextWidth
		}
		return min(max(t.size-1, 1), maxTextWidth)
	case IP:
		if t.size == 4 {
			return len("255.255.255.255")
		}
		return len("2001:db8:0:1:1:1:1:1")
	case MAC:
		return len("00:00:5e:00:53:01")
	case Bytes:
		if t.open {
			return maxTextWidth
		}
		return min(2*t.size, maxTextWidth)
	case Float:
		return 12
	}
	return maxTextWidth
}

// maxTextWidth is how wide a column gets for what can be long.
const maxTextWidth = 24

// integerWidth returns room for usual numbers: few reach what their type can hold, and process ids have 7 digits.
func integerWidth(size int) int {
	switch size {
	case 1:
		return 3
	case 2:
		return 5
	case 8:
		return 14
	default:
		return 7
	}
}

// AlignRight reports whether values stand at the right of their column, as numbers do.
func (t *Type) AlignRight() bool {
	switch t.kind {
	case Uint, Int, Float, Pointer, Wide:
		return true
	}
	return false
}
