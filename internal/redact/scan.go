package redact

import "bytes"

// scan is the search of one list of strings.
type scan struct {
	raw   []byte
	spans []Span
	top   command // the one that the arguments are of
}

// region is a part of what is searched. What is cut goes on in what is missing.
type region struct {
	from, to int
	cut      bool
}

// args looks for secrets in an argv.
func (s *scan) args(r region) {
	s.top = command{operands: s.top.operands[:0]}
	for from := r.from; from < r.to; {
		end := from + lengthOf(s.raw[from:r.to])
		s.arg(&s.top, region{from, end, r.cut && end == r.to})
		from = end + 1
	}
}

// variables looks for them in an environment.
func (s *scan) variables(r region) {
	for from := r.from; from < r.to; {
		end := from + lengthOf(s.raw[from:r.to])
		v := region{from, end, r.cut && end == r.to}
		if needles.any(s.raw[from:end]) && !s.assignment(v) {
			s.text(v)
			s.commands(v, command{}, 0)
		}
		from = end + 1
	}
}

// arg looks for secrets in the next argument of a command.
func (s *scan) arg(c *command, r region) {
	script := c.takesScript || c.shell || !c.started // a whole command may be taken for a name by mistake
	s.word(c, r)
	b := s.raw[r.from:r.to]
	hits := needles.all(b)
	if hits == 0 {
		return
	}
	spaced := bytes.ContainsAny(b, " \t\n")
	if !(spaced && script) && s.assignment(r) {
		return
	}
	if hits&^needles.tools != 0 {
		s.text(r)
	}
	if spaced {
		s.commands(r, command{prose: !script && !c.shell}, 0)
	}
}

// assignment takes all that comes after the name of a secret and an equals sign, where a string begins with these.
func (s *scan) assignment(r region) bool {
	b := s.raw[r.from:r.to]
	end := runOf(b[:min(len(b), maxName)], 0, isName)
	if end == 0 || end == len(b) || b[end] != '=' {
		return false
	}
	c := classOf(b[:end])
	if c != password && c != token && c != key || !isSecretValue(c, b[end+1:]) {
		return false
	}
	value := region{from: r.from + end + 1, to: r.to}
	if n := len(b) - end - 1; n >= 2 && isQuote(b[end+1]) && b[len(b)-1] == b[end+1] {
		value.from++
		value.to--
	}
	if tail := b[end+1:]; hasPrefixOf(tail, "pass:", "env:", "file:") {
		return false
	}
	s.add(value.from, value.to)
	return true
}

// fragment looks at what stands behind missing bytes, from i on: it can be the end of a secret that began among them.
func (s *scan) fragment(i int) {
	end := i + lengthOf(s.raw[i:])
	b := s.raw[i:end]
	if key := bytes.Index(b, []byte("PRIVATE KEY-----")); key >= 0 && bytes.Contains(b[:key], []byte("-----END ")) &&
		!bytes.Contains(b[:key], []byte("-----BEGIN ")) {
		s.add(i, i+endOfKey(b, 0))
		return
	}
	s.add(i, i+runOf(b, 0, func(x byte) bool { return isGraphic(x) && !isQuote(x) }))
}
