package printable

import "bytes"

// AppendMarkdown appends text that this package wrote as code in Markdown, such as a cell of a table: nothing in it is
// taken for markup, a link or a mention. It is a code span; where that could end too early, or split a cell in two, it is an HTML
// element in which such characters stand as references.
func AppendMarkdown[T Text](dst []byte, s T) []byte {
	if len(s) == 0 {
		return dst
	}
	escaped := AppendEscaped(nil, s)
	// A renderer takes a space from both ends of a span.
	if bytes.ContainsAny(escaped, "`|\\") || escaped[0] == ' ' || escaped[len(escaped)-1] == ' ' {
		return appendCodeElement(dst, escaped)
	}
	return append(append(append(dst, '`'), escaped...), '`')
}

// appendCodeElement appends s, in which all that Markdown or HTML could take for something else is a reference.
func appendCodeElement(dst, s []byte) []byte {
	dst = append(dst, "<code>"...)
	for _, c := range s {
		switch {
		case c == ' ', c == '/', c == '-', c == '.', c == ',', c == '=', c >= 0x80,
			'0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			dst = append(dst, c)
		default:
			dst = append(append(dst, "&#"...), '0'+c/100, '0'+c/10%10, '0'+c%10, ';')
		}
	}
	return append(dst, "</code>"...)
}
