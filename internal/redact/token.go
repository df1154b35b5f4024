package redact

import "bytes"

// A shape is how tokens of a service look: a prefix, and then at least so many bytes of some kind.
type shape struct {
	prefix string
	least  int
	in     func(byte) bool
	// rest decides where it takes more than that: it is given the run behind the prefix, and returns how much of it is the token.
	rest func(run []byte) int
}

var tokens = []shape{
	{prefix: "AKIA", least: 16, in: isUpperDigit}, // AWS
	{prefix: "ASIA", least: 16, in: isUpperDigit},
	{prefix: "ghp_", least: 20, in: isWord}, // GitHub
	{prefix: "gho_", least: 20, in: isWord},
	{prefix: "ghu_", least: 20, in: isWord},
	{prefix: "ghs_", least: 20, in: isWord},
	{prefix: "ghr_", least: 20, in: isWord},
	{prefix: "github_pat_", least: 20, in: isWord},
	{prefix: "glpat-", least: 16, in: isBase64URL}, // GitLab
	{prefix: "glrt-", least: 16, in: isBase64URL},
	{prefix: "gldt-", least: 16, in: isBase64URL},
	{prefix: "xox", least: 12, in: isBase64URL, rest: slackToken},
	{prefix: "xapp-", least: 16, in: isBase64URL},
	{prefix: "sk_live_", least: 10, in: isAlnum}, // Stripe
	{prefix: "rk_live_", least: 10, in: isAlnum},
	{prefix: "sk_test_", least: 10, in: isAlnum},
	{prefix: "whsec_", least: 16, in: isBase64},
	{prefix: "AIza", least: 30, in: isBase64URL}, // Google
	{prefix: "ya29.", least: 20, in: isBase64URL},
	{prefix: "GOCSPX-", least: 20, in: isBase64URL},
	{prefix: "eyJ", least: 20, in: isJWT, rest: webToken},
	{prefix: "npm_", least: 30, in: isAlnum},
	{prefix: "pypi-AgE", least: 16, in: isBase64URL},
	{prefix: "SG.", least: 40, in: isJWT}, // SendGrid
	{prefix: "hf_", least: 30, in: isAlnum},
	{prefix: "sk-", least: 20, in: isBase64URL, rest: segmented}, // OpenAI and others
	{prefix: "AGE-SECRET-KEY-1", least: 40, in: isUpperDigit},
	{prefix: "hvs.", least: 20, in: isBase64URL}, // Vault
	{prefix: "dop_v1_", least: 40, in: isHex},    // DigitalOcean
	{prefix: "shpat_", least: 30, in: isHex},     // Shopify
	{prefix: "AC", least: 32, in: isAlnum, rest: exactHex},
	{prefix: "SK", least: 32, in: isAlnum, rest: exactHex}, // Twilio
	{prefix: "dckr_pat_", least: 20, in: isBase64URL},
	{prefix: "ATATT", least: 30, in: isBase64URL}, // Atlassian
	{prefix: "dapi", least: 32, in: isAlnum, rest: exactHex},
	{prefix: "key-", least: 32, in: isAlnum, rest: exactHex}, // Mailgun
	{prefix: "glsa_", least: 32, in: isWord},                 // Grafana
	{prefix: "tskey-", least: 12, in: isBase64URL},           // Tailscale
}

func isUpperDigit(b byte) bool { return b >= 'A' && b <= 'Z' || isDigit(b) }

func isWord(b byte) bool { return isAlnum(b) || b == '_' }

func isBase64URL(b byte) bool { return isWord(b) || b == '-' }

func isBase64(b byte) bool { return isAlnum(b) || b == '+' || b == '/' || b == '=' }

func isJWT(b byte) bool { return isBase64URL(b) || b == '.' }

func isHex(b byte) bool { return isDigit(b) || b >= 'a' && b <= 'f' }

// token returns where the token ends that begins at b[i], and i if there is none. Cut tells that b goes on, and how is not known.
func (t *shape) token(b []byte, i int, cut bool) (end, looked int) {
	rest, ok := bytes.CutPrefix(b[i:], []byte(t.prefix))
	if !ok {
		return i, i
	}
	start := len(b) - len(rest)
	looked = runOf(b, start, t.in)
	switch whole := !cut || looked < len(b); {
	case whole && looked-start < t.least:
		return i, looked
	case whole && t.rest != nil:
		n := t.rest(b[start:looked])
		if n == 0 {
			return i, looked
		}
		return start + n, start + n
	}
	return looked, looked
}

func slackToken(run []byte) int {
	if bytes.IndexByte([]byte("abeoprs"), run[0]) < 0 || run[1] != '-' && run[1] != '.' {
		return 0
	}
	return len(run)
}

// webToken takes two or three parts in base64, the first of which is an object.
func webToken(run []byte) int {
	head, rest, _ := bytes.Cut(run, []byte{'.'})
	payload, _, _ := bytes.Cut(rest, []byte{'.'})
	if len(head) < 8 || len(payload) < 8 {
		return 0
	}
	return len(run)
}

// segmented wants a part that no word in a name with dashes looks like.
func segmented(run []byte) int {
	for part := range bytes.SplitSeq(run, []byte{'-'}) {
		if len(part) >= 16 && isRandom(part) {
			return len(run)
		}
	}
	return 0
}

// exactHex wants 32 hexadecimal digits and no more.
func exactHex(run []byte) int {
	if len(run) != 32 || runOf(run, 0, isHex) != 32 {
		return 0
	}
	return 32
}

// isRandom reports whether text has letters and digits as a word has not: mixed, with both in it.
func isRandom(text []byte) bool {
	var letters, digits, turns int
	for i, b := range text {
		switch {
		case isDigit(b):
			digits++
		case isLetter(b):
			letters++
		}
		if i > 0 && isDigit(b) != isDigit(text[i-1]) {
			turns++
		}
	}
	return letters > 1 && digits > 1 && turns > 1
}
