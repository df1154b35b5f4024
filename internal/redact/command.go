package redact

import "bytes"

// command is what is known of a command while its words are looked at one after the other.
type command struct {
	tool  *tool
	wants kind // of the next word
	class class

	shell       bool   // its operands are commands
	started     bool   // a word was seen that is no assignment
	takesScript bool   // the next word is a script, as after -c
	login, set  bool   // one of these words was seen
	positional  int    // how many words that are no flags came after the tool
	afterFlag   bool   // the word before is a flag, and may take this one
	letters     uint64 // a bit for each letter of a flag that was seen
	prose       bool   // this may be no command, but a text about one

	prints   bool   // it is echo or printf
	operands []Span // of that
}

// word looks at a word of a command: whether it is a secret by the words before it.
func (s *scan) word(c *command, r region) {
	w := s.raw[r.from:r.to]
	wants, class := c.wants, c.class
	afterFlag := c.afterFlag
	c.wants, c.takesScript, c.afterFlag = nothing, false, false
	switch {
	case wants != nothing && !isFlag(w):
		if !c.prose || len(w) >= 8 && isRandom(w) {
			s.part(wants, class, r)
		}
	case len(w) > 1 && w[0] == '-':
		c.afterFlag = len(w) > 2 || w[1] != '-'
		s.flag(c, w, r)
	case c.tool == nil || c.tool.wraps && !(afterFlag && c.tool.flagsTake):
		s.begin(c, w, r)
	default:
		s.operand(c, w, r)
	}
}

// isFlag reports whether w is a flag and no value: of a value that begins with a dash, hardly more can be told.
func isFlag(w []byte) bool {
	return len(w) == 2 && w[0] == '-' && isLetter(w[1]) || len(w) > 3 && w[0] == '-' && w[1] == '-' && isLetter(w[2])
}

// begin looks at a word that may name the tool.
func (s *scan) begin(c *command, w []byte, r region) {
	name := w[bytes.LastIndexByte(w, '/')+1:]
	if t := toolOf(name); t != nil {
		c.prose = c.prose && c.started
		c.tool, c.positional, c.started = t, 0, true
		c.shell = c.shell || t.shell
		return
	}
	if !c.started && bytes.IndexByte(w, '=') < 0 {
		c.prints = isOneOf(name, "echo printf")
		c.started = true
		return
	}
	c.started = true
	s.operand(c, w, r)
}

// operand looks at a word that is no flag.
func (s *scan) operand(c *command, w []byte, r region) {
	c.positional++
	if c.prints && len(w) > 0 && w[0] != '%' && len(c.operands) < 16 {
		c.operands = append(c.operands, Span{r.from, r.to})
	}
	switch {
	case isOneOf(w, "login auth"):
		c.login = true
	case isOneOf(w, "set config configure"):
		c.set = true
		return
	case c.set && bytes.ContainsAny(w, "_.-") && bytes.IndexByte(w, '=') < 0:
		if class := classOf(w); class == password || class == token || class == key {
			c.wants, c.class = secret, class
			return
		}
	}
	if c.tool != nil && c.tool.operand != nil {
		c.tool.operand(s, c, w, r)
	}
}

// flag looks at a flag: for what it takes, here or in the next word.
func (s *scan) flag(c *command, w []byte, r region) {
	if c.tool != nil {
		if w[1] != '-' {
			for _, letter := range w[1:] {
				c.letters |= 1 << (letter & 63)
			}
		}
		if done := s.toolFlag(c, w, r); done {
			return
		}
	}
	c.takesScript = w[1] != '-' && w[len(w)-1] == 'c' && len(w) <= 5
	if len(w) < 5 || bytes.IndexByte(w, '=') >= 0 {
		return
	}
	if class := classOf(w); class != notSecret && class != signature {
		c.wants, c.class = secret, class
	}
}

// part takes of a word what is secret in it.
func (s *scan) part(k kind, c class, r region) {
	w := s.raw[r.from:r.to]
	if n := len(w); n >= 2 && isQuote(w[0]) && w[n-1] == w[0] {
		r.from, r.to, w = r.from+1, r.to-1, w[1:n-1]
	}
	switch k {
	case secret, attached:
		if isPorts(w) {
			return
		}
		if c == authorization {
			v := behindMethod(s.raw, r)
			r.from = v
		}
	case pair:
		r.from += behind(w, ":")
	case jar:
		c = cookie
	case percent:
		r.from += behind(w, "%")
	case comma:
		r.from += behind(w, ",")
	case slash:
		r.from += behind(w, "/")
		if at := bytes.LastIndexByte(s.raw[r.from:r.to], '@'); at > 0 {
			r.to = r.from + at
		}
		c = password
		if r.from < r.to && s.raw[r.from] == '/' {
			return // of an address
		}
	case source: // of openssl
		if !hasPrefixOf(w, "pass:") {
			return
		}
		r.from += len("pass:")
	}
	if isSecretValue(c, s.raw[r.from:r.to]) {
		s.add(r.from, r.to)
	}
}

// behind returns where w goes on behind sep, or its length.
func behind(w []byte, sep string) int {
	if i := bytes.Index(w, []byte(sep)); i >= 0 {
		return i + len(sep)
	}
	return len(w)
}

// isPorts reports whether w is a mapping of ports, as of docker run --name mysql -p 3306:3306.
func isPorts(w []byte) bool {
	return bytes.IndexByte(w, ':') > 0 && runOf(w, 0, func(b byte) bool { return isDigit(b) || b == ':' || b == '.' }) == len(w)
}
