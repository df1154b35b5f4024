package lives

import (
	"path"
	"strings"

	"github.com/exectrail/exectrail/internal/printable"
)

// Unknown is the name of a program that is not known.
const Unknown = "?"

// Path returns the file that tells what p is: the script, made absolute by the working directory, or else the executable. Empty
// when neither is known.
func (p *Program) Path() string {
	switch {
	case p.Script == "":
		return p.Executable
	case path.IsAbs(p.Script) || p.Directory == "":
		return path.Clean(p.Script)
	}
	return path.Join(p.Directory, p.Script)
}

// Name returns the last part of [Program.Path]; for a binary that is many programs, the one that argv names.
func (p *Program) Name() string {
	name := path.Base(p.Path())
	switch {
	case len(p.Args) == 0:
	case p.Path() == "", isMultiCall(name):
		if called := path.Base(strings.TrimPrefix(p.Args[0], "-")); called != "" {
			name = called
		}
	}
	if name == "." || name == "/" {
		return Unknown
	}
	return name
}

// isMultiCall reports whether a binary decides by argv[0] which of many programs it is.
func isMultiCall(name string) bool {
	return name == "busybox" || name == "toybox" || name == "coreutils"
}

// AppendCommand appends the command line of p as one for a shell, safe to show, with an ellipsis where
// arguments are missing. It is the path when there are no arguments.
func (p *Program) AppendCommand(dst []byte) []byte {
	if len(p.Args) == 0 {
		return printable.AppendEscaped(dst, p.Path())
	}
	dst = AppendCommand(dst, p.Args)
	if p.ArgsMissing > 0 {
		dst = append(dst, " "+printable.Ellipsis...)
	}
	return dst
}

// AppendCommand appends argv as a command line for a shell, safe to show.
func AppendCommand(dst []byte, argv []string) []byte {
	if len(argv) == 0 {
		return dst
	}
	// Each with its NUL, or the last one would be lost when it is empty.
	return printable.AppendCommand(dst, strings.Join(argv, "\x00")+"\x00")
}
