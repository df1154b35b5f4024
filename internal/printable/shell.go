package printable

import "unicode/utf8"

// AppendCommand appends a command that can be pasted into bash and then runs
// with the same arguments, byte for byte. argv holds the arguments one after
// the other, each ended by a NUL; the NUL of the last one may be missing.
func AppendCommand[T Text](dst []byte, argv T) []byte {
	if len(argv) == 0 {
		return dst
	}
	how, end := scanWord(argv)
	name := argv[:end]
	if how == unquoted && special(name) {
		how = single
	}
	dst = appendQuoted(dst, name, how)
	if end+1 >= len(argv) {
		return dst
	}
	return AppendWords(append(dst, ' '), argv[end+1:])
}

// AppendWords appends a list of strings, laid out as for [AppendCommand],
// each as one word of the shell and with a space between them.
func AppendWords[T Text](dst []byte, list T) []byte {
	for len(list) > 0 {
		how, end := scanWord(list)
		dst = appendQuoted(dst, list[:end], how)
		if end+1 >= len(list) {
			break
		}
		dst = append(dst, ' ')
		list = list[end+1:]
	}
	return dst
}

// AppendHole appends to a command or list of words that begins at dst[start] a mark for bytes that are
// missing, as a word of its own, and after it the words that follow. The mark is an [Ellipsis]; as
// a word that was there, it would stand in quotes.
func AppendHole[T Text](dst []byte, start int, list T) []byte {
	if len(dst) > start {
		dst = append(dst, ' ')
	}
	return AppendWords(append(dst, Ellipsis+" "...), list)
}

// quotes are the ways to quote a word.
type quotes int

const (
	unquoted quotes = iota // safe as it is
	single                 // '...': printable
	ansi                   // $'...': anything
)

// scanWord returns how to quote the first string of a list, for any place
// but that of the command name, and where it ends: before its NUL.
func scanWord[T Text](list T) (how quotes, end int) {
	i := 0
	if len(list) > 0 && list[0] == '=' { // zsh replaces =name by the path of a command
		how = single
	}
	for i < len(list) {
		switch c := list[i]; {
		case isPlain(c):
			i++
		case ' ' <= c && c <= '~':
			how = max(how, single)
			i++
		case c == 0:
			return lone(list[:i], how), i
		default:
			r, n := decode(list[i:])
			if !IsPrint(r) || r == utf8.RuneError && n == 1 {
				how = ansi
			}
			how = max(how, single)
			i += n
		}
	}
	return lone(list, how), i
}

// lone looks at words of at most one character: an empty one needs quotes,
// and a bracket is no pattern but the command test(1).
func lone[T Text](word T, how quotes) quotes {
	switch {
	case len(word) == 0:
		return single
	case len(word) == 1 && (word[0] == '[' || word[0] == ']'):
		return unquoted
	}
	return how
}

// isPlain reports whether c means itself to every shell and in every locale,
// but for what scanWord and special look at. Characters beyond ASCII do not:
// in some locales their bytes are blanks.
func isPlain(c byte) bool {
	return c-'a' <= 'z'-'a' || c-'+' <= ':'-'+' || c-'@' <= 'Z'-'@' || c == '_' || c == '=' || c == '%'
}

// special reports whether the shell takes s for something else than the name
// of a command when it is the first word: an assignment or a keyword. Bash
// takes a word that begins with % for one of its jobs; no quoting is against that.
func special[T Text](s T) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == '=' {
			return true
		}
	}
	switch string(s) {
	case "case", "coproc", "do", "done", "elif", "else", "end", "esac", "fi", "for", "foreach", "function",
		"if", "in", "nocorrect", "noglob", "repeat", "select", "then", "time", "until", "while":
		return true
	}
	return false
}

// appendQuoted appends a word: plain where that is safe, 'quoted' when it is
// printable, and $'with \n escapes' otherwise.
func appendQuoted[T Text](dst []byte, s T, how quotes) []byte {
	switch how {
	case single:
		return append(appendSingle(append(dst, '\''), s), '\'')
	case ansi:
		return append(appendANSI(append(dst, "$'"...), s), '\'')
	default:
		return append(dst, s...)
	}
}

// appendSingle appends the inside of single quotes, where only the quote itself cannot stand.
func appendSingle[T Text](dst []byte, s T) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '\'' {
			dst = append(append(dst, s[from:i]...), `'\''`...)
			from = i + 1
		}
	}
	return append(dst, s[from:]...)
}

// appendANSI appends the inside of $'...'. Characters beyond ASCII are escaped
// byte by byte, since what the shell makes of \u depends on its locale.
func appendANSI[T Text](dst []byte, s T) []byte {
	for len(s) > 0 {
		c := s[0]
		if c < utf8.RuneSelf {
			switch {
			case c == '\'' || c == '\\':
				dst = append(dst, '\\', c)
			case IsPrint(rune(c)):
				dst = append(dst, c)
			default:
				dst = appendRune(dst, rune(c))
			}
			s = s[1:]
			continue
		}
		r, n := decode(s)
		if IsPrint(r) && (r != utf8.RuneError || n > 1) {
			dst = append(dst, s[:n]...)
		} else {
			for i := 0; i < n; i++ {
				dst = appendHex(dst, s[i])
			}
		}
		s = s[n:]
	}
	return dst
}
