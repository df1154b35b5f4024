package wire

// Builders of records as the kernel writes them: a fixed part, changed as the
// test likes, and a tail whose lengths they fill in.

// texts is the tail of an exec record.
type texts struct {
	args, filename, interp, exe, cwd, cgroup, cgroupParent string
}

func sampleTexts() texts {
	return texts{
		args: "ls\x00-l\x00", filename: "./ls", exe: "ls\x00bin\x00usr\x00", cwd: "ann\x00home\x00",
		cgroup: "session-3.scope", cgroupParent: "user-1000.slice",
	}
}

// sampleAttempt has another value in each field, so that none can stand for another.
func sampleAttempt(kind Kind) attempt {
	return attempt{
		Head:   head{Kind: uint8(kind), Cpu: 3, Seq: 41, Time: 5_000_000_100},
		Self:   id{Start: 5_000_000_000, ExecId: 8, Pid: 4242, Tid: 4242},
		Parent: id{Start: 4_000_000_000, ExecId: 7, Pid: 4200, Tid: 4201},
		Cred: bpfCred{
			Uid: 1000, Euid: 1001, Suid: 1002, Gid: 2000, Egid: 2001, Sgid: 2002,
			LoginUid: 1003, AuditSession: 17, CapEffective: 1 << 12, CapPermitted: 1 << 13,
		},
		Ns:       bpfNamespaces{Pid: 101, Mnt: 102, User: 103, Net: 104, Cgroup: 105, NsPid: 42},
		CgroupId: 6841, Sid: 4100, Pgid: 4240, Argc: 2, ArgsLen: 6,
		Comm: name16("ls"), Tty: name16("pts0"),
	}
}

func sampleExec() exec {
	return exec{
		Attempt: sampleAttempt(Exec),
		File:    bpfFile{Inode: 777, Device: 259<<20 | 2, Links: 5},
		OldTid:  4243, Envc: 23, EnvLen: 99, OldComm: name16("bash"), FileChanged: 1_700_000_000_000_000_009,
	}
}

func sampleFailed() failed {
	x := failed{Attempt: sampleAttempt(Failed), Error: 2, At: 1, Dirfd: 7, AtFlags: 0x100}
	x.Attempt.ArgsLen = 9
	return x
}

// execRecord encodes x with its tail. ArgsHere becomes the length of the args in it.
func execRecord(x exec, t texts) []byte {
	setLengths(&x.Attempt, t)
	x.InterpLen, x.ExeLen = uint16(len(t.interp)), uint16(len(t.exe))
	return build(&x, &x.Attempt.Head, t.args+t.filename+t.interp+t.exe+t.cwd+t.cgroup+t.cgroupParent)
}

// failedRecord does the same for a failed exec, which has no interpreter and no executable.
func failedRecord(x failed, t texts) []byte {
	setLengths(&x.Attempt, t)
	return build(&x, &x.Attempt.Head, t.filename+t.cwd+t.cgroup+t.cgroupParent+t.args)
}

func setLengths(a *attempt, t texts) {
	a.ArgsHere = uint32(len(t.args))
	a.FilenameLen, a.CwdLen = uint16(len(t.filename)), uint16(len(t.cwd))
	a.CgroupLen, a.CgroupParentLen = uint16(len(t.cgroup)), uint16(len(t.cgroupParent))
}

// chunkRecord encodes part of the strings of an exec.
func chunkRecord(cpu uint16, seq uint64, ofEnv bool, offset int, part string) []byte {
	x := chunk{Head: head{Kind: uint8(Chunk), Cpu: cpu, Seq: seq}, Offset: uint32(offset)}
	if ofEnv {
		x.OfEnv = 1
	}
	return build(&x, &x.Head, part)
}

func sampleFork() fork {
	return fork{
		Head:   head{Kind: uint8(Fork), Cpu: 1, Seq: 5, Time: 6_000},
		Self:   id{Start: 5_900, ExecId: 7, Pid: 4300, Tid: 4300},
		Parent: id{Start: 4_000, ExecId: 7, Pid: 4200, Tid: 4201},
		NsPid:  43, Uid: 1000, Gid: 2000, Comm: name16("bash"),
	}
}

func sampleExit() exit {
	return exit{
		Head: head{Kind: uint8(Exit), Cpu: 2, Seq: 6, Time: 7_000},
		Self: id{Start: 5_900, ExecId: 8, Pid: 4300, Tid: 4302}, ParentPid: 4200, Code: 3 << 8,
		Usage: usage{
			UserNs: 3_000_000, SystemNs: 1_000_000, RunNs: 4_400_000, MaxRss: 3 << 20,
			MinorFaults: 10, MajorFaults: 11, ReadBytes: 12, WriteBytes: 13,
			VoluntarySwitches: 14, InvoluntarySwitches: 15,
		},
	}
}

// sampleSnapshot is a record of the task iterator: without a tail.
func sampleSnapshot() snapshot {
	return snapshot{
		Head:   head{Kind: uint8(Snapshot), Cpu: 1, Size: uint32(snapshotSize), Time: 8_000},
		Self:   id{Start: 900, ExecId: 2, Pid: 77, Tid: 77},
		Parent: id{Start: 1, ExecId: 1, Pid: 1, Tid: 1},
		NsPid:  7, Uid: 33, Gid: 34, Comm: name16("httpd"),
	}
}

// build encodes the fixed part with its size, and the tail.
func build[T any](fixed *T, h *head, tail string) []byte {
	h.Size = uint32(len(appendFixed(nil, fixed)) + len(tail))
	return append(appendFixed(nil, fixed), tail...)
}

// name16 is a name as the kernel keeps it: ended by a NUL, with whatever was there before after it.
func name16(s string) (dst [16]uint8) {
	for i := range dst {
		dst[i] = 'x'
	}
	copy(dst[:], s+"\x00")
	return dst
}
