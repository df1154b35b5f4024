package ecs

import (
	"encoding/base64"

	"github.com/exectrail/exectrail/internal/printable"
)

// Every member of an object is written with a comma behind it, which
// closeObject takes away behind the last one. Keys are given with all that
// stands before the value: `"pid":`, `"name":"` or `"args":[`.

// closeObject ends the object that was opened last. It has to have a member.
func closeObject(dst []byte) []byte {
	dst[len(dst)-1] = '}'
	return append(dst, ',')
}

// closeFilled ends the object that was opened last with key, or takes it away when it has no member.
func closeFilled(dst []byte, key string) []byte {
	if dst[len(dst)-1] == '{' {
		return dst[:len(dst)-len(key)]
	}
	return closeObject(dst)
}

// closeArray ends the array that was opened last, which may be empty.
func closeArray(dst []byte) []byte {
	if last := len(dst) - 1; dst[last] == ',' {
		dst = dst[:last]
	}
	return append(dst, ']', ',')
}

func number(dst []byte, key string, n uint64) []byte {
	return append(appendUint(append(dst, key...), n), ',')
}

// flag appends a member only when it is true.
func flag(dst []byte, member string, set bool) []byte {
	if set {
		dst = append(dst, member...)
	}
	return dst
}

// text appends a string, and its exact bytes where they are not UTF-8. There is no member for an empty one.
func text[T printable.Text](dst []byte, key string, s T) []byte {
	if len(s) == 0 {
		return dst
	}
	dst, exact := printable.AppendJSON(append(dst, key...), s)
	dst = append(dst, '"', ',')
	if !exact {
		dst = append(append(dst, key[:len(key)-len(`":"`)]...), `_bytes":`...)
		dst = append(appendBase64(dst, s), ',')
	}
	return dst
}

// list appends an array of the strings that stand in raw, each ended by a NUL
// (the last one may lack it), and of those in more, which follow behind a hole. Where one
// of them is not UTF-8, an array of the exact bytes of all follows.
func list[T printable.Text](dst []byte, key string, raw, more T) []byte {
	dst, exact := items(append(dst, key...), raw)
	if len(more) > 0 {
		var same bool
		dst, same = items(dst, more)
		exact = exact && same
	}
	dst = closeArray(dst)
	if exact {
		return dst
	}
	dst = append(append(dst, key[:len(key)-len(`":[`)]...), `_bytes":[`...)
	return closeArray(exactItems(exactItems(dst, raw), more))
}

// items appends the strings that stand in raw, and reports whether all of them are UTF-8.
func items[T printable.Text](dst []byte, raw T) (out []byte, exact bool) {
	exact = true
	for rest := raw; len(rest) > 0; {
		// A NUL is not plain, so this finds the end of most strings.
		n := printable.PlainJSONLen(rest)
		if n == len(rest) || rest[n] == 0 {
			dst = append(append(append(dst, '"'), rest[:n]...), '"', ',')
			rest = rest[min(n+1, len(rest)):]
			continue
		}
		var item T
		item, rest = cutItem(rest)
		var same bool
		dst, same = printable.AppendJSON(append(dst, '"'), item)
		dst = append(dst, '"', ',')
		exact = exact && same
	}
	return dst, exact
}

// exactItems appends the bytes of the strings that stand in raw.
func exactItems[T printable.Text](dst []byte, raw T) []byte {
	for rest := raw; len(rest) > 0; {
		var item T
		item, rest = cutItem(rest)
		dst = append(appendBase64(dst, item), ',')
	}
	return dst
}

func cutItem[T printable.Text](raw T) (item, rest T) {
	for i := 0; i < len(raw); i++ {
		if raw[i] == 0 {
			return raw[:i], raw[i+1:]
		}
	}
	return raw, raw[len(raw):]
}

// appendBase64 appends s as a string of JSON in standard base64.
func appendBase64[T printable.Text](dst []byte, s T) []byte {
	dst = append(dst, '"')
	// Rounds of a multiple of three bytes, which need no padding between them.
	var chunk [3 << 8]byte
	for len(s) > 0 {
		n := copy(chunk[:], s)
		dst = base64.StdEncoding.AppendEncode(dst, chunk[:n])
		s = s[n:]
	}
	return append(dst, '"')
}
