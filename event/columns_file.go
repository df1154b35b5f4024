package event

import "strconv"

// fileColumns tell what was run, and where.
func fileColumns() []*Column {
	return []*Column{{
		Name: "exe", Type: TypeText, Width: 24, Actions: ofProcess(), Example: "/usr/bin/grep",
		Meaning: "Path of the program that runs; for a script, of its interpreter.",
		text: execOrProcess(
			func(x *Exec) []byte { return x.Executable }, func(p *Process) string { return p.Executable }),
		cut: func(e Event) Cut {
			x, ok := e.(*Exec)
			return Cut{Start: ok && x.ExecutableCut}
		},
	}, {
		Name: "file", Type: TypeText, Width: 24, Actions: ofExec(), Example: "./build.sh",
		Meaning: "File name as it was passed to exec.",
		text:    execText(func(x *Exec) []byte { return x.Filename }),
	}, {
		Name: "interpreter", Type: TypeText, Width: 15, Actions: ofExec(), Example: "/bin/sh",
		Meaning: "Interpreter that the script names; empty when the file was run directly.",
		text:    execText(func(x *Exec) []byte { return x.Interpreter }),
	}, {
		Name: "cwd", Type: TypeText, Width: 20, Actions: ofProcess(), Example: "/home/ann/src",
		Meaning: "Working directory; for a fork or an exit that of the last exec.",
		text: execOrProcess(
			func(x *Exec) []byte { return x.Directory }, func(p *Process) string { return p.Directory }),
		cut: func(e Event) Cut {
			x, ok := e.(*Exec)
			return Cut{Start: ok && x.DirectoryCut}
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
	}}
}

const flagList = "raised (the exec gained privileges), deleted (the file was unlinked), memfd (the file has no name), " +
	"cwd-deleted (the working directory was removed), exe-cut and cwd-cut (the path is longer than was recorded), text-cut (another text was left out), args-cut and env-cut (bytes are missing), " +
	"kernel (a thread of the kernel), core (a core was dumped)"

func appendFlags(dst []byte, e Event) []byte {
	start := len(dst)
	flag := func(set bool, name string) {
		if !set {
			return
		}
		if len(dst) > start {
			dst = append(dst, ',')
		}
		dst = append(dst, name...)
	}
	switch e := e.(type) {
	case *Exec:
		flag(e.PrivilegesRaised, "raised")
		flag(e.File.Deleted, "deleted")
		flag(e.File.Memfd, "memfd")
		flag(e.DirectoryDeleted, "cwd-deleted")
		flag(e.ExecutableCut, "exe-cut")
		flag(e.DirectoryCut, "cwd-cut")
		flag(e.TextCut, "text-cut")
		flag(e.Args.Missing() > 0, "args-cut")
		flag(e.Env.Missing() > 0, "env-cut")
	case *Fork:
		flag(e.KernelThread, "kernel")
	case *Exit:
		flag(e.CoreDumped, "core")
	}
	return dst
}
