// Package layout decodes records and map values of eBPF programs: by the type
// that BTF gives, or by a format that a user writes.
//
//	t, err := layout.Parse("u64 time, u32 pid, char comm[16], strings args", binary.LittleEndian)
//	if err != nil {
//		return err
//	}
//	v := t.Decode(raw)
//	fmt.Printf("%s\n", layout.AppendText(nil, v))
//
// # What is shown how
//
// An array of char is text, up to its first NUL; what comes after that is left
// out. An array of unsigned bytes (__u8) is shown in
// hexadecimal. A pointer is a number in hexadecimal. An enum is shown by name, a
// number that it has no name for as a number; where all its values but zero are
// single bits, and there are three or more of them, a combination is shown as
// A|B. Integers that the kernel marks as network order (__be16, __be32, __be64) are read so.
//
// The members of an anonymous struct or union stand in the one around it. All
// members of a union are shown, since nothing tells which one is meant.
//
// # Where a record ends
//
// A char array at the end without a size (char args[], char args[0]) is a list:
// the rest of the record as strings, each ended by a NUL, without empty ones at its end. A char array
// with a size is one string. Another array without a size takes as many
// elements as there are. What a record has beyond its struct is its rest:
// see [Value.Rest].
//
// A record that is too short has the members that are there; the others are
// [Missing]. A text or an array that is cut has what is there of it.
//
// # Hostile input
//
// Neither records nor types are trusted. Decoding never fails. It takes memory
// for four values for each byte of the record, and some more; members beyond that are
// [Missing]. Types that are nested in themselves or huge are refused.
//
// The package reads no file and no clock.
package layout
