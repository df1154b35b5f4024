package printable

import "github.com/clipperhouse/displaywidth"

// Ellipsis stands in the place of what was cut.
const Ellipsis = "…"

// Width returns how many columns of a terminal s takes. It is made for text
// that this package wrote.
func Width(s []byte) int {
	if n := PlainLen(s); n == len(s) {
		return n
	}
	return displaywidth.Bytes(s)
}

// Fit cuts the text that begins at dst[start] so that it takes at most width
// columns, and returns the buffer and the columns that are taken. Where
// something was cut off there is an [Ellipsis]. Neither an escape nor a
// character with its accents is cut in two.
func Fit(dst []byte, start, width int) ([]byte, int) {
	text := dst[start:]
	if width <= 0 {
		return dst[:start], 0
	}
	if len(text) <= width && PlainLen(text) == len(text) {
		return dst, len(text)
	}
	var used, keep, kept int // keep is where the last part ends that leaves room for the ellipsis
	for i := 0; i < len(text); {
		n, w := part(text[i:])
		if used+w > width {
			return append(dst[:start+keep], Ellipsis...), kept + 1
		}
		i, used = i+n, used+w
		if used < width {
			keep, kept = i, used
		}
	}
	return dst, used
}

// part returns the length in bytes and the columns of the first part of text that must stay whole.
func part(text []byte) (n, width int) {
	n = 1
	if text[0] == '\\' {
		n = escapeLen(text)
	}
	// What follows may be an accent of this character.
	if next := n; text[0] >= 0x80 || next < len(text) && text[next] >= 0x80 {
		g := displaywidth.BytesGraphemes(text[n-1:])
		g.Next()
		return n - 1 + len(g.Value()), n - 1 + g.Width()
	}
	return n, n
}

// escapeLen returns the length of the escape at the beginning of text, a lone backslash included.
func escapeLen(text []byte) int {
	n := 2
	if len(text) > 1 {
		switch text[1] {
		case 'x':
			n = 4
		case 'u':
			n = 6
		case 'U':
			n = 10
		}
	}
	for i := 1; i < min(n, len(text)); i++ {
		if text[i] >= 0x80 {
			return i // no escape: a backslash that the text itself has
		}
	}
	return min(n, len(text))
}
