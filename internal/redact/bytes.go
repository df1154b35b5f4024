package redact

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isAlnum(b byte) bool { return isLetter(b) || isDigit(b) }

func isSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

func isQuote(b byte) bool { return b == '\'' || b == '"' || b == '`' }

// isName reports whether b is part of a name, as of a variable or a flag.
func isName(b byte) bool { return isAlnum(b) || b == '_' || b == '-' || b == '.' }

// runOf returns where the run of bytes that are in set ends which begins at from.
func runOf(b []byte, from int, in func(byte) bool) int {
	for from < len(b) && in(b[from]) {
		from++
	}
	return from
}
