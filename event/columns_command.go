package event

import "strconv"

// appendCommand appends argv for an exec, whether it succeeded or failed, and a sentence for any other event.
func appendCommand(dst []byte, e Event) []byte {
	if a := attemptOf(e); a != nil && len(a.Args.Raw) > 0 {
		return a.Args.append(dst)
	}
	return AppendSentence(dst, e)
}

// AppendSentence appends in a few words what happened, such as "exit 3". Names
// of programs in it are as they are: escape the text before showing it.
func AppendSentence(dst []byte, e Event) []byte {
	switch e := e.(type) {
	case *Exec:
		// As ps does for a process that has no arguments to show. Of a failed exec it is the file.
		program := e.Executable
		if len(program) == 0 {
			program = e.Comm
		}
		return append(append(append(dst, '['), program...), ']')
	case *ExecFailed:
		return append(appendFile(append(dst, '['), e), ']')
	case *Fork:
		return appendFork(dst, e)
	case *Exit:
		return appendExit(dst, e)
	case *Lost:
		return appendLost(dst, e)
	case *Clock:
		return appendClock(dst, e)
	}
	return dst
}

func appendFork(dst []byte, e *Fork) []byte {
	if e.KernelThread {
		dst = append(dst, "kernel thread "...)
	} else {
		dst = append(dst, "fork of "...)
	}
	if p := e.Process; p != nil && p.Name != "" {
		return append(dst, p.Name...)
	}
	return append(dst, "an unknown process"...)
}

func appendExit(dst []byte, e *Exit) []byte {
	if e.Signal == 0 {
		return strconv.AppendUint(append(dst, "exit "...), uint64(e.Status), 10)
	}
	dst = strconv.AppendUint(append(dst, "signal "...), uint64(e.Signal), 10)
	dst = AppendSignal(append(dst, ' '), e.Signal)
	if e.CoreDumped {
		dst = append(dst, " (core dumped)"...)
	}
	return dst
}

func appendLost(dst []byte, e *Lost) []byte {
	dst = strconv.AppendUint(dst, e.Count, 10)
	if e.Kind == ActionExecFailed && e.Cause == LostRecursion {
		dst = append(dst, " calls not seen, failed execs perhaps among them,"...)
	} else {
		dst = append(append(append(dst, ' '), e.Kind...), " event"...)
		if e.Count != 1 {
			dst = append(dst, 's')
		}
		dst = append(dst, " lost"...)
	}
	if e.Cause != LostSlowOutput {
		dst = strconv.AppendUint(append(dst, " on cpu "...), uint64(e.CPU), 10)
	}
	if window := e.Time.Sub(e.Since); !e.Since.IsZero() && window >= 0 {
		dst = AppendDuration(append(dst, " within "...), window)
	}
	return append(append(append(dst, " ("...), e.Cause...), ')')
}

func appendClock(dst []byte, e *Clock) []byte {
	step, way := e.Step, "forward"
	if step < 0 {
		step, way = -step, "back"
	}
	dst = append(append(append(dst, "wall clock set "...), way...), " by "...)
	return AppendDuration(dst, step)
}

// AppendSignal appends the name of a signal, such as SIGKILL. Numbers above 33 are
// named relative to SIGRTMIN as the C library counts it.
func AppendSignal(dst []byte, signal uint8) []byte {
	names := [...]string{
		1: "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
		"TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
		"WINCH", "IO", "PWR", "SYS",
	}
	const firstRealTime = 34
	dst = append(dst, "SIG"...)
	switch {
	case signal >= firstRealTime:
		dst = append(dst, "RTMIN"...)
		if n := signal - firstRealTime; n > 0 {
			dst = strconv.AppendUint(append(dst, '+'), uint64(n), 10)
		}
		return dst
	case int(signal) < len(names) && signal > 0:
		return append(dst, names[signal]...)
	default:
		return strconv.AppendUint(dst, uint64(signal), 10)
	}
}
