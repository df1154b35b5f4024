package wire

import "github.com/exectrail/exectrail/event"

// stringsEnd is how much of argv is kept at each of its ends when there is little room (STRINGS_END in bpf/args.h).
const stringsEnd = 4096

// leftOut returns what the kernel left out of a record for want of room, by the flags in it and what there is.
func leftOut(flags uint32, args, env *event.Strings) event.Parts {
	var parts event.Parts
	if flags&lessArgs != 0 && args.Missing() > 0 {
		parts |= allOrMiddle(args, event.PartArgs)
	}
	if flags&lessEnv != 0 && env.Missing() > 0 {
		parts |= allOrMiddle(env, event.PartEnv)
	}
	if flags&noTexts != 0 {
		parts |= event.PartPaths
	}
	return parts
}

func allOrMiddle(s *event.Strings, all event.Parts) event.Parts {
	if len(s.Raw) == 0 {
		return all
	}
	return event.PartArgsMiddle
}

// decodeSkeleton reads what was kept of an exec, or of a failed one.
func (d *Decoder) decodeSkeleton(record []byte, r *Record) bool {
	x := &d.skeleton
	if _, ok := load(x, record); !ok {
		return false
	}
	r.ID, r.Parent = idOf(&x.Self), idOf(&x.Parent)
	flags := uint32(x.Flags) << skeletonFlags
	attempt := event.Attempt{
		Task: event.Task{PID: x.Self.Pid, ParentPID: x.Parent.Pid, Comm: untilNUL(x.Comm[:])},
		Credentials: event.Credentials{
			UID: x.Uid, GID: x.Gid,
			EUID: event.NoID, SUID: event.NoID, EGID: event.NoID, SGID: event.NoID,
			LoginUID: event.NoID, AuditSession: event.NoID,
		},
		Args:     event.Strings{Size: uint64(x.ArgsLen)},
		ArgCount: x.Argc,
		Degraded: event.PartPaths | event.PartDetails,
	}
	if x.ArgsLen > 0 {
		attempt.Degraded |= event.PartArgs
	}
	if flags&withEnv != 0 {
		attempt.Degraded |= event.PartEnv
	}
	if x.Error != 0 {
		r.Kind = Failed
		e := &r.Failed
		*e = event.ExecFailed{Attempt: attempt, Errno: uint32(x.Error), Code: event.ErrnoName(uint32(x.Error))}
		setFailedFlags(e, flags)
		return true
	}
	r.Kind = Exec
	r.Exec = event.Exec{
		Attempt: attempt, EnvCount: x.Envc,
		File: fileOf(&x.File),
	}
	setExecFlags(&r.Exec, flags)
	r.Exec.File.Deleted = flags&fileDeleted != 0
	d.fill.apply(r)
	return true
}

// fill is what /proc told of the process whose degraded exec comes next.
type fill struct {
	stream   Stream
	seq      uint64
	args     []byte
	exe, cwd []byte
}

func (d *Decoder) decodeFilled(record []byte, r *Record) bool {
	x := &d.filled
	tail, ok := load(x, record)
	f := &d.fill
	var args, exe, cwd []byte
	if !ok || !take(tail, text{&args, x.ArgsLen}, text{&exe, uint32(x.ExeLen)}, text{&cwd, uint32(x.CwdLen)}) {
		return false
	}
	f.stream, f.seq = r.Stream, r.Seq
	f.args, f.exe, f.cwd = append(f.args[:0], args...), append(f.exe[:0], exe...), append(f.cwd[:0], cwd...)
	return true
}

// apply fills in what was left out of the exec in r.
func (f *fill) apply(r *Record) {
	e := &r.Exec
	if e.Degraded == 0 || f.seq != r.Seq || f.stream != r.Stream {
		return
	}
	const args = event.PartArgs | event.PartArgsMiddle
	if e.Degraded.Has(args) && e.Args.Missing() > 0 && len(f.args) > 0 {
		e.Args = event.Strings{Raw: f.args, Size: max(e.Args.Size, uint64(len(f.args)))}
		e.FilledIn |= e.Degraded & args
	}
	if e.Degraded.Has(event.PartPaths) && len(f.exe) > 0 {
		e.Executable, e.Directory = f.exe, f.cwd
		e.FilledIn |= event.PartPaths
	}
}
