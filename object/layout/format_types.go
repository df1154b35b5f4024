package layout

import (
	"slices"
	"strings"
)

// formatType is what a word of a format stands for.
type formatType struct {
	kind  Kind
	size  int // 0: as many bytes as the array has
	align int
	big   bool // in network order
}

// formatTypes are the types of a format. The names of C have the size that they have on eBPF, where long has 8 bytes.
var formatTypes = map[string]formatType{
	"bool":   {kind: Bool, size: 1, align: 1},
	"f32":    {kind: Float, size: 4, align: 4},
	"f64":    {kind: Float, size: 8, align: 8},
	"float":  {kind: Float, size: 4, align: 4},
	"double": {kind: Float, size: 8, align: 8},
	"ptr":    {kind: Pointer, size: 8, align: 8},
	"be16":   {kind: Uint, size: 2, align: 2, big: true},
	"be32":   {kind: Uint, size: 4, align: 4, big: true},
	"be64":   {kind: Uint, size: 8, align: 8, big: true},
	"__be16": {kind: Uint, size: 2, align: 2, big: true},
	"__be32": {kind: Uint, size: 4, align: 4, big: true},
	"__be64": {kind: Uint, size: 8, align: 8, big: true},
	"ip4":    {kind: IP, size: 4, align: 4},
	"ip6":    {kind: IP, size: 16, align: 4},
	"mac":    {kind: MAC, size: 6, align: 1},

	"char":    {kind: Text, align: 1},
	"hex":     {kind: Bytes, align: 1},
	"bytes":   {kind: Bytes, align: 1},
	"string":  {kind: Text, align: 1},
	"strings": {kind: Strings, align: 1},
}

// integerNames are the names of integers; those of C stand in the words of C, in one of their orders.
var integerNames = map[string]formatType{
	"char": {kind: Int, size: 1}, "signed char": {kind: Int, size: 1}, "unsigned char": {kind: Uint, size: 1},
	"short": {kind: Int, size: 2}, "unsigned short": {kind: Uint, size: 2},
	"int": {kind: Int, size: 4}, "signed": {kind: Int, size: 4}, "signed int": {kind: Int, size: 4},
	"unsigned": {kind: Uint, size: 4}, "unsigned int": {kind: Uint, size: 4},
	"long": {kind: Int, size: 8}, "unsigned long": {kind: Uint, size: 8},
	"long long": {kind: Int, size: 8}, "unsigned long long": {kind: Uint, size: 8},
	"size_t": {kind: Uint, size: 8}, "pid_t": {kind: Int, size: 4}, "uid_t": {kind: Uint, size: 4}, "gid_t": {kind: Uint, size: 4},
}

// allowedTypes is what a message says of the types there are.
const allowedTypes = "u8, u16, u32, u64, s8, s16, s32, s64, f32, f64, bool, char NAME[N], be16, be32, be64, ptr, ip4, ip6, mac, " +
	"hex NAME[N], pad N, and at the end string, strings or bytes"

// lookUp returns the type that words stand for.
func lookUp(words []string) (formatType, bool) {
	name := strings.Join(words, " ")
	if t, ok := formatTypes[name]; ok {
		return t, true
	}
	if size, ok := fixedWidth(name); ok {
		return size, true
	}
	if t, ok := integerNames[name]; ok {
		t.align = t.size
		return t, true
	}
	if n := len(words); n > 1 && words[n-1] == "int" && slices.ContainsFunc(words, isLength) {
		return lookUp(words[:n-1]) // long int, unsigned short int
	}
	return formatType{}, false
}

func isLength(word string) bool { return word == "short" || word == "long" }

// fixedWidth looks at the names that tell the width in bits: u32, __u32, uint32, uint32_t and those of signed integers.
func fixedWidth(name string) (formatType, bool) {
	kinds := map[string]Kind{"u": Uint, "__u": Uint, "uint": Uint, "s": Int, "__s": Int, "int": Int, "i": Int}
	name = strings.TrimSuffix(name, "_t")
	for width, size := range map[string]int{"8": 1, "16": 2, "32": 4, "64": 8} {
		prefix, ok := strings.CutSuffix(name, width)
		if kind, known := kinds[prefix]; ok && known {
			return formatType{kind: kind, size: size, align: size}, true
		}
	}
	return formatType{}, false
}
