package event

import "strconv"

// contextColumns tell in which surroundings a program runs.
func contextColumns() []*Column {
	return []*Column{{
		Name: "tty", Type: TypeText, Width: 8, Actions: ofAttempt(), Example: "pts/0",
		Meaning: "Controlling terminal, below /dev; empty without one.",
		text:    attemptText(func(a *Attempt) []byte { return a.TTY }),
	}, {
		Name: "caps", Type: TypeText, Width: 16, Actions: ofAttempt(), Example: "000001ffffffffff",
		Meaning: "Effective capabilities as in /proc/PID/status: bit n is capability n.",
		text:    capabilities(func(a *Attempt) uint64 { return a.CapEffective }),
	}, {
		Name: "permcaps", Type: TypeText, Width: 16, Actions: ofAttempt(), Example: "000001ffffffffff",
		Meaning: "Permitted capabilities, likewise.",
		text:    capabilities(func(a *Attempt) uint64 { return a.CapPermitted }),
	}, {
		Name: "cgroup", Type: TypeText, Width: 24, Actions: ofAttempt(), Example: "user.slice/session-3.scope",
		Meaning: "The last two components of the path of the control group.",
		text: func(dst []byte, e Event) []byte {
			a := attemptOf(e)
			if a == nil {
				return dst
			}
			if len(a.CgroupParent) > 0 {
				dst = append(append(dst, a.CgroupParent...), '/')
			}
			return append(dst, a.CgroupName...)
		},
	}, {
		Name: "cgroupid", Type: TypeNumber, Width: 9, Actions: ofAttempt(), Example: "6841",
		Meaning: "Inode number of the directory of the control group.",
		number:  detailNumber(func(a *Attempt) uint64 { return a.CgroupID }),
	}, {
		Name: "pidns", Type: TypeNumber, Width: 10, Actions: ofAttempt(), Example: "4026531836",
		Meaning: "Pid namespace, by its number in /proc/PID/ns.",
		number:  detailNumber(func(a *Attempt) uint32 { return a.PIDNS }),
	}, {
		Name: "mntns", Type: TypeNumber, Width: 10, Actions: ofAttempt(), Example: "4026531841",
		Meaning: "Mount namespace.",
		number:  detailNumber(func(a *Attempt) uint32 { return a.MountNS }),
	}, {
		Name: "userns", Type: TypeNumber, Width: 10, Actions: ofAttempt(), Example: "4026531837",
		Meaning: "User namespace.",
		number:  detailNumber(func(a *Attempt) uint32 { return a.UserNS }),
	}, {
		Name: "netns", Type: TypeNumber, Width: 10, Actions: ofAttempt(), Example: "4026531840",
		Meaning: "Network namespace.",
		number:  detailNumber(func(a *Attempt) uint32 { return a.NetNS }),
	}, {
		Name: "cgroupns", Type: TypeNumber, Width: 10, Actions: ofAttempt(), Example: "4026531835",
		Meaning: "Cgroup namespace.",
		number:  detailNumber(func(a *Attempt) uint32 { return a.CgroupNS }),
	}, {
		Name: "argc", Type: TypeNumber, Width: 5, Actions: ofAttempt(), Example: "4",
		Meaning: "Number of arguments, by the kernel's count; of a failed exec those that could be counted.",
		number:  attemptNumber(func(a *Attempt) uint32 { return a.ArgCount }),
	}, {
		Name: "envc", Type: TypeNumber, Width: 5, Actions: ofExec(), Example: "23",
		Meaning: "Number of environment variables, by the kernel's count.",
		number:  execNumber(func(x *Exec) uint32 { return x.EnvCount }),
	}, {
		Name: "missing", Type: TypeNumber, Width: 7, Actions: ofAttempt(), Example: "0",
		Meaning: "Bytes of the arguments that were not recorded.",
		number:  attemptNumber(func(a *Attempt) uint64 { return a.Args.Missing() }),
	}, {
		Name: "env", Type: TypeList, Width: 40, Actions: ofExec(), Example: "PATH=/usr/bin HOME=/root",
		Meaning: "Environment variables as NAME=value, as far as they were asked for.",
		form:    FormWords,
		text: func(dst []byte, e Event) []byte {
			if x, ok := e.(*Exec); ok {
				dst = x.Env.append(dst)
			}
			return dst
		},
		cut: func(e Event) Cut {
			x, ok := e.(*Exec)
			if !ok {
				return Cut{}
			}
			return x.Env.cut()
		},
	}}
}

// capabilities writes a set of capabilities as the kernel does.
func capabilities(get func(*Attempt) uint64) func([]byte, Event) []byte {
	return func(dst []byte, e Event) []byte {
		a := attemptOf(e)
		if a == nil || a.Degraded.Has(PartDetails) {
			return dst
		}
		return AppendCapabilities(dst, get(a))
	}
}

// AppendCapabilities appends a set of capabilities in 16 hexadecimal digits, as /proc/PID/status shows it.
func AppendCapabilities(dst []byte, set uint64) []byte {
	start := len(dst)
	dst = append(dst, "0000000000000000"...)
	var digits [16]byte
	hex := strconv.AppendUint(digits[:0], set, 16)
	copy(dst[start+len(digits)-len(hex):], hex)
	return dst
}
