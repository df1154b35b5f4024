package redact

import (
	"bytes"
	"strings"
)

// class is what kind of secret a name is for.
type class uint8

const (
	notSecret class = iota
	password
	token
	key           // may be in a file, which is named in its place
	credential    // may be user:password, a file, or a method
	cookie        // of an HTTP header
	authorization // an HTTP header: a method and what it takes
	signature     // of an address
)

// classOf returns what the name of a variable, a flag, a header or a member is for, such as --db-password or clientSecret.
func classOf(name []byte) class {
	if len(name) > maxName {
		return notSecret
	}
	var parts [2 * maxName]byte
	words := splitName(parts[:0], bytes.TrimLeft(name, "-"))
	if len(words) == 0 {
		return notSecret
	}
	first, _, _ := bytes.Cut(words, []byte{' '})
	last := words[bytes.LastIndexByte(words, ' ')+1:]
	if isOneOf(first, "no without skip ask prompt use show disable enable require allow generate with from has is keep save forgot reset check verify") {
		return notSecret
	}
	var whole [2 * maxName]byte
	joined := whole[:0]
	for _, b := range words {
		if b != ' ' {
			joined = append(joined, b)
		}
	}
	return classOfWords(name, last, joined)
}

// maxName is how long a name may be to be looked at, in bytes.
const maxName = 128

// classOfWords decides by the last word of a name and by all of them together, in lower case.
func classOfWords(name, last, joined []byte) class {
	switch {
	case endsWithOne(joined, "password passwd passphrase passcode passwort kennwort"):
		return password
	case endsWithOne(last, "pass pwd") && !isOneOf(last, "bypass compass trespass overpass underpass surpass encompass oldpwd"):
		if bytes.Equal(name, []byte("PWD")) {
			return notSecret
		}
		return password
	case endsWithOne(joined, "secret secretkey secretaccesskey secretvalue clientsecretvalue"):
		return password
	case endsWithOne(joined, "token oauth2bearer authbearer") || bytes.Equal(joined, []byte("bearer")):
		return token
	case endsWithOne(joined, "apikey accesskey privatekey accountkey sharedkey masterkey encryptionkey signingkey licensekey "+
		"authkey appkey applicationkey storagekey subscriptionkey servicekey hmackey consumerkey"):
		return key
	case endsWithOne(joined, "authorization"):
		return authorization
	case isOneOf(joined, "cookie setcookie"):
		return cookie
	case bytes.Equal(last, []byte("auth")) || isOneOf(last, "credential credentials creds cred"):
		return credential
	case isOneOf(joined, "sig xamzsignature xgoogsignature signature"):
		return signature
	}
	return notSecret
}

// splitName appends the words of a name in lower case, with blanks between them: they are told apart by other bytes than letters and
// digits, and by capitals as in accessToken.
func splitName(dst, name []byte) []byte {
	for i, b := range name {
		switch {
		case !isAlnum(b):
			if len(dst) > 0 && dst[len(dst)-1] != ' ' {
				dst = append(dst, ' ')
			}
			continue
		case b >= 'A' && b <= 'Z' && i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z':
			dst = append(dst, ' ')
		}
		if b >= 'A' && b <= 'Z' {
			b |= 0x20
		}
		dst = append(dst, b)
	}
	return bytes.TrimRight(dst, " ")
}

// isOneOf reports whether word is in a list with blanks between its words.
func isOneOf(word []byte, list string) bool {
	for w := range strings.SplitSeq(list, " ") {
		if string(word) == w {
			return true
		}
	}
	return false
}

func endsWithOne(word []byte, list string) bool {
	for w := range strings.SplitSeq(list, " ") {
		if len(word) >= len(w) && string(word[len(word)-len(w):]) == w {
			return true
		}
	}
	return false
}
