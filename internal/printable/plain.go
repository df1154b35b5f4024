package printable

// Most text is plain. Looking at eight bytes at a time finds that out fast.

// PlainLen returns the length of the beginning of s that is printable ASCII.
func PlainLen[T Text](s T) int {
	rest := s
	for len(rest) >= 8 {
		if isUnprintable(load(rest)) {
			break
		}
		rest = rest[8:]
	}
	for i := 0; i < len(rest); i++ {
		if rest[i]-' ' > '~'-' ' {
			return len(s) - len(rest) + i
		}
	}
	return len(s)
}

// PlainJSONLen returns the length of the beginning of s that [AppendJSON]
// leaves as it is for sure: printable ASCII but for the quote and the backslash.
func PlainJSONLen[T Text](s T) int {
	rest := s
	for len(rest) >= 8 {
		if word := load(rest); isUnprintable(word) || hasByte(word, '"') || hasByte(word, '\\') {
			break
		}
		rest = rest[8:]
	}
	for i := 0; i < len(rest); i++ {
		if c := rest[i]; c-' ' > '~'-' ' || c == '"' || c == '\\' {
			return len(s) - len(rest) + i
		}
	}
	return len(s)
}

// load returns the first eight bytes of s; the compiler makes one instruction of it.
func load[T Text](s T) uint64 {
	if len(s) < 8 {
		return 0
	}
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// isUnprintable reports whether one of the eight bytes of word is not printable ASCII.
//
// As long as all bytes are below 0x80, a difference has its high bit set where
// the byte is less than what is taken from it, or where one further down is.
func isUnprintable(word uint64) bool {
	return (word|(word-' '*ones)|((word^0x7f*ones)-ones))&highs != 0
}

// hasByte reports whether one of the eight bytes of word, all of them ASCII, is c.
func hasByte(word uint64, c byte) bool {
	return ((word^uint64(c)*ones)-ones)&highs != 0
}
