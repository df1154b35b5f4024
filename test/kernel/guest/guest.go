// Package guest is what the kernel tests and the first program of the machines they boot have agreed on: what that
// program is to run, and the lines with which it tells of it on the console.
package guest

// StepsFile is where the machine finds its steps, a JSON array, before it has left the initial file system.
const StepsFile = "/steps.json"

// ModulesDir holds the kernel modules there, named in the order in which they are loaded.
const ModulesDir = "/modules"

// Step is a command that the machine runs in the directory Dir, with nothing in its environment but Env.
type Step struct {
	Name    string
	Dir     string
	Command []string
	Env     []string
}

// Formats of the lines on the console. Each is a line by itself; what a step prints stands between the first two.
const (
	Begin = "@begin %s"  // the name of the step
	End   = "@end %s %d" // the name, and the exit code
	Taint = "@taint %d"  // /proc/sys/kernel/tainted, after the last step
	Done  = "@done"      // all steps were run; the machine is switched off
	Fault = "@fault %s"  // the machine could not be made ready
)
