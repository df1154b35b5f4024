package allow

import (
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"
)

// matches reports whether the path of a program matches the glob of r.
func (r *Rule) matches(program string) bool {
	match, err := doublestar.Match(distinct(r.Glob), distinct(program))
	return err == nil && match
}

// distinct returns s as UTF-8, each other s as another text. Globs are matched by characters, and what is not
// UTF-8 would be the same character whatever it is: a rule for /a\xff would allow /a\xfe.
//
// Such a byte becomes a character at the end of the private use area, and so do the bytes of those characters.
func distinct(s string) string {
	plain := utf8.ValidString(s)
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] != lastPlane
	}
	if plain {
		return s
	}
	var b []byte
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 || r >= standIn {
			for _, c := range []byte(s[:n]) {
				b = utf8.AppendRune(b, standIn+rune(c))
			}
		} else {
			b = append(b, s[:n]...)
		}
		s = s[n:]
	}
	return string(b)
}

const (
	standIn   = '\U0010ff00' // for the byte 0
	lastPlane = 0xf4         // the first byte of such a character
)
