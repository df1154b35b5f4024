package event

import "bytes"

// SignalsOf returns the signals of an exec by what its other fields tell. It does not allocate.
func SignalsOf(e *Exec) Signals {
	var s Signals
	for _, known := range [...]struct {
		signal Signals
		set    bool
	}{
		{SignalDeleted, e.File.Deleted},
		{SignalMemfd, e.File.Memfd},
		{SignalUpperLayer, e.File.UpperLayer},
		{SignalPrivilegesRaised, e.PrivilegesRaised},
		{SignalArgv0Differs, argv0Differs(e)},
		{SignalStdinSocket, e.Stdin == Socket},
		{SignalStdinPipe, e.Stdin == FIFO},
		{SignalStdoutSocket, e.Stdout == Socket},
		{SignalStdoutPipe, e.Stdout == FIFO},
		{SignalLDPreload, e.LoaderEnv},
		{SignalFirstSeen, e.File.FirstSeen},
	} {
		if known.set {
			s |= known.signal
		}
	}
	switch scriptOf(e) {
	case scriptInline:
		s |= SignalInlineScript
	case scriptFromStdin:
		if s.Has(SignalStdinPipe | SignalStdinSocket) {
			s |= SignalPipedScript
		}
	}
	return s
}

// argv0Differs reports whether argv[0] is unlike the file.
func argv0Differs(e *Exec) bool {
	if len(e.Filename) == 0 || len(e.Executable) == 0 {
		return false // not recorded
	}
	argv0, whole := e.argument0()
	if !whole {
		return false
	}
	if isMultiCall(baseName(e.Executable)) {
		return false
	}
	name := programName(argv0)
	return !bytes.Equal(name, baseName(e.Filename)) && !bytes.Equal(name, baseName(e.Executable)) &&
		(len(e.Interpreter) == 0 || !bytes.Equal(name, baseName(e.Interpreter)))
}

// argument0 returns argv[0], and whether it was recorded to its end. Without any arguments it is empty.
func (e *Exec) argument0() (argv0 []byte, whole bool) {
	if e.Args.Size == 0 && e.ArgCount == 0 {
		return nil, true
	}
	argv0, _, whole = bytes.Cut(e.Args.Head(), nul)
	return argv0, whole
}

// programName returns the last component of argv[0], without the dash that login shells have before it.
func programName(argv0 []byte) []byte { return baseName(bytes.TrimPrefix(argv0, []byte("-"))) }

// baseName returns the last component of a path, without what marks a memfd.
func baseName(path []byte) []byte {
	name := path[bytes.LastIndexByte(path, '/')+1:]
	if memfd, ok := bytes.CutPrefix(path, []byte("/memfd:")); ok {
		name = memfd[bytes.LastIndexByte(memfd, '/')+1:]
	}
	return name
}

// isMultiCall reports whether a file is a program that does the work of many, by argv[0].
func isMultiCall(file []byte) bool {
	switch string(file) {
	case "busybox", "toybox", "coreutils":
		return true
	}
	return false
}
