package layout

import (
	"bytes"
	"encoding/base64"
	"math"
	"unicode/utf8"

	"github.com/exectrail/exectrail/internal/printable"
)

// AppendJSON appends a value as JSON on one line.
//
// Integers are numbers, also those of 64 bits; an enum is its name, or a number; pointers and bytes are strings in
// hexadecimal; texts are strings; what is [Missing] is null. A struct is an object. A
// member whose text is not UTF-8 has the stray bytes as \xff, and a second member beside it,
// named with _bytes at its end, has the exact bytes in base64. The rest of a record is the member rest: a list
// of strings if it looks like that, else a string in hexadecimal, then named rest_hex.
func AppendJSON(dst []byte, v Value) []byte {
	switch v.kind {
	case Missing:
		return append(dst, "null"...)
	case Struct:
		return appendObject(dst, v)
	case List:
		return appendArray(dst, v, AppendJSON)
	case Strings:
		return appendStrings(dst, v.raw, appendString)
	case Text:
		return appendString(dst, v.raw)
	case Uint, Int, Bool:
		return v.appendScalar(dst)
	case Float:
		if f := v.Float(); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return v.appendScalar(dst)
		}
	case Enum:
		name, named := v.typ.enum.append(nil, v.bits)
		if !named {
			return v.appendInteger(dst)
		}
		return appendString(dst, name)
	}
	return append(v.appendScalar(append(dst, '"')), '"')
}

// AppendMember appends a value as a member of an object: its name, a colon and the value, and
// where its text is not UTF-8 after a comma the exact bytes, in base64, under the name with _bytes at its end.
func AppendMember(dst []byte, name string, v Value) []byte {
	return appendMember(dst, name, v, nil)
}

// appendMember does so in an object that has members of type around.
func appendMember(dst []byte, name string, v Value, around *Type) []byte {
	dst = AppendJSON(appendKey(dst, name), v)
	if exact(v) {
		return dst
	}
	dst = appendKey(append(dst, ','), around.free(name+"_bytes"))
	return appendBase64(dst, v)
}

func appendObject(dst []byte, v Value) []byte {
	dst = append(dst, '{')
	for i := range v.typ.fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendMember(dst, v.typ.fields[i].Name, v.Index(i), v.typ)
	}
	if rest := v.Rest(); len(rest) > 0 {
		if len(v.typ.fields) > 0 {
			dst = append(dst, ',')
		}
		if looksLikeText(rest) {
			dst = appendStrings(appendKey(dst, v.typ.free("rest")), trimEmpty(rest), appendString)
		} else {
			dst = AppendJSON(appendKey(dst, v.typ.free("rest_hex")), Value{kind: Bytes, raw: rest})
		}
	}
	return append(dst, '}')
}

// free returns name, or one like it that no member has.
func (t *Type) free(name string) string {
	for t != nil && t.index(name) >= 0 {
		name += "_"
	}
	return name
}

func appendKey(dst []byte, name string) []byte { return append(appendString(dst, name), ':') }

func appendArray(dst []byte, v Value, element func([]byte, Value) []byte) []byte {
	dst = append(dst, '[')
	for i := range v.elems {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = element(dst, v.elems[i])
	}
	return append(dst, ']')
}

// appendStrings appends an array of strings that are each ended by a NUL.
func appendStrings(dst, list []byte, element func([]byte, []byte) []byte) []byte {
	dst = append(dst, '[')
	for first := true; len(list) > 0; first = false {
		if !first {
			dst = append(dst, ',')
		}
		s, rest, _ := bytes.Cut(list, []byte{0})
		dst, list = element(dst, s), rest
	}
	return append(dst, ']')
}

func appendString[T printable.Text](dst []byte, s T) []byte {
	dst, _ = printable.AppendJSON(append(dst, '"'), s)
	return append(dst, '"')
}

// exact reports whether JSON has the texts of a value as they are. A struct sees to its own.
func exact(v Value) bool {
	switch v.kind {
	case Text, Strings:
		return utf8.Valid(v.raw)
	case List:
		for i := range v.elems {
			if !exact(v.elems[i]) {
				return false
			}
		}
	}
	return true
}

// appendBase64 appends the exact bytes of a value that is not exact, in its shape.
func appendBase64(dst []byte, v Value) []byte {
	encode := func(dst, s []byte) []byte {
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), s), '"')
	}
	switch v.kind {
	case Text:
		return encode(dst, v.raw)
	case Strings:
		return appendStrings(dst, v.raw, encode)
	case List:
		return appendArray(dst, v, appendBase64)
	}
	return append(dst, "null"...)
}
