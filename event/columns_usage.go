package event

import "time"

// usageColumns tell how a process ended and what it used.
func usageColumns() []*Column {
	return []*Column{{
		Name: "status", Type: TypeNumber, Width: 6, Actions: ofExit(), Example: "3",
		Meaning: "Exit status; empty when a signal ended the process.",
		number: func(e Event) (uint64, bool) {
			if x, ok := e.(*Exit); ok && x.Signal == 0 {
				return uint64(x.Status), true
			}
			return 0, false
		},
	}, {
		Name: "signal", Type: TypeText, Width: 8, Actions: ofExit(), Example: "SIGSEGV",
		Meaning: "Signal that ended the process; empty when it exited by itself.",
		text: func(dst []byte, e Event) []byte {
			if x, ok := e.(*Exit); ok && x.Signal != 0 {
				dst = AppendSignal(dst, x.Signal)
			}
			return dst
		},
	}, {
		Name: "duration", Type: TypeDuration, Width: 8, Actions: ofExit(), Example: "1.204s",
		Meaning: "How long the process lived.",
		number: func(e Event) (uint64, bool) {
			if x, ok := e.(*Exit); ok && x.Process != nil {
				return uint64(x.Duration()), true
			}
			return 0, false
		},
	}, {
		Name: "usertime", Type: TypeDuration, Width: 8, Actions: ofExit(), Example: "350.1ms",
		Meaning: "CPU time in user mode, all threads together.",
		number:  exitNumber(func(x *Exit) time.Duration { return x.Usage.UserTime }),
	}, {
		Name: "systime", Type: TypeDuration, Width: 8, Actions: ofExit(), Example: "12.0ms",
		Meaning: "CPU time in the kernel, all threads together.",
		number:  exitNumber(func(x *Exit) time.Duration { return x.Usage.SystemTime }),
	}, {
		Name: "cputime", Type: TypeDuration, Width: 8, Actions: ofExit(), Example: "362.1ms",
		Meaning: "CPU time in user mode and in the kernel together.",
		number:  exitNumber(func(x *Exit) time.Duration { return x.Usage.UserTime + x.Usage.SystemTime }),
	}, {
		Name: "maxrss", Type: TypeNumber, Width: 10, Actions: ofExit(), Example: "3670016",
		Meaning: "Peak resident memory in bytes.",
		number:  exitNumber(func(x *Exit) uint64 { return x.Usage.MaxRSS }),
	}, {
		Name: "minflt", Type: TypeNumber, Width: 7, Actions: ofExit(), Example: "412",
		Meaning: "Page faults that needed no reading from storage.",
		number:  exitNumber(func(x *Exit) uint64 { return x.Usage.MinorFaults }),
	}, {
		Name: "majflt", Type: TypeNumber, Width: 6, Actions: ofExit(), Example: "2",
		Meaning: "Page faults that were read from storage.",
		number:  exitNumber(func(x *Exit) uint64 { return x.Usage.MajorFaults }),
	}, {
		Name: "readbytes", Type: TypeNumber, Width: 10, Actions: ofExit(), Example: "131072",
		Meaning: "Bytes read from storage.",
		number:  exitNumber(func(x *Exit) uint64 { return x.Usage.ReadBytes }),
	}, {
		Name: "writebytes", Type: TypeNumber, Width: 10, Actions: ofExit(), Example: "4096",
		Meaning: "Bytes written to storage.",
		number:  exitNumber(func(x *Exit) uint64 { return x.Usage.WriteBytes }),
	}, {
		Name: "nvcsw", Type: TypeNumber, Width: 6, Actions: ofExit(), Example: "17",
		Meaning: "Context switches because the process waited.",
		number:  exitNumber(func(x *Exit) uint64 { return x.Usage.VoluntaryCtxt }),
	}, {
		Name: "nivcsw", Type: TypeNumber, Width: 6, Actions: ofExit(), Example: "3",
		Meaning: "Context switches because its time was up.",
		number:  exitNumber(func(x *Exit) uint64 { return x.Usage.InvoluntaryCtxt }),
	}}
}
