package printable

import "unicode/utf8"

// AppendEscaped appends s, with an escape in the place of each character that
// is not shown as it is: \n and its like, \x1b for other control characters,
// \u202e or \U000e0001 for characters beyond ASCII, \xff for a byte that is not UTF-8.
//
// A backslash stays as it is. So text that is printable is never changed, and
// escaping twice is the same as escaping once; but a name that holds the four
// characters \x1b looks like one that holds an escape character. Where the
// difference matters, JSON output makes it.
func AppendEscaped[T Text](dst []byte, s T) []byte {
	for len(s) > 0 {
		if n := PlainLen(s); n > 0 {
			dst = append(dst, s[:n]...)
			s = s[n:]
			continue
		}
		r, n := decode(s)
		switch {
		case r == utf8.RuneError && n == 1:
			dst = appendHex(dst, s[0])
		case IsPrint(r):
			dst = append(dst, s[:n]...)
		default:
			dst = appendRune(dst, r)
		}
		s = s[n:]
	}
	return dst
}

// appendRune appends the escape of a character that is not printable.
func appendRune(dst []byte, r rune) []byte {
	switch {
	case r < utf8.RuneSelf:
		if c := letter(byte(r)); c != 0 {
			return append(dst, '\\', c)
		}
		return appendHex(dst, byte(r))
	case r <= 0xffff:
		dst = append(dst, `\u`...)
		return appendDigits(dst, r, 4)
	default:
		dst = append(dst, `\U`...)
		return appendDigits(dst, r, 8)
	}
}

// letter returns the letter by which C, Go and the shell escape a control character, or 0.
func letter(c byte) byte {
	switch c {
	case '\a':
		return 'a'
	case '\b':
		return 'b'
	case '\t':
		return 't'
	case '\n':
		return 'n'
	case '\v':
		return 'v'
	case '\f':
		return 'f'
	case '\r':
		return 'r'
	}
	return 0
}

func appendHex(dst []byte, c byte) []byte {
	return append(dst, '\\', 'x', digits[c>>4], digits[c&0xf])
}

func appendDigits(dst []byte, r rune, n int) []byte {
	for shift := 4 * (n - 1); shift >= 0; shift -= 4 {
		dst = append(dst, digits[r>>shift&0xf])
	}
	return dst
}

const digits = "0123456789abcdef"
