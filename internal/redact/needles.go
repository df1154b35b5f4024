package redact

import (
	"encoding/binary"
	"maps"
	"math/bits"
	"slices"
	"strings"
)

// A needle is how something begins that may be, or tell of, a secret. All are looked for at once: each has a bit, and at a
// place there may be those whose bit is set for each of the four bytes there.
type needleTable struct {
	at     [4][256]uint64
	starts [1 << 12]bool // whether the name of a program may begin with four bytes, by their slot
	short  [1 << 12]bool // the same for three, where the name ends with the second
	tokens uint64        // bits of [tokens], whose number is that of the bit
	words  uint64        // of what names a secret
	places uint64        // of what stands around one, such as in an address
	tools  uint64        // of programs that have flags of their own
}

// needleWords are parts of names of secrets, in any case.
const needleWords = "pass pwd secr toke key auth cred cook sign sig= bear"

// needlePlaces are where a secret stands by its place.
const needlePlaces = ":// hook /bot ----"

//nolint:gochecknoglobals // read only
var needles = newNeedles()

func newNeedles() *needleTable {
	t := &needleTable{}
	bit := 0
	take := func(group *uint64, prefix string, anyCase bool) {
		t.set(bit, prefix, anyCase)
		*group |= 1 << bit
		bit++
	}
	for _, shape := range tokens {
		take(&t.tokens, shape.prefix, false)
	}
	for _, place := range strings.Fields(needlePlaces) {
		take(&t.places, place, false)
	}
	for _, word := range strings.Fields(needleWords) {
		take(&t.words, word, true)
	}
	// The programs share what is left, and are looked up once more.
	first := bit
	for _, name := range needleTools() {
		take(&t.tools, name, false)
		if len(name) < 4 {
			t.short[slot(uint32(name[0])|uint32(name[1])<<8|uint32(name[2])<<16)] = true
		} else {
			t.starts[slot(binary.LittleEndian.Uint32([]byte(name)))] = true
		}
		if bit == 64 {
			bit = first
		}
	}
	return t
}

func slot(four uint32) uint32 { return four * 2654435761 >> 20 }

// needleTools returns how the names begin of the programs whose flags have to be looked at. A short one is followed by a NUL
// or a blank.
func needleTools() []string {
	starts := map[string]bool{"sudo": true}
	for i := range tools {
		if len(tools[i].flags) == 0 && tools[i].operand == nil {
			continue
		}
		for _, name := range strings.Fields(tools[i].names) {
			for _, after := range []string{"\x00", " "} {
				start := name + after
				starts[start[:min(len(start), 4)]] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(starts))
}

// set lets the first four bytes of prefix, or all of it and any other, have a bit.
func (t *needleTable) set(bit int, prefix string, anyCase bool) {
	for i := range t.at {
		switch {
		case i >= len(prefix):
			for b := range t.at[i] {
				t.at[i][b] |= 1 << bit
			}
		case anyCase && isLetter(prefix[i]):
			t.at[i][prefix[i]&^0x20] |= 1 << bit
			t.at[i][prefix[i]|0x20] |= 1 << bit
		default:
			t.at[i][prefix[i]] |= 1 << bit
		}
	}
}

// any reports whether there may be a needle in b.
func (t *needleTable) any(b []byte) bool {
	_, hit := t.next(b, 0)
	return hit != 0
}

// next returns the first place in b, from i on, where there may be needles, and which. Without one it returns 0.
func (t *needleTable) next(b []byte, i int) (int, uint64) {
	for ; i+4 <= len(b); i++ {
		four := binary.LittleEndian.Uint32(b[i:])
		if hit := t.hit(four); hit != 0 && t.stands(b, i, hit, four) {
			return i, hit
		}
	}
	for ; i < len(b); i++ {
		var last [4]byte
		copy(last[:], b[i:])
		four := binary.LittleEndian.Uint32(last[:])
		if hit := t.hit(four); hit != 0 && t.stands(b, i, hit, four) {
			return i, hit
		}
	}
	return i, 0
}

func (t *needleTable) hit(four uint32) uint64 {
	return t.at[0][byte(four)] & t.at[1][byte(four>>8)] & t.at[2][byte(four>>16)] & t.at[3][byte(four>>24)]
}

// stands reports whether a hit can be one by what stands around it: the name of a program is a whole word.
func (t *needleTable) stands(b []byte, i int, hit uint64, four uint32) bool {
	if hit&^t.tools != 0 {
		return true
	}
	return (t.starts[slot(four)] || t.short[slot(four&0xffffff)]) && (i == 0 || !isName(b[i-1])) && toolOf(b[i:runOf(b, i, isName)]) != nil
}

// all returns which needles there may be in b.
func (t *needleTable) all(b []byte) (all uint64) {
	for i, hit := t.next(b, 0); hit != 0; i, hit = t.next(b, i+1) {
		all |= hit
	}
	return all
}

// shapes yields which shapes a hit may be of.
func (t *needleTable) shapes(hit uint64) func(func(int) bool) {
	return func(yield func(int) bool) {
		for left := hit & t.tokens; left != 0; left &= left - 1 {
			if !yield(bits.TrailingZeros64(left)) {
				return
			}
		}
	}
}
