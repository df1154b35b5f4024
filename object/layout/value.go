package layout

import "math"

// Value is what a record or a value of a map says. It refers to the bytes it was
// decoded from. The zero value is [Missing].
type Value struct {
	typ  *Type
	kind Kind
	// bits is the number of Uint, Int, Float (as float64), Bool, Enum and Pointer. An Int is sign-extended.
	bits uint64
	// raw is that of Text, Strings, Bytes, IP, MAC and Wide; of the outermost Struct its rest.
	raw []byte
	// elems are those of a List, or the members of a Struct. Where there are fewer than in the type, the others are missing.
	elems []Value
}

// Kind tells what the value is.
func (v Value) Kind() Kind { return v.kind }

// Type returns what the value was decoded by; nil if it is [Missing], or a list that [Sum] made.
func (v Value) Type() *Type { return v.typ }

// Uint returns the number of a [Uint], [Bool], [Enum] or [Pointer].
func (v Value) Uint() uint64 { return v.bits }

// Int returns the number of an [Int], and that of a signed [Enum].
func (v Value) Int() int64 { return int64(v.bits) }

// Float returns the number of a [Float].
func (v Value) Float() float64 { return math.Float64frombits(v.bits) }

// Bytes returns the bytes of a [Text], without the NUL after it, of [Strings], [Bytes], [IP], [MAC] and
// [Wide] (in the order of the record). They are part of the record.
func (v Value) Bytes() []byte {
	if v.kind == Struct {
		return nil
	}
	return v.raw
}

// Rest returns the bytes that the record has beyond its struct.
func (v Value) Rest() []byte {
	if v.kind != Struct {
		return nil
	}
	return v.raw
}

// Len returns how many elements a [List] has, or members a [Struct].
func (v Value) Len() int {
	if v.kind == Struct {
		return len(v.typ.fields)
	}
	return len(v.elems)
}

// Index returns an element of a [List], or a member of a [Struct].
func (v Value) Index(i int) Value {
	if i < 0 || i >= len(v.elems) {
		return Value{}
	}
	return v.elems[i]
}

// Field returns the member of a [Struct] that has this name; [Missing] if there is none.
func (v Value) Field(name string) Value {
	if v.kind != Struct {
		return Value{}
	}
	return v.Index(v.typ.index(name))
}

// Complete reports whether nothing in the value is [Missing].
func (v Value) Complete() bool {
	if v.kind == Missing || v.kind == Struct && len(v.elems) < len(v.typ.fields) {
		return false
	}
	for i := range v.elems {
		if !v.elems[i].Complete() {
			return false
		}
	}
	return true
}
