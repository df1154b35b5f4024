package layout

import (
	"bytes"
	"math"
)

// How much memory decoding may take, counted in values: so many for each byte of the record, and so many more.
// Bitfields and unions have more than one value for a byte.
const (
	valuesPerByte = 4
	valuesMore    = 256
)

// Decode decodes a record, or a value of a map. It keeps raw in what it returns.
func (t *Type) Decode(raw []byte) Value {
	d := decoder{left: valuesPerByte*len(raw) + valuesMore}
	v := d.value(t, raw, true)
	if v.kind == Struct && len(raw) > t.size && !t.Open() {
		v.raw = raw[t.size:]
	}
	return v
}

// decoder counts down how many values may still be made.
type decoder struct{ left int }

// value decodes what raw begins with. raw may be too short, and goes on to the end of the record. tail tells that
// nothing comes after the value.
func (d *decoder) value(t *Type, raw []byte, tail bool) Value {
	switch t.kind {
	case Struct:
		return d.structure(t, raw, tail)
	case List:
		return d.list(t, raw, tail)
	case Text, Strings, Bytes:
		return variable(t, raw, tail)
	}
	if len(raw) < t.size {
		return Value{}
	}
	v := Value{typ: t, kind: t.kind}
	switch t.kind {
	case IP, MAC, Wide:
		v.raw = raw[:t.size]
	case Float:
		v.bits = float(t, raw)
	default:
		v.bits = t.extend(number(raw[:t.size], t.big), 8*t.size)
	}
	return v
}

// structure decodes the members of a struct.
func (d *decoder) structure(t *Type, raw []byte, tail bool) Value {
	v := Value{typ: t, kind: Struct}
	n := min(len(t.fields), d.left)
	if n == 0 {
		return v
	}
	d.left -= n
	v.elems = make([]Value, n)
	for i := range v.elems {
		f := &t.fields[i]
		if f.Offset > len(raw) {
			continue
		}
		switch {
		case f.bits > 0:
			v.elems[i] = bitfield(f, raw)
		case f.counted > 0:
			v.elems[i] = counted(f.Type, raw[f.Offset:], v.elems[f.counted-1])
		default:
			v.elems[i] = d.value(f.Type, raw[f.Offset:], tail && i == len(t.fields)-1)
		}
	}
	return v
}

// list decodes the elements of an array. Where some are missing, a last one stands for them.
func (d *decoder) list(t *Type, raw []byte, tail bool) Value {
	v := Value{typ: t, kind: List}
	if t.elem.size == 0 {
		return v
	}
	there := len(raw) / t.elem.size
	want := t.count
	if t.open {
		if !tail {
			return v
		}
		want = there
	}
	have := min(want, there, max(d.left-1, 0))
	n := have
	if have < want {
		n++
	}
	d.left -= n
	v.elems = make([]Value, n)
	for i := range have {
		v.elems[i] = d.value(t.elem, raw[i*t.elem.size:(i+1)*t.elem.size], false)
	}
	return v
}

// variable decodes what need not be there as a whole.
func variable(t *Type, raw []byte, tail bool) Value {
	v := Value{typ: t, kind: t.kind}
	switch {
	case t.open && !tail:
		raw = nil
	case !t.open && len(raw) == 0 && t.size > 0:
		return Value{}
	case !t.open:
		raw = raw[:min(len(raw), t.size)]
	}
	switch t.kind {
	case Text:
		if end := bytes.IndexByte(raw, 0); end >= 0 {
			raw = raw[:end]
		}
	case Strings:
		raw = trimEmpty(raw)
	}
	v.raw = raw
	return v
}

// counted decodes what has as many bytes as another member tells. So empty strings at the end of a list are kept.
func counted(t *Type, raw []byte, size Value) Value {
	if size.kind == Missing {
		return Value{}
	}
	n := size.bits
	if size.kind == Int && size.Int() < 0 {
		n = 0
	}
	if n < uint64(len(raw)) {
		raw = raw[:n]
	}
	if t.kind == Strings {
		return Value{typ: t, kind: Strings, raw: raw}
	}
	return variable(t, raw, true)
}

// trimEmpty takes away empty strings at the end of a list.
func trimEmpty(list []byte) []byte {
	end := len(list)
	for end > 0 && list[end-1] == 0 {
		end--
	}
	return list[:min(end+1, len(list))]
}

// number reads an integer of at most 8 bytes.
func number(raw []byte, big bool) uint64 {
	var n uint64
	for i, c := range raw {
		if big {
			n = n<<8 | uint64(c)
		} else {
			n |= uint64(c) << (8 * i)
		}
	}
	return n
}

// extend extends the sign of an integer that has so many bits, if it has one.
func (t *Type) extend(n uint64, bits int) uint64 {
	signed := t.kind == Int || t.kind == Enum && t.enum.signed
	if !signed || bits <= 0 || bits >= 64 {
		return n
	}
	return uint64(int64(n<<(64-bits)) >> (64 - bits))
}

func float(t *Type, raw []byte) uint64 {
	n := number(raw[:t.size], t.big)
	if t.size == 4 {
		return math.Float64bits(float64(math.Float32frombits(uint32(n))))
	}
	return n
}

// bitfield reads a member that does not take whole bytes. Its bits are counted from the least significant one of
// the first byte in little-endian order, from the most significant one in big-endian order.
func bitfield(f *Field, raw []byte) Value {
	if (f.bit+f.bits+7)/8 > len(raw) {
		return Value{}
	}
	var n uint64
	for i := range f.bits {
		at := f.bit + i
		c := raw[at/8]
		if f.Type.big {
			n = n<<1 | uint64(c>>(7-at%8)&1)
		} else {
			n |= uint64(c>>(at%8)&1) << i
		}
	}
	return Value{typ: f.Type, kind: f.Type.kind, bits: f.Type.extend(n, f.bits)}
}
