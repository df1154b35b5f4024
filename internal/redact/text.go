package redact

import "bytes"

// text looks for secrets that stand anywhere in a string: tokens by their shape, passwords in addresses, and values
// by the name before them.
func (s *scan) text(r region) {
	b := s.raw[r.from:r.to]
	var dead [64]int // up to where there is none of a shape
	seen := 0        // up to where b was taken or told to be none
	for i := 0; i < len(b); {
		at, hit := needles.next(b, i)
		if hit == 0 {
			return
		}
		past := at
		if hit&needles.tokens != 0 && isTokenStart(b, at) {
			for n := range needles.shapes(hit) {
				if at < dead[n] {
					continue
				}
				end, looked := tokens[n].token(b, at, r.cut)
				if end > at {
					s.add(r.from+at, r.from+end)
					past = end
					break
				}
				dead[n] = looked
			}
		}
		if past == at && hit&needles.places != 0 {
			past = s.place(r, b, at)
		}
		if past == at && hit&needles.words != 0 {
			past = s.named(r, b, seen, at)
		}
		seen = max(seen, past)
		i = max(past, at+1)
	}
}

// isTokenStart reports whether a token may begin at b[i]: not in the middle of a word, but right after the letter of a flag, or
// after a line break that is written as \n.
func isTokenStart(b []byte, i int) bool {
	if i == 0 || !isWord(b[i-1]) {
		return true
	}
	if i < 2 {
		return false
	}
	return b[i-2] == '\\' || b[i-2] == '-' && (i == 2 || isSpace(b[i-3]) || isQuote(b[i-3]))
}

// place looks at what stands at b[at] for a secret around it, and returns behind it, or at if there is none.
func (s *scan) place(r region, b []byte, at int) int {
	switch {
	case hasPrefixOf(b[at:], "://"):
		return s.address(r, b, at)
	case hasPrefixOf(b[at:], "-----BEGIN "):
		if end := privateKey(b, at); end > at {
			s.add(r.from+at, r.from+end)
			return end
		}
	case hasPrefixOf(b[at:], "hook"):
		return s.webhook(r, b, at)
	case hasPrefixOf(b[at:], "/bot"): // of Telegram
		from := at + len("/bot")
		digits := runOf(b, from, isDigit)
		if digits-from >= 6 && digits < len(b) && b[digits] == ':' {
			if end := runOf(b, digits+1, isBase64URL); end-digits > 30 {
				s.add(r.from+from, r.from+end)
				return end
			}
		}
	}
	return at
}

// webhook looks for an address of Slack, Discord and their like: whoever knows it may post.
func (s *scan) webhook(r region, b []byte, at int) int {
	near := b[:min(len(b), at+maxLook)]
	for _, service := range []string{"hooks.slack.com/services/", "hooks/"} {
		from := at + len(service)
		if !hasPrefixOf(near[at:], service) {
			continue
		}
		in := func(c byte) bool { return isBase64URL(c) || c == '/' }
		end := runOf(near, from, in)
		if end-from >= 30 && isRandom(near[from:end]) {
			end = runOf(b, end, in)
			s.add(r.from+from, r.from+end)
			return end
		}
	}
	return at
}

// privateKey returns where a block ends that holds a private key and begins at b[at], or at if it holds none. What comes behind one without an end
// may be of it.
func privateKey(b []byte, at int) int {
	line, _, _ := bytes.Cut(b[at+len("-----BEGIN "):min(len(b), at+80)], []byte("-----"))
	if !bytes.Contains(line, []byte("PRIVATE KEY")) {
		return at
	}
	return endOfKey(b, at)
}

// endOfKey returns where the end of a private key is, from at on.
func endOfKey(b []byte, at int) int {
	const end, dashes = "-----END ", "-----"
	i := bytes.Index(b[at:], []byte(end))
	if i < 0 {
		return len(b)
	}
	i += at + len(end)
	if j := bytes.Index(b[i:], []byte(dashes)); j >= 0 {
		return i + j + len(dashes)
	}
	return len(b)
}

// address looks for a password in an address, whose :// is at b[at].
func (s *scan) address(r region, b []byte, at int) int {
	from := at + len("://")
	end := runOf(b, from, isAuthority)
	if end < len(b) && b[end] == '@' && !bytes.Contains(b[from:end], []byte{':'}) {
		// A name alone. It may be a token.
		if v := b[from:end]; len(v) >= 20 && isRandom(v) {
			s.add(r.from+from, r.from+end)
		}
		return max(end, at)
	}
	colon := bytes.IndexByte(b[from:end], ':')
	if colon < 0 {
		return at
	}
	colon += from
	// A password may hold an @ that ought to be written otherwise: the last one counts.
	last := -1
	i := end
	for ; i < len(b) && (b[i] == '@' || isAuthority(b[i])); i++ {
		if b[i] == '@' {
			last = i
		}
	}
	switch {
	case last > colon+1 && isSecretValue(password, b[colon+1:last]):
		s.add(r.from+colon+1, r.from+last)
		return last
	case last < 0 && r.cut && i == len(b) && runOf(b, colon+1, isDigit) < i:
		s.add(r.from+colon+1, r.from+i)
		return i
	}
	return at
}

func isAuthority(b byte) bool {
	return b > ' ' && b != '/' && b != '?' && b != '#' && b != '@' && b != '"' && b != '\'' && b != '`' && b != '<' && b != '>' && b != '\\'
}
