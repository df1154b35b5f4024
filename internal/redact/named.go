package redact

import "bytes"

// named looks at the name of which a part stands at b[at], from least on, and at what comes behind it. It returns behind the
// secret, or else behind the name.
func (s *scan) named(r region, b []byte, least, at int) int {
	from := at
	for from > least && at-from < maxName && isName(b[from-1]) {
		from--
	}
	end := runOf(b[:min(len(b), at+maxName)], at, isName)
	c := classOf(b[from:end])
	if c == notSecret {
		return end
	}
	value, quoted, ok := valueOf(b, from, end, c)
	if !ok {
		return end
	}
	near := b
	if c == credential || c == signature || c == cookie {
		near = b[:min(len(b), value+maxLook)] // these can turn out to be none
	}
	v := region{from: value, to: valueEnd(near, value, quoted, c)}
	if c == authorization {
		v.from = behindMethod(b, v)
	}
	if !isSecretValue(c, b[v.from:v.to]) {
		return max(end, value)
	}
	if len(near) < len(b) {
		v.to = valueEnd(b, value, quoted, c)
	}
	s.add(r.from+v.from, r.from+v.to)
	return v.to
}

// maxLook is how far to look for what may be no secret, in bytes, so that this takes no more than linear time.
const maxLook = 256

// valueOf returns where the value begins of the name b[from:end], and in which quotes it is, or ok is false.
func valueOf(b []byte, from, end int, c class) (value int, quoted byte, ok bool) {
	inQuotes := false // the name is, as in JSON
	i := end
	for i < len(b) && b[i] == '\\' {
		i++
	}
	if i < len(b) && isQuote(b[i]) && from > 0 && b[from-1] == b[i] {
		i++
		inQuotes = true
	} else if i = end; i < len(b) && b[i] == ']' {
		i++ // as of form[password]=
	}
	name := i
	i = runOf(b, i, isBlank)
	if i == len(b) {
		return 0, 0, false
	}
	sign := b[i]
	if sign != '=' && sign != ':' {
		// Without a sign, what follows has to look like a secret itself.
		word := runOf(b[:min(len(b), i+maxLook)], i, isBase64URL)
		return i, 0, !inQuotes && i > name && from > 0 && c != credential && word-i >= 16 && isRandom(b[i:word])
	}
	i++
	if sign == '=' && i < len(b) && b[i] == '>' || sign == ':' && i < len(b) && b[i] == '=' {
		i++ // as of Ruby, and of SQL
	}
	blank := runOf(b, i, isBlank)
	if blank == len(b) {
		return 0, 0, false
	}
	value = blank
	for value < len(b) && b[value] == '\\' {
		value++
	}
	if value < len(b) && isQuote(b[value]) {
		return value + 1, b[value], true
	}
	value = blank
	switch {
	case sign == '=' || inQuotes || c == authorization || c == cookie:
	case blank == i:
		// The likes of a task named token:refresh.
		word := runOf(b[:min(len(b), value+maxLook)], value, isBase64URL)
		ok := c == password || word-value >= 8 && isRandom(b[value:word])
		return value, 0, ok && !(hasPrefixOf(b[value:], "//"))
	default:
		// In prose more words follow.
		near := b[:min(len(b), value+maxLook)]
		return value, 0, runOf(near, value, isGraphic) >= valueEnd(near, value, 0, authorization)
	}
	return value, 0, true
}

// behindMethod returns where the secret begins in the value of an HTTP header Authorization, such as Bearer TOKEN.
func behindMethod(b []byte, v region) int {
	word := runOf(b[:v.to], v.from, isGraphic)
	if next := runOf(b[:v.to], word, isBlank); next > word && next < v.to && runOf(b[:word], v.from, isName) == word {
		return next
	}
	return v.from
}

// valueEnd returns where a value ends that begins at b[from].
func valueEnd(b []byte, from int, quoted byte, c class) int {
	if quoted != 0 {
		return quoteEnd(b, from, quoted)
	}
	for i := from; i < len(b); i++ {
		switch x := b[i]; {
		case x == Mark[0] && hasPrefixOf(b[i:], Mark):
			i += len(Mark) - 1
		case isQuote(x), x == '\n', x == '\r', x == '\\' && i+1 < len(b) && (isQuote(b[i+1]) || b[i+1] == 'n' || b[i+1] == 'r'):
			return i
		case c == authorization || c == cookie:
		case isSpace(x), x == '&', x == ';', x == '<', x == '>', x == '|':
			return i
		case (x == ',' || x == '}' || x == ']' || x == ')') && endsValue(b[i+1:]):
			return i
		}
	}
	return len(b)
}

// endsValue reports whether rest begins with what comes behind a value and the mark that ends it.
func endsValue(rest []byte) bool {
	if len(rest) == 0 || isSpace(rest[0]) || isQuote(rest[0]) || bytes.IndexByte([]byte(",;}])\\&|"), rest[0]) >= 0 {
		return true
	}
	end := runOf(rest[:min(len(rest), maxName)], 0, isName)
	return end > 0 && end < len(rest) && (rest[end] == '=' || rest[end] == ':')
}

// quoteEnd returns where the quote is that ends a value which begins at b[from].
func quoteEnd(b []byte, from int, quote byte) int {
	escaped := from >= 2 && b[from-2] == '\\'
	for i := from; i < len(b); i++ {
		switch {
		case b[i] == quote:
			return i
		case b[i] == '\\' && escaped && i+1 < len(b) && b[i+1] == quote:
			return i
		case b[i] == '\\' && !escaped:
			i++
		}
	}
	return len(b)
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' }

func isGraphic(b byte) bool { return !isSpace(b) }
