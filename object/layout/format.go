package layout

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// FormatError tells what is wrong with a format, and where.
type FormatError struct {
	// Column is where, counted in bytes from 1.
	Column  int
	Problem string
}

func (e *FormatError) Error() string { return fmt.Sprintf("column %d: %s", e.Column, e.Problem) }

// Parse returns the layout that a format describes, for data in this byte order. A format is a list of members,
// as C would have them in a struct, with a comma or semicolon between them:
//
//	u64 time, u32 pid, s32 kind, char comm[16], strings args
//
// A member is a type and a name, and for an array its length:
//
//	u8 u16 u32 u64     unsigned integers; also uint32, uint32_t, __u32, unsigned int, ...
//	s8 s16 s32 s64     signed integers; also int32_t, __s32, int, long (8 bytes), ...
//	f32 f64            floating-point numbers
//	bool               one byte
//	be16 be32 be64     unsigned integers in network order
//	ptr                an address, shown in hexadecimal
//	ip4 ip6 mac        addresses
//	char NAME[N]       text, up to its first NUL
//	hex NAME[N]        bytes, shown in hexadecimal; also bytes NAME[N]
//	strings NAME[N]    strings, each ended by a NUL, in N bytes; string NAME[N] is one of them
//	pad N              as many bytes that are not shown; a member named _ is not, either
//	string NAME        at the end: the rest of the record as one text
//	strings NAME       at the end: the rest of the record as strings, each ended by a NUL; also char NAME[]
//	bytes NAME         at the end: the rest of the record in hexadecimal
//
// In place of N, the length of char, hex, bytes, string and strings can be the name of an integer before it, as
// in "u32 len, strings args[len]". Such a member is the last one, too.
//
// Members are aligned as the compiler does it: an integer of 8 bytes begins at a multiple of 8, and so on. An ip4 and an
// ip6 are aligned to 4 bytes, as struct in_addr and in6_addr are. Where the struct is packed, the format
// begins with the word packed.
//
// The error is a [*FormatError].
func Parse(format string, order binary.ByteOrder) (*Type, error) {
	p := formatParser{built: &Type{kind: Struct, big: isBig(order)}, align: 1, taken: map[string]bool{}}
	rest, at := format, 0
	if trimmed := strings.TrimLeft(rest, " \t\n"); strings.HasPrefix(trimmed, "packed ") {
		p.packed = true
		rest = strings.TrimPrefix(trimmed, "packed ")
		at = len(format) - len(rest)
	}
	for rest != "" {
		end := strings.IndexAny(rest, ",;")
		if end < 0 {
			end = len(rest)
		}
		if err := p.member(rest[:end], at); err != nil {
			return nil, err
		}
		next := min(end+1, len(rest))
		rest, at = rest[next:], at+next
	}
	if p.finish(); len(p.built.fields) == 0 {
		return nil, &FormatError{1, "no member is shown; write such as: u64 time, u32 pid, char comm[16]"}
	}
	return p.built, nil
}
