package event

import "strconv"

// contextColumns tell in which surroundings a program runs.
func contextColumns() []*Column {
	return []*Column{{
		Name: "tty", Type: TypeText, Width: 8, Actions: ofExec(), Example: "pts/0",
		Meaning: "Controlling terminal, below /dev; empty without one.",
		text:    execText(func(x *Exec) []byte { return x.TTY }),
	}, {
		Name: "caps", Type: TypeText, Width: 16, Actions: ofExec(), Example: "000001ffffffffff",
		Meaning: "Effective capabilities as in /proc/PID/status: bit n is capability n.",
		text:    capabilities(func(x *Exec) uint64 { return x.CapEffective }),
	}, {
		Name: "permcaps", Type: TypeText, Width: 16, Actions: ofExec(), Example: "000001ffffffffff",
		Meaning: "Permitted capabilities, likewise.",
		text:    capabilities(func(x *Exec) uint64 { return x.CapPermitted }),
	}, {
		Name: "cgroup", Type: TypeText, Width: 24, Actions: ofExec(), Example: "user.slice/session-3.scope",
		Meaning: "The last two components of the path of the control group.",
		text: func(dst []byte, e Event) []byte {
			x, ok := e.(*Exec)
			if !ok {
				return dst
			}
			if len(x.CgroupParent) > 0 {
				dst = append(append(dst, x.CgroupParent...), '/')
			}
			return append(dst, x.CgroupName...)
		},
	}, {
		Name: "cgroupid", Type: TypeNumber, Width: 9, Actions: ofExec(), Example: "6841",
		Meaning: "Inode number of the directory of the control group.",
		number:  execNumber(func(x *Exec) uint64 { return x.CgroupID }),
	}, {
		Name: "pidns", Type: TypeNumber, Width: 10, Actions: ofExec(), Example: "4026531836",
		Meaning: "Pid namespace, by its number in /proc/PID/ns.",
		number:  execNumber(func(x *Exec) uint32 { return x.PIDNS }),
	}, {
		Name: "mntns", Type: TypeNumber, Width: 10, Actions: ofExec(), Example: "4026531841",
		Meaning: "Mount namespace.",
		number:  execNumber(func(x *Exec) uint32 { return x.MountNS }),
	}, {
		Name: "userns", Type: TypeNumber, Width: 10, Actions: ofExec(), Example: "4026531837",
		Meaning: "User namespace.",
		number:  execNumber(func(x *Exec) uint32 { return x.UserNS }),
	}, {
		Name: "netns", Type: TypeNumber, Width: 10, Actions: ofExec(), Example: "4026531840",
		Meaning: "Network namespace.",
		number:  execNumber(func(x *Exec) uint32 { return x.NetNS }),
	}, {
		Name: "cgroupns", Type: TypeNumber, Width: 10, Actions: ofExec(), Example: "4026531835",
		Meaning: "Cgroup namespace.",
		number:  execNumber(func(x *Exec) uint32 { return x.CgroupNS }),
	}, {
		Name: "argc", Type: TypeNumber, Width: 5, Actions: ofExec(), Example: "4",
		Meaning: "Number of arguments, by the kernel's count.",
		number:  execNumber(func(x *Exec) uint32 { return x.ArgCount }),
	}, {
		Name: "envc", Type: TypeNumber, Width: 5, Actions: ofExec(), Example: "23",
		Meaning: "Number of environment variables, by the kernel's count.",
		number:  execNumber(func(x *Exec) uint32 { return x.EnvCount }),
	}, {
		Name: "missing", Type: TypeNumber, Width: 7, Actions: ofExec(), Example: "0",
		Meaning: "Bytes of the arguments that were not recorded.",
		number:  execNumber(func(x *Exec) uint64 { return x.Args.Missing() }),
	}, {
		Name: "env", Type: TypeList, Width: 40, Actions: ofExec(), Example: "PATH=/usr/bin HOME=/root",
		Meaning: "Environment variables as NAME=value, as far as they were asked for.",
		form:    FormWords,
		text:    execText(func(x *Exec) []byte { return x.Env.Raw }),
		cut: func(e Event) Cut {
			x, ok := e.(*Exec)
			if !ok || x.Env.Missing() == 0 {
				return Cut{}
			}
			return Cut{End: true, Missing: x.Env.Missing()}
		},
	}}
}

// capabilities writes a set of capabilities as the kernel does.
func capabilities(get func(*Exec) uint64) func([]byte, Event) []byte {
	return func(dst []byte, e Event) []byte {
		x, ok := e.(*Exec)
		if !ok {
			return dst
		}
		return AppendCapabilities(dst, get(x))
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
