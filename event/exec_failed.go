package event

// Attempt is what an exec tells whether it succeeded or not: who, where, and
// which file with which arguments.
type Attempt struct {
	Task
	Credentials
	Names
	Namespaces
	Cgroup
	// Container is the container of the process, by its control group; nil outside of containers, and when that is not known.
	Container *Container

	// CallerTID is the thread that called exec. It differs from the PID when that was not the
	// first thread of the process, whose id it takes over when the exec succeeds.
	CallerTID uint32
	// Filename is the file name as the caller passed it. For a descriptor, of an exec that succeeded,
	// it is /dev/fd/N or /dev/fd/N/name as the kernel words it.
	Filename []byte
	// Directory is the working directory, seen from the root directory of the process.
	Directory []byte
	// DirectoryCut tells that the beginning of Directory is missing, and
	// DirectoryDeleted that it had been removed.
	DirectoryCut     bool
	DirectoryDeleted bool

	// Args is argv and ArgCount the number of its strings. Of an [Exec] it is what the new
	// program received, by the kernel's own count; of an [ExecFailed] what the caller passed.
	Args     Strings
	ArgCount uint32

	// Degraded is what the kernel left out of the record, as the buffer was short of room. Fields of these
	// parts say nothing, whatever their value, unless they are in FilledIn: what was read from /proc later, as the
	// process still ran. That can be argv (PartArgs, PartArgsMiddle), and of PartPaths the executable and the directory. It
	// is weaker evidence: what the process showed of itself then, after it could have changed it.
	Degraded, FilledIn Parts

	// Redacted is how many secrets were replaced in Args, in the Env of an [Exec], and in the Filename and Detail of an
	// [ExecFailed]. What was the length of one is not kept: Args.Size counts what stands in its place.
	Redacted uint32

	// TextCut tells that another text is empty because it grew while the record
	// was written: the file name, the interpreter or a name of the control group.
	TextCut bool
}

// ExecFailed is an exec that did not happen: execve(2) or execveat(2) returned
// an error, and the caller goes on to run what it ran. Its strings are read from
// the memory of the caller when the call returns: they are its claim, for another
// thread can have changed them meanwhile.
type ExecFailed struct {
	Meta
	// Attempt describes the caller.
	Attempt
	// Process is the caller.
	Process *Process

	// Errno is the error, such as 2, and Code its name, such as ENOENT (E and the number where it has none).
	Errno uint32
	Code  string
	// Cause is why the call failed, and Detail what of, such as the path of the
	// interpreter that is missing; see [FailureCause]. [AppendFailure] puts them into words.
	Cause  FailureCause
	Detail []byte

	// At tells that the call was execveat, and not execve. It has a descriptor of
	// a directory, or -100 (AT_FDCWD), and flags such as 0x1000 (AT_EMPTY_PATH). For execve they are -100 and 0.
	At    bool
	DirFD int32
	Flags uint32
	// Compat tells that a 32-bit system call was made.
	Compat bool
	// SharesRoot tells that the root directory of the caller is that of the process that traced.
	SharesRoot bool

	// FilenameUnreadable tells that the memory of the file name could not be
	// read, and ArgsUnreadable that from some place on that of argv could not.
	FilenameUnreadable bool
	ArgsUnreadable     bool
	// ArgsUnmeasured tells that argv goes on beyond what was counted in Args.Size and ArgCount.
	ArgsUnmeasured bool
}

// Action returns [ActionExecFailed].
func (*ExecFailed) Action() Action { return ActionExecFailed }

// Call returns the name of the system call.
func (e *ExecFailed) Call() string {
	if e.At {
		return "execveat"
	}
	return "execve"
}
