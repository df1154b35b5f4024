package event

import "strconv"

// wording is how a cause is told: in a keyword, and in a sentence with and without
// [ExecFailed.Detail]. In a sentence %f stands for the file, %d for the detail, %n
// for the descriptor and %a for the length of the arguments.
type wording struct {
	keyword  string
	sentence string
	detailed string // empty when there is no detail
}

// wording returns how c is told. A cause that is not known here, as from a newer recording, is told as unknown.
func (c FailureCause) wording() wording {
	if int(c) < len(wordings) {
		return wordings[c]
	}
	return wordings[CauseUnknown]
}

var wordings = [...]wording{
	CauseUnknown: {keyword: "unknown"}, // the errno says what is known
	CauseNoFile:  {"no-file", "%f: no such file", "%f: no such file, as there is no directory %d"},
	CauseNoScriptInterpreter: {
		"no-script-interpreter", "%f: the interpreter of the script is missing", "%f: the interpreter %d of the script is missing",
	},
	CauseNoELFInterpreter: {
		"no-elf-interpreter", "%f: the dynamic loader of the program is missing", "%f: the dynamic loader %d of the program is missing",
	},
	CauseNotDirectory: {"not-directory", "%f: a part of the path is not a directory", "%f: %d is not a directory"},
	CauseNoPermission: {keyword: "no-permission", sentence: "%f: the caller has no permission to execute it"},
	CauseNoSearch: {
		"no-search", "%f: the caller has no permission to search a directory of the path",
		"%f: the caller has no permission to search the directory %d",
	},
	CauseNoExecMount: {
		"noexec-mount", "%f: the file system is mounted with noexec", "%f: the file system of the interpreter %d is mounted with noexec",
	},
	CauseDirectory:  {keyword: "directory", sentence: "%f: this is a directory"},
	CauseNotRegular: {keyword: "not-regular", sentence: "%f: this is a device, a socket or a pipe"},
	CauseInterpreterRefused: {
		"interpreter-refused", "%f: the caller has no permission to execute the interpreter",
		"%f: the caller has no permission to execute the interpreter %d",
	},
	CauseWrongFormat: {keyword: "wrong-format", sentence: "%f: not in a format that the kernel runs, such as a program or a script with a #! line"},
	CauseWrongArchitecture: {
		"wrong-architecture", "%f: built for another architecture, which this machine cannot run",
		"%f: built for %d, which this machine cannot run",
	},
	CauseArgumentsTooLong: {
		keyword: "arguments-too-long", sentence: "%f: the list of arguments and environment is too long%a",
	},
	CauseTextBusy:        {keyword: "text-busy", sentence: "%f: the file is open for writing"},
	CauseTooManySymlinks: {keyword: "too-many-symlinks", sentence: "%f: too many symbolic links lead there, or lead in a circle"},
	CauseTooManyInterpreters: {
		keyword: "too-many-interpreters", sentence: "%f: the interpreter is a script too, and so on too many times",
	},
	CauseNameTooLong:    {keyword: "name-too-long", sentence: "%f: the file name is too long"},
	CauseSecurityModule: {keyword: "security-module", sentence: "%f: refused by a security module"},
	CauseProcessLimit:   {keyword: "process-limit", sentence: "%f: the user has more processes than the limit (RLIMIT_NPROC) allows"},
	CauseBadAddress:     {keyword: "bad-address", sentence: "%f: a pointer that was passed leads nowhere"},
	CauseBadDescriptor:  {keyword: "bad-descriptor", sentence: "%f: descriptor %n is not open"},
	CauseNoMemory:       {keyword: "no-memory", sentence: "%f: not enough memory"},
	CauseBadProgram: {
		"bad-program", "%f: the headers of the program are wrong", "%f: the headers of its dynamic loader %d are wrong",
	},
	CauseSymlinkRefused: {keyword: "symlink-refused", sentence: "%f: this is a symbolic link, which AT_SYMLINK_NOFOLLOW refuses"},
	CauseEmptyName:      {keyword: "empty-name", sentence: "the file name is empty"},
	CauseBrokenLink: {
		"broken-link", "%f: a symbolic link to a file that is missing", "%f: a symbolic link to %d, which is missing",
	},
	CauseBadFlags: {keyword: "bad-flags", sentence: "%f: execveat was given flags that the kernel does not know"},
	CauseFileCapabilities: {
		keyword: "file-capabilities", sentence: "%f: the file is to give capabilities that the caller may not have",
	},
	CauseScriptDescriptor: {
		keyword: "script-descriptor", sentence: "%f: a script given by a descriptor that exec closes, so that no interpreter can open it",
	},
}

// AppendFailure appends in a sentence why the exec failed. Names of files in it are as
// they are: escape the text before showing it.
func AppendFailure(dst []byte, e *ExecFailed) []byte {
	w := e.Cause.wording()
	switch {
	case w.sentence == "", e.Cause == CauseBadDescriptor && e.Degraded.Has(PartDetails): // which one is not known
		return appendCode(append(appendFile(dst, e), ": "...), e)
	case w.detailed != "" && len(e.Detail) > 0:
		return appendPhrase(dst, w.detailed, e)
	default:
		return appendPhrase(dst, w.sentence, e)
	}
}

// appendPhrase appends a phrase with what its placeholders stand for.
func appendPhrase(dst []byte, phrase string, e *ExecFailed) []byte {
	for i := 0; i < len(phrase); i++ {
		if phrase[i] != '%' {
			dst = append(dst, phrase[i])
			continue
		}
		i++
		switch phrase[i] {
		case 'f':
			dst = appendFile(dst, e)
		case 'd':
			dst = append(dst, e.Detail...)
		case 'n':
			dst = strconv.AppendInt(dst, int64(e.DirFD), 10)
		case 'a':
			dst = appendArgsLength(dst, e)
		}
	}
	return dst
}

// appendFile appends what was to be executed.
func appendFile(dst []byte, e *ExecFailed) []byte {
	switch {
	case e.FilenameUnreadable:
		return append(dst, "a file whose name could not be read"...)
	case len(e.Filename) > 0:
		return append(dst, e.Filename...)
	case e.Degraded.Has(PartPaths):
		return append(dst, "a file whose name was not recorded"...)
	case !e.At || e.Flags&atEmptyPath == 0:
		return append(dst, "a file without a name"...)
	case e.DirFD == atCwd:
		return append(dst, "the working directory"...)
	default:
		return strconv.AppendInt(append(dst, "the file of descriptor "...), int64(e.DirFD), 10)
	}
}

// As in <linux/fcntl.h>.
const (
	atCwd       = -100   // AT_FDCWD
	atEmptyPath = 0x1000 // AT_EMPTY_PATH
)

func appendArgsLength(dst []byte, e *ExecFailed) []byte {
	if e.Args.Size == 0 {
		return dst
	}
	dst = append(dst, " ("...)
	if e.ArgsUnmeasured || e.ArgsUnreadable {
		dst = append(dst, "at least "...)
	}
	return append(appendGrouped(dst, e.Args.Size), " bytes of arguments)"...)
}

// appendGrouped appends n with a comma before each three digits.
func appendGrouped(dst []byte, n uint64) []byte {
	if n < 1000 {
		return strconv.AppendUint(dst, n, 10)
	}
	dst = append(appendGrouped(dst, n/1000), ',', byte('0'+n/100%10))
	return appendPair(dst, int(n%100))
}

// appendCode appends what the error means by execve(2), where nothing more is known.
func appendCode(dst []byte, e *ExecFailed) []byte {
	for _, m := range meanings {
		if m.code == e.Code {
			return append(dst, m.meaning...)
		}
	}
	return append(append(dst, "failed with "...), e.Code...)
}

// meanings are those of the errors that execve(2) and execveat(2) list.
var meanings = [...]struct{ code, meaning string }{
	{"E2BIG", "the list of arguments and environment is too long"},
	{"EACCES", "permission denied"},
	{"EAGAIN", "the user has too many processes"},
	{"EBADF", "bad file descriptor"},
	{"EFAULT", "bad address"},
	{"EINVAL", "invalid argument, or invalid program"},
	{"EIO", "input or output error"},
	{"EISDIR", "an interpreter is a directory"},
	{"ELIBBAD", "an interpreter has a format that is not known"},
	{"ELOOP", "too many symbolic links or interpreters"},
	{"EMFILE", "the process has too many open files"},
	{"ENAMETOOLONG", "the file name is too long"},
	{"ENFILE", "the machine has too many open files"},
	{"ENOENT", "no such file, or an interpreter is missing"},
	{"ENOEXEC", "wrong format"},
	{"ENOMEM", "not enough memory"},
	{"ENOTDIR", "a part of the path is not a directory"},
	{"EPERM", "operation not permitted"},
	{"ETXTBSY", "the file is open for writing"},
}
