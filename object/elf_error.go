package object

import "fmt"

// noObject tells why a file is not an object.
func noObject(format string, args ...any) error {
	return &advised{reason: fmt.Sprintf(format, args...), hint: hintCompile}
}

const (
	hintCompile   = "an object is made with: clang -O2 -g -target bpf -c FILE.bpf.c -o FILE.o"
	hintRecompile = "compile or copy it again; 'llvm-readelf -a FILE' shows what is left of it"
)

// truncated tells that a part of the file is missing.
func truncated(format string, args ...any) error {
	return &advised{reason: "the file is truncated: " + fmt.Sprintf(format, args...), hint: hintRecompile}
}

// damaged tells of what no compiler writes.
func damaged(format string, args ...any) error {
	return &advised{reason: "the file is damaged: " + fmt.Sprintf(format, args...), hint: hintRecompile}
}
