package event

import "strconv"

// failureColumns tell why an exec failed, and how it was called.
func failureColumns() []*Column {
	return []*Column{{
		Name: "error", Type: TypeText, Width: 8, Actions: ofExecFailed(), Example: "ENOENT",
		Meaning: "Error of an exec that failed.",
		text: func(dst []byte, e Event) []byte {
			if x, ok := e.(*ExecFailed); ok {
				dst = append(dst, x.Code...)
			}
			return dst
		},
	}, {
		Name: "reason", Type: TypeText, Width: 40, Actions: ofExecFailed(), Example: "./run.pl: no such file",
		Meaning: "Why it failed, in a sentence.",
		text: func(dst []byte, e Event) []byte {
			if x, ok := e.(*ExecFailed); ok {
				dst = AppendFailure(dst, x)
			}
			return dst
		},
	}, {
		Name: "call", Type: TypeText, Width: 8, Actions: ofExecFailed(), Example: "execve",
		Meaning: "System call that failed: execve or execveat.",
		text: func(dst []byte, e Event) []byte {
			if x, ok := e.(*ExecFailed); ok && !x.Degraded.Has(PartDetails) {
				dst = append(dst, x.Call()...)
			}
			return dst
		},
	}, {
		Name: "dirfd", Type: TypeText, Width: 5, Actions: ofExecFailed(), Example: "3",
		Meaning: "Descriptor that execveat was passed, or cwd (AT_FDCWD); empty for execve.",
		text: func(dst []byte, e Event) []byte {
			x, ok := e.(*ExecFailed)
			switch {
			case !ok || !x.At || x.Degraded.Has(PartDetails):
				return dst
			case x.DirFD == atCwd:
				return append(dst, "cwd"...)
			default:
				return strconv.AppendInt(dst, int64(x.DirFD), 10)
			}
		},
	}}
}
