// Package gate starts a command that waits before its first exec, so that whoever watches it can begin with it, and all that it starts
// is seen.
//
// The process is there from [Start] on, with its final id, as the user whom the command is for. It is this program itself, which [Main]
// takes over to wait. When [Gate.Open] lets it go on it becomes the command, with the directory, terminal, open files, process
// group and ignored signals that this program was started with.
//
// What it used until then ([Gate.Used]) is part of what the kernel tells of the process at its end: a few milliseconds of CPU time, and
// some MiB of memory below which its peak cannot be.
package gate

// name is what the waiting process is called in argv[0].
const name = "exectrail: gate"

// The exit statuses of a shell whose command cannot be executed (POSIX, Shell Command Language, 2.8.2).
const (
	StatusNotExecutable = 126
	StatusNotFound      = 127
)

// IsGate reports whether a process with these arguments was started to wait: main then calls [Main] and nothing else.
func IsGate(args []string) bool { return len(args) > 0 && args[0] == name }
