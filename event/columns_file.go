package event

import "strconv"

// fileColumns tell what was run, and where.
func fileColumns() []*Column {
	return []*Column{{
		Name: "exe", Type: TypeText, Width: 24, Actions: ofProcess(), Example: "/usr/bin/grep",
		Meaning: "Path of the program that runs; for a script, of its interpreter; when an exec failed, of the caller.",
		text:    appendExecutable,
		cut: func(e Event) Cut {
			x, ok := e.(*Exec)
			return Cut{Start: ok && x.ExecutableCut}
		},
	}, {
		Name: "file", Type: TypeText, Width: 24, Actions: ofAttempt(), Example: "./build.sh",
		Meaning: "File name as it was passed to exec.",
		text:    attemptText(func(a *Attempt) []byte { return a.Filename }),
	}, {
		Name: "interpreter", Type: TypeText, Width: 15, Actions: ofExec(), Example: "/bin/sh",
		Meaning: "Interpreter that the script names; empty when the file was run directly.",
		text:    execText(func(x *Exec) []byte { return x.Interpreter }),
	}, {
		Name: "cwd", Type: TypeText, Width: 20, Actions: ofProcess(), Example: "/home/ann/src",
		Meaning: "Working directory; for a fork or an exit that of the last exec.",
		text: attemptOrProcess(
			func(a *Attempt) []byte { return a.Directory }, func(p *Process) string { return p.Directory }),
		cut: func(e Event) Cut {
			a := attemptOf(e)
			return Cut{Start: a != nil && a.DirectoryCut}
		},
	}, {
		Name: "device", Type: TypeText, Width: 7, Actions: ofExec(), Example: "259:2",
		Meaning: "Device of the file that runs, as major:minor.",
		text: func(dst []byte, e Event) []byte {
			x, ok := e.(*Exec)
			if !ok {
				return dst
			}
			dst = strconv.AppendUint(dst, uint64(x.File.DeviceMajor), 10)
			return strconv.AppendUint(append(dst, ':'), uint64(x.File.DeviceMinor), 10)
		},
	}, {
		Name: "inode", Type: TypeNumber, Width: 9, Actions: ofExec(), Example: "1835021",
		Meaning: "Inode number of the file that runs.",
		number:  execNumber(func(x *Exec) uint64 { return x.File.Inode }),
	}, {
		Name: "links", Type: TypeNumber, Width: 5, Actions: ofExec(), Example: "1",
		Meaning: "Hard links to the file that runs.",
		number:  execNumber(func(x *Exec) uint32 { return x.File.Links }),
	}, {
		Name: "flags", Type: TypeText, Width: 12, Actions: ofProcess(), Example: "raised,deleted",
		Meaning: "What is out of the ordinary: " + flagList + ".",
		text:    appendFlags,
	}, {
		Name: "signals", Type: TypeList, Width: 24, Actions: ofExec(), Example: "stdin-pipe piped-script",
		Meaning: "What is out of the ordinary with the program: see *Signals* in docs/events.md.",
		form:    FormWords,
		text: func(dst []byte, e Event) []byte {
			if x, ok := e.(*Exec); ok {
				for signal := range x.Signals.All() {
					dst = append(append(dst, signal.Name()...), 0)
				}
			}
			return dst
		},
	}}
}

func appendExecutable(dst []byte, e Event) []byte {
	if x, ok := e.(*Exec); ok {
		return append(dst, x.Executable...)
	}
	if p := processOf(e); p != nil {
		dst = append(dst, p.Executable...)
	}
	return dst
}
