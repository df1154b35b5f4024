package event

import "iter"

// Parts is a set of parts of an [Exec] or [ExecFailed], of which some can be missing when
// events come faster than they are read.
type Parts uint8

// The parts, in the order in which the kernel programs leave them out. PartDetails is
// the last: what then remains is a skeleton.
const (
	// PartArgsMiddle is argv, and the environment, but for the first and last 4 KiB of each; see [Strings.Tail].
	PartArgsMiddle Parts = 1 << iota
	// PartArgs is argv. Its length ([Strings.Size]) and the number of arguments are there.
	PartArgs
	// PartEnv is the environment, where it was asked for. The number of its variables is there.
	PartEnv
	// PartPaths are the file name, the interpreter, the executable, the working directory and the
	// names of the control group.
	PartPaths
	// PartDetails is the rest of what a skeleton has not: the effective and saved ids, the login, the
	// capabilities, the namespaces and the process id in its own one, the control group, the session and
	// the process group, the terminal, the thread that called exec, and how a failed exec was called.
	// A skeleton has the process id, the name, the start and the parent, the real ids, the file that runs or the
	// error, and the lengths and numbers of arguments and variables.
	PartDetails
)

// Has reports whether one of the given parts is in p.
func (p Parts) Has(parts Parts) bool { return p&parts != 0 }

// All yields the parts in p one by one, in the order of the constants.
func (p Parts) All() iter.Seq[Parts] {
	return func(yield func(Parts) bool) {
		for part := PartArgsMiddle; part <= PartDetails; part <<= 1 {
			if p.Has(part) && !yield(part) {
				return
			}
		}
	}
}

// String returns the names of the parts with commas between them, such as "args,paths".
func (p Parts) String() string { return string(AppendParts(nil, p)) }

// AppendParts appends the names of the parts with commas between them: args-middle, args, env, paths, details.
func AppendParts(dst []byte, p Parts) []byte {
	list := flags{dst, len(dst)}
	for part := range p.All() {
		name, _ := part.wording()
		list.add(true, name)
	}
	return list.text
}

// wording returns the name of p, which is one part, and what it is.
func (p Parts) wording() (name, meaning string) {
	switch p {
	case PartArgsMiddle:
		return "args-middle", "The arguments, and the variables of the environment, but for the first and last 4 KiB of each"
	case PartArgs:
		return "args", "The arguments, but for their length and number"
	case PartEnv:
		return "env", "The variables of the environment, where they were asked for, but for their number"
	case PartPaths:
		return "paths", "File name, interpreter, executable, working directory and the names of the control group"
	default:
		return "details", "All the rest but for process id, name, start and parent, the real ids, the file that runs, the lengths " +
			"and numbers, and the error of a failed exec"
	}
}

// AppendPartReference appends the parts as a table in Markdown.
func AppendPartReference(dst []byte) []byte {
	dst = append(dst, "| Part | What was left out |\n|---|---|\n"...)
	for part := range (^Parts(0)).All() {
		name, meaning := part.wording()
		dst = append(append(append(dst, "| `"...), name...), "` | "...)
		dst = append(append(dst, meaning...), " |\n"...)
	}
	return dst
}

// appendDegraded appends what was left out of an exec, and behind each part whether it was read from /proc later.
func appendDegraded(dst []byte, e Event) []byte {
	a := attemptOf(e)
	if a == nil {
		return dst
	}
	list := flags{dst, len(dst)}
	for part := range a.Degraded.All() {
		name, _ := part.wording()
		list.add(true, name)
		if a.FilledIn.Has(part) {
			list.text = append(list.text, "(filled-in)"...)
		}
	}
	return list.text
}
