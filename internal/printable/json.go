package printable

import "unicode/utf8"

// AppendJSON appends s as it stands inside of a string of JSON, without the
// quotes. What must not reach a terminal stands there as a \u escape, so a
// reader of the JSON gets s exactly. It reports false when s is not UTF-8: the
// stray bytes are then written as \xff, with the backslash escaped.
func AppendJSON[T Text](dst []byte, s T) (out []byte, exact bool) {
	exact = true
	for {
		n := PlainJSONLen(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return dst, exact
		}
		s = s[n:]
		if c := s[0]; c < utf8.RuneSelf {
			dst = appendJSONByte(dst, c)
			s = s[1:]
			continue
		}
		r, size := decode(s)
		switch {
		case r == utf8.RuneError && size == 1:
			exact = false
			dst = appendHex(append(dst, '\\'), s[0])
		case IsPrint(r):
			dst = append(dst, s[:size]...)
		default:
			dst = appendUnicode(dst, r)
		}
		s = s[size:]
	}
}

func appendJSONByte(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return appendUnit(dst, rune(c))
}

// appendUnicode appends r as \u escapes: one, or two for a character beyond U+FFFF.
func appendUnicode(dst []byte, r rune) []byte {
	if r > 0xffff {
		r -= 0x10000
		dst = appendUnit(dst, 0xd800+r>>10)
		r = 0xdc00 + r&0x3ff
	}
	return appendUnit(dst, r)
}

func appendUnit(dst []byte, r rune) []byte {
	return appendDigits(append(dst, '\\', 'u'), r, 4)
}
