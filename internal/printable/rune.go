package printable

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// IsPrint reports whether r is shown as it is: it is printable, and one can
// tell by looking that it is there.
func IsPrint(r rune) bool {
	if r < utf8.RuneSelf {
		return ' ' <= r && r <= '~'
	}
	return strconv.IsPrint(r) && !invisible(r)
}

// invisible reports whether r is one of the letters and marks that Unicode
// counts among the printable characters though nothing is drawn for them
// (Default_Ignorable_Code_Point without the format characters, which are not printable).
func invisible(r rune) bool {
	return unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) ||
		r == blankBraille
}

// blankBraille is a symbol, and drawn as a space.
const blankBraille = '\u2800'

// decode returns the first character of s and its length in bytes. A byte that is
// not UTF-8 gives [utf8.RuneError] and the length 1.
func decode[T Text](s T) (rune, int) {
	var head [utf8.UTFMax]byte
	n := copy(head[:], s)
	return utf8.DecodeRune(head[:n])
}
