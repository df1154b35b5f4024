package layout

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"

	"github.com/exectrail/exectrail/internal/printable"
)

// AppendText appends a value as one line for people: nothing in it acts on a terminal. A text stands as it is,
// strings as a command line that can be pasted into a shell, a struct as name=value, and "?" for what is missing.
func AppendText(dst []byte, v Value) []byte {
	switch v.kind {
	case Text:
		return printable.AppendEscaped(dst, v.raw)
	case Strings:
		return printable.AppendCommand(dst, v.raw)
	case Struct:
		return appendMembers(dst, v)
	}
	return appendInner(dst, v)
}

// appendInner appends a value that stands between others, so that one sees where it ends.
func appendInner(dst []byte, v Value) []byte {
	switch v.kind {
	case Missing:
		return append(dst, '?')
	case Text:
		return printable.AppendWords(dst, slices.Concat(v.raw, []byte{0}))
	case Strings:
		return append(printable.AppendWords(append(dst, '['), v.raw), ']')
	case List:
		dst = append(dst, '[')
		for i := range v.elems {
			if i > 0 {
				dst = append(dst, ' ')
			}
			dst = appendInner(dst, v.elems[i])
		}
		return append(dst, ']')
	case Struct:
		return append(appendMembers(append(dst, '{'), v), '}')
	case Enum:
		start := len(dst)
		dst, named := v.typ.enum.append(dst, v.bits)
		if !named {
			return v.appendInteger(dst)
		}
		name := string(dst[start:])
		return printable.AppendEscaped(dst[:start], name)
	}
	return v.appendScalar(dst)
}

func appendMembers(dst []byte, v Value) []byte {
	for i := range v.typ.fields {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = printable.AppendEscaped(dst, v.typ.fields[i].Name)
		dst = appendInner(append(dst, '='), v.Index(i))
	}
	if len(v.raw) > 0 {
		dst = append(dst, " + "...)
		dst = AppendRest(dst, v)
	}
	return dst
}

// AppendRest appends the rest of a record as text: as strings if it looks like a list of them, else in hexadecimal.
func AppendRest(dst []byte, v Value) []byte {
	if rest := v.Rest(); looksLikeText(rest) {
		return printable.AppendWords(dst, trimEmpty(rest))
	}
	return hex.AppendEncode(dst, v.Rest())
}

// looksLikeText reports whether data is made of strings that can be shown as they are, none of them empty.
func looksLikeText(data []byte) bool {
	data = bytes.TrimRight(data, "\x00")
	for s := range bytes.SplitSeq(data, []byte{0}) {
		if len(s) == 0 {
			return false
		}
		for _, r := range string(s) {
			if !printable.IsPrint(r) || r == '\ufffd' {
				return false
			}
		}
	}
	return true
}

// appendScalar appends what has the same form as text and in a string of JSON.
func (v Value) appendScalar(dst []byte) []byte {
	switch v.kind {
	case Uint, Int, Enum:
		return v.appendInteger(dst)
	case Float:
		size := 64
		if v.typ.size == 4 {
			size = 32
		}
		return strconv.AppendFloat(dst, v.Float(), 'g', -1, size)
	case Bool:
		return strconv.AppendBool(dst, v.bits != 0)
	case Pointer:
		return strconv.AppendUint(append(dst, "0x"...), v.bits, 16)
	case Wide:
		raw := v.raw
		if !v.typ.big {
			raw = slices.Clone(raw)
			slices.Reverse(raw)
		}
		return hex.AppendEncode(append(dst, "0x"...), raw)
	case IP:
		address, _ := netip.AddrFromSlice(v.raw)
		return address.AppendTo(dst)
	case MAC:
		for i, c := range v.raw {
			if i > 0 {
				dst = append(dst, ':')
			}
			dst = hex.AppendEncode(dst, []byte{c})
		}
		return dst
	}
	return hex.AppendEncode(dst, v.raw)
}

func (v Value) appendInteger(dst []byte) []byte {
	if v.kind == Int || v.kind == Enum && v.typ.enum.signed {
		return strconv.AppendInt(dst, v.Int(), 10)
	}
	return strconv.AppendUint(dst, v.bits, 10)
}
