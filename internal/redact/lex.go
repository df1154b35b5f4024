package redact

// maxDepth bounds how deep commands are looked at that stand in arguments of commands.
const maxDepth = 3

// commands looks at the words of a string as a shell would: whether one is a secret by those before it. Before the first of them, first is known.
func (s *scan) commands(r region, first command, depth int) {
	c := first
	var printed []Span // by the command before the pipe
	for from := r.from; from < r.to; {
		switch b := s.raw[from]; {
		case b == '|' && c.prints:
			printed, c = c.operands, command{prose: first.prose && c.tool == nil}
			from++
			continue
		case isOperator(b):
			printed, c = nil, command{prose: first.prose && c.tool == nil}
			from++
			continue
		case isSpace(b):
			from++
			continue
		}
		end := s.wordEnd(from, r.to)
		w := region{from: from, to: end, cut: r.cut && end == r.to}
		from = end
		if n := w.to - w.from; n >= 2 && isQuote(s.raw[w.from]) && s.raw[w.to-1] == s.raw[w.from] {
			w.from, w.to = w.from+1, w.to-1
		}
		s.word(&c, w)
		if len(printed) > 0 && takesPassword(s.raw[w.from:w.to]) {
			for _, p := range printed {
				s.part(secret, password, region{from: p.From, to: p.To})
			}
			printed = nil
		}
		if s.assignment(w) {
			continue
		}
		if depth < maxDepth && runOf(s.raw[:w.to], w.from, isGraphic) < w.to {
			s.commands(w, command{prose: first.prose}, depth+1)
		}
	}
}

// isOperator reports whether b stands between commands.
func isOperator(b byte) bool {
	return b == ';' || b == '|' || b == '&' || b == '(' || b == ')' || b == '\n' || b == '`'
}

// takesPassword reports whether a word tells that a command reads a password from its standard input.
func takesPassword(w []byte) bool {
	return isOneOf(w, "-S --stdin --password-stdin --passphrase-fd chpasswd --pass-stdin --with-token")
}

// wordEnd returns where the word ends that begins at from.
func (s *scan) wordEnd(from, to int) int {
	var quote byte
	for i := from; i < to; i++ {
		switch b := s.raw[i]; {
		case b == '\\' && quote != '\'':
			i++
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case isSpace(b) || isOperator(b):
			if i == from {
				i++
			}
			return i
		}
	}
	return to
}
