#!/usr/bin/env bash
# Usage: scripts/compile-objects.sh DIR [OUTPUT]
#
# Compiles each NAME.bpf.c in DIR or DIR/src to OUTPUT/NAME.elf (without OUTPUT, to DIR), and where the source has
# the line "// also: big-endian" to NAME.eb.elf as well. With the line "// without BTF" an object gets no type
# information. It leaves out what tells of this machine.
set -euo pipefail
shopt -s nullglob

output=$(realpath "${2:-$1}")
cd "$1"

# Where Debian keeps the headers of one architecture. The types that they define are the same on both.
include=/usr/include/$(uname -m)-linux-gnu

compile() { # TARGET SOURCE OUTPUT
	local debug=-g
	if grep -q '^// without BTF$' "$2"; then
		debug=-g0
	fi
	clang-19 -target "$1" -mcpu=v3 -O2 "$debug" -Wall -Werror -fdebug-compilation-dir=. -idirafter "$include" -c "$2" -o "$3"
	llvm-strip-19 -g "$3"
}

for source in *.bpf.c src/*.bpf.c; do
	name=$output/$(basename "$source" .bpf.c)
	compile bpfel "$source" "$name.elf"
	if grep -q '^// also: big-endian$' "$source"; then
		compile bpfeb "$source" "$name.eb.elf"
	fi
done
