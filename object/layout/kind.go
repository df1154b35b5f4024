package layout

// Kind tells what a value is.
type Kind uint8

// The kinds of values.
const (
	// Missing is what the record was too short for.
	Missing Kind = iota
	// Uint is an unsigned integer: see [Value.Uint].
	Uint
	// Int is a signed integer: see [Value.Int].
	Int
	// Float is a floating-point number: see [Value.Float].
	Float
	// Bool is true or false: [Value.Uint] is not 0 for true.
	Bool
	// Enum is an integer of which some values have names: see [Value.Uint], [Value.Int].
	Enum
	// Pointer is an address in memory: see [Value.Uint].
	Pointer
	// Wide is an integer of 16 bytes: see [Value.Bytes].
	Wide
	// Text is a string: [Value.Bytes] has its bytes, which need not be UTF-8.
	Text
	// Strings is a list of strings: [Value.Bytes] has them one after the other, each ended by a NUL.
	Strings
	// Bytes is data of unknown meaning: see [Value.Bytes].
	Bytes
	// IP is an address of 4 or 16 bytes: see [Value.Bytes].
	IP
	// MAC is the address of a network interface: see [Value.Bytes].
	MAC
	// List is an array: see [Value.Len], [Value.Index].
	List
	// Struct is a struct or union: see [Value.Field].
	Struct
)
