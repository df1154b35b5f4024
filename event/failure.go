package event

// FailureCause is why an exec failed. The kernel gives an error, which has
// several causes each; which one it was is checked in user space, a moment later.
type FailureCause uint32

// The causes of a failure. Their numbers stand in recordings. What [ExecFailed.Detail] holds is in brackets.
const (
	CauseUnknown             FailureCause = 0
	CauseNoFile              FailureCause = 1  // ENOENT: there is no such file [the directory on the way that is missing, if one is]
	CauseNoScriptInterpreter FailureCause = 2  // ENOENT: the interpreter that the script names is missing [its path]
	CauseNoELFInterpreter    FailureCause = 3  // ENOENT: the program's dynamic loader is missing [its path]
	CauseNotDirectory        FailureCause = 4  // ENOTDIR: a part of the path is no directory [the part]
	CauseNoPermission        FailureCause = 5  // EACCES: the file may not be executed by the caller
	CauseNoSearch            FailureCause = 6  // EACCES: a directory on the way may not be searched [the directory]
	CauseNoExecMount         FailureCause = 7  // EACCES: the file system is mounted with noexec [the file, if it is the interpreter]
	CauseDirectory           FailureCause = 8  // EACCES, EISDIR: it is a directory
	CauseNotRegular          FailureCause = 9  // EACCES: it is a device, a socket or a pipe
	CauseInterpreterRefused  FailureCause = 10 // EACCES: the interpreter may not be executed by the caller [its path]
	CauseWrongFormat         FailureCause = 11 // ENOEXEC: not a format that the kernel runs
	CauseWrongArchitecture   FailureCause = 12 // ENOEXEC: a program for another machine [its architecture]
	CauseArgumentsTooLong    FailureCause = 13 // E2BIG
	CauseTextBusy            FailureCause = 14 // ETXTBSY: the file is open for writing
	CauseTooManySymlinks     FailureCause = 15 // ELOOP: symbolic links
	CauseTooManyInterpreters FailureCause = 16 // ELOOP, ENOEXEC: an interpreter is a script whose interpreter is a script ...
	CauseNameTooLong         FailureCause = 17 // ENAMETOOLONG
	CauseSecurityModule      FailureCause = 18 // EACCES, EPERM: none of the other causes, so a security module refused it
	CauseProcessLimit        FailureCause = 19 // EAGAIN: the user has more processes than RLIMIT_NPROC allows
	CauseBadAddress          FailureCause = 20 // EFAULT: a pointer leads nowhere
	CauseBadDescriptor       FailureCause = 21 // EBADF: no such descriptor
	CauseNoMemory            FailureCause = 22 // ENOMEM
	CauseBadProgram          FailureCause = 23 // EINVAL, EIO, ELIBBAD: the headers of the program are wrong [its dynamic loader, if it is that]
	CauseSymlinkRefused      FailureCause = 24 // ELOOP: AT_SYMLINK_NOFOLLOW was given and the file is a symbolic link
	CauseEmptyName           FailureCause = 25 // ENOENT: the file name is empty
	CauseBrokenLink          FailureCause = 26 // ENOENT: it is a symbolic link to a file that is not there [where it leads]
	CauseBadFlags            FailureCause = 27 // EINVAL: execveat was given flags that it does not know
	CauseFileCapabilities    FailureCause = 28 // EPERM: the file is to give capabilities that the caller may not have
	CauseScriptDescriptor    FailureCause = 29 // ENOENT: a script given by a descriptor that exec closes, so no interpreter could open it
)

// String returns the keyword of the cause, as in the JSON field exectrail.failure.cause.
func (c FailureCause) String() string { return c.wording().keyword }
