package redact

import "bytes"

// isSecretValue reports whether what stands where a secret of this class may stand is one, and not what stands for it.
func isSecretValue(c class, v []byte) bool {
	v = unquote(v)
	switch {
	case len(v) == 0 || bytes.Equal(v, []byte(Mark)) || isStandIn(v):
		return false
	case len(v) == 1 && c != password && c != authorization && c != cookie:
		return false
	case len(v) == 1 && isDigit(v[0]):
		return false // as of --pass 1
	}
	switch c {
	case password:
		return !hasPrefixOf(v, "id=", "type=", "src=", "./", "../", "~/")
	case token:
		return !isPath(v)
	case key:
		return !isPath(v) && !hasSuffixOf(v, ".pem", ".key", ".json", ".crt", ".pub", ".asc", ".gpg", ".p12", ".txt")
	case credential:
		user, pass, pair := bytes.Cut(v, []byte{':'})
		return pair && len(user) > 0 && len(pass) > 0 && !hasPrefixOf(pass, "//") || len(v) >= 16 && isRandom(v) && !isPath(v)
	case cookie:
		return bytes.IndexByte(v, '=') > 0
	case signature:
		return len(v) >= 16 && isRandom(v)
	}
	return true
}

// isStandIn reports whether v stands for a secret that is elsewhere: a variable, a placeholder, or where to look it up.
func isStandIn(v []byte) bool {
	if len(v) > maxStandIn {
		return false
	}
	switch v[0] {
	case '$':
		return isVariable(v)
	case '<':
		return v[len(v)-1] == '>'
	case '{':
		return hasPrefixOf(v, "{{") && hasSuffixOf(v, "}}")
	case '%':
		return len(v) == 2 || len(v) > 2 && v[len(v)-1] == '%' || hasPrefixOf(v, "%(")
	case '@':
		return hasPrefixOf(v, "@/", "@./", "@~/", "@-")
	case '*', '.':
		return len(bytes.Trim(v, "*.")) == 0
	case '-':
		return len(v) == 1
	}
	if len(v) > 16 || !isLetter(v[0]) {
		return hasPrefixOf(v, "arn:aws:", "vault:", "op://", "ref+", "secretref:")
	}
	var lower [16]byte
	for i, b := range v {
		lower[i] = b
		if b >= 'A' && b <= 'Z' {
			lower[i] |= 0x20
		}
	}
	return isOneOf(lower[:len(v)], "true false yes no null none nil undefined prompt ask stdin xxx xxxx xxxxx xxxxxx xxxxxxxx string str required optional basic bearer") ||
		hasPrefixOf(v, "env:", "file:", "fd:", "op://", "vault:", "ref+")
}

// maxStandIn is how long a placeholder may be, in bytes.
const maxStandIn = 512

// isVariable reports whether v is a reference to a variable or a command, as a shell has it, and no more.
func isVariable(v []byte) bool {
	if len(v) < 2 {
		return false
	}
	switch v[1] {
	case '{':
		return bytes.IndexByte(v, '}') == len(v)-1 && !bytes.ContainsAny(v, ":=")
	case '(':
		return true
	}
	return runOf(v, 1, isWord) == len(v)
}

// isPath reports whether v is the path of a file: random text in base64 has slashes too.
func isPath(v []byte) bool {
	if !hasPrefixOf(v, "/", "./", "../", "~/") {
		return false
	}
	for part := range bytes.SplitSeq(v, []byte{'/'}) {
		if len(part) >= 20 && isRandom(part) || runOf(part, 0, isPathByte) < len(part) {
			return false
		}
	}
	return true
}

func isPathByte(b byte) bool { return isName(b) || b == '~' || b == '@' || b == ':' }

func hasPrefixOf(v []byte, prefixes ...string) bool {
	for _, p := range prefixes {
		if len(v) >= len(p) && string(v[:len(p)]) == p {
			return true
		}
	}
	return false
}

func hasSuffixOf(v []byte, suffixes ...string) bool {
	for _, s := range suffixes {
		if len(v) >= len(s) && string(v[len(v)-len(s):]) == s {
			return true
		}
	}
	return false
}

// unquote returns v without quotes around it.
func unquote(v []byte) []byte {
	if n := len(v); n >= 2 && isQuote(v[0]) && v[n-1] == v[0] {
		return v[1 : n-1]
	}
	return v
}
