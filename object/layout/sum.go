package layout

import (
	"bytes"
	"errors"
	"math"
)

// Sum adds values of one type, such as those that a map has for each CPU. Integers and floating-point numbers are
// added, member by member. What cannot be added (texts, enums, pointers, flags, sums that 64 bits do not hold) stays as
// it is where it is the same in all values, and is a list of them where it is not.
//
// The values must have been decoded by the same [Type].
func Sum(values []Value) (Value, error) {
	if len(values) == 0 {
		return Value{}, errors.New("no values to add")
	}
	var typ *Type
	for _, v := range values {
		if typ == nil {
			typ = v.typ
		}
		if v.typ != nil && v.typ != typ {
			return Value{}, errors.New("values of different types cannot be added")
		}
	}
	return sum(values), nil
}

func sum(values []Value) Value {
	first := values[0]
	for _, v := range values[1:] {
		if v.kind != first.kind || len(v.elems) != len(first.elems) {
			return listed(values)
		}
	}
	total, ok := first, true
	switch first.kind {
	case Struct, List:
		return sumElements(values)
	case Uint:
		for _, v := range values[1:] {
			ok = ok && v.bits <= math.MaxUint64-total.bits
			total.bits += v.bits
		}
	case Int:
		for _, v := range values[1:] {
			a, b := total.Int(), v.Int()
			s := a + b
			ok = ok && (s > a) == (b > 0)
			total.bits = uint64(s)
		}
	case Float:
		for _, v := range values[1:] {
			total.bits = math.Float64bits(total.Float() + v.Float())
		}
	default:
		return kept(values)
	}
	if !ok {
		return listed(values)
	}
	return total
}

// sumElements adds values that have elements, and as many.
func sumElements(values []Value) Value {
	total := values[0]
	total.elems = make([]Value, len(total.elems))
	column := make([]Value, len(values))
	for i := range total.elems {
		for j, v := range values {
			column[j] = v.elems[i]
		}
		total.elems[i] = sum(column)
	}
	return total
}

// kept returns the value that all are, or all of them.
func kept(values []Value) Value {
	first := values[0]
	for _, v := range values[1:] {
		if v.bits != first.bits || !bytes.Equal(v.raw, first.raw) {
			return listed(values)
		}
	}
	return first
}

// listed returns a list of values. They are copied: sumElements uses its slice again.
func listed(values []Value) Value {
	return Value{kind: List, elems: append([]Value(nil), values...)}
}
