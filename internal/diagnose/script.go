package diagnose

import "bytes"

// headSize is how much of a file the kernel reads to tell what it is (BINPRM_BUF_SIZE).
const headSize = 256

// scriptInterpreter returns the interpreter that the first line of a script
// names. The rules are those of load_script() in fs/binfmt_script.c: head is
// what the kernel reads, with zeros after a shorter file. The name ends at a
// blank, a NUL or the end of the line, and must not reach beyond head. It is
// empty in a file that ends before it; ok is false where the kernel sees no script.
func scriptInterpreter(head *[headSize]byte) (name string, ok bool) {
	line, ok := bytes.CutPrefix(head[:], []byte("#!"))
	if !ok {
		return "", false
	}
	ended := false
	if end := bytes.IndexAny(line, "\n\x00"); end >= 0 && line[end] == '\n' {
		line, ended = line[:end], true
	}
	line = bytes.TrimLeft(line, " \t")
	if len(line) == 0 {
		return "", false
	}
	end := bytes.IndexAny(line, " \t\x00")
	switch {
	case end >= 0:
		return string(line[:end]), true
	case ended:
		return string(line), true
	}
	return "", false
}
