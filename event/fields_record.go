package event

import (
	"math"
	"strings"
)

// recordFields are the rest of what JSON has and the columns have not, or have in another form.
func recordFields() []*Field {
	fields := []*Field{
		{
			Name: "process.command_line", Type: TypeText, Actions: ofProcess(), Example: `"grep -r src"`, part: PartArgs,
			Meaning: "The arguments with spaces between, and without the quotes that JSON shows.",
			text: func(dst []byte, e Event) []byte {
				if attemptOf(e) != nil {
					start := len(dst)
					dst = attemptOf(e).Args.append(dst)
					return appendSpaced(dst[:start], dst[start:])
				}
				start := len(dst)
				if p := processOf(e); p != nil {
					dst = append(dst, p.Args...)
				}
				return appendSpaced(dst[:start], dst[start:])
			},
		},
		{
			Name: "process.args_count", Type: TypeNumber, Actions: ofProcess(), Example: "4",
			Meaning: "Number of the arguments; of a fork or an exit, where all of them are known.",
			number: func(e Event) (int64, bool) {
				if a := attemptOf(e); a != nil {
					return int64(a.ArgCount), true
				}
				p := processOf(e)
				if p == nil || p.Args == "" || p.ArgsCut {
					return 0, false
				}
				return int64(strings.Count(p.Args, "\x00")), true
			},
		},
		{
			Name: "process.start", Type: TypeTime, Actions: ofProcess(), Example: `"2026-01-31T15:04:05Z"`, Meaning: "When the process was created.",
			number: func(e Event) (int64, bool) {
				if p := processOf(e); p != nil {
					return startOf(p)
				}
				return 0, false
			},
		},
		text("process.previous.executable", ofAttempt(), "Program that the process ran before; when an exec failed, what it goes on to run.", `"/usr/bin/bash"`,
			func(dst []byte, e Event) []byte {
				if p := previousOf(e); p != nil {
					dst = append(dst, p.Executable...)
				}
				return dst
			}),
		{
			Name: "process.previous.args", Type: TypeList, Actions: ofAttempt(), Meaning: "The arguments of that, cut to 4 KiB.", Example: `"-l"`,
			text: func(dst []byte, e Event) []byte {
				if p := previousOf(e); p != nil {
					dst = append(dst, p.Args...)
				}
				return dst
			},
		},
		{Name: "exectrail.degraded", Type: TypeList, Actions: ofAttempt(), Meaning: "Parts that were left out of the record.", Example: `"args"`, text: partNames(func(a *Attempt) Parts { return a.Degraded })},
		{Name: "exectrail.filled_in", Type: TypeList, Actions: ofAttempt(), Meaning: "Parts of those that were read from /proc later.", Example: `"args"`, text: partNames(func(a *Attempt) Parts { return a.FilledIn })},
		{
			Name: "exectrail.reaper.pid", Type: TypeNumber, Actions: []Action{ActionExec, ActionExecFailed, ActionExit}, Example: "1",
			Meaning: "Parent at this moment, where it is not the process that created this one.",
			number: func(e Event) (int64, bool) {
				n, ok := parentPID(e)
				p := parentOf(e)
				return int64(n), ok && n != 0 && p != nil && uint64(p.Key.PID) != n
			},
		},
		{
			Name: "exectrail.args_cut", Type: TypeBool, Actions: []Action{ActionFork, ActionExit}, Example: "true", Meaning: "Whether process.args is not complete.",
			number: func(e Event) (int64, bool) {
				p := processOf(e)
				return truth(p != nil && p.ArgsCut), p != nil
			},
		},
		{
			Name: "exectrail.boot_ns", Type: TypeDuration, Actions: everyAction(), Example: "90s", Meaning: "CLOCK_BOOTTIME, by which events are ordered: the time since boot.",
			number: func(e Event) (int64, bool) { return clamp(e.Header().Boot), true },
		},
		{
			Name: "exectrail.hook.lane", Type: TypeNumber, Actions: everyAction(), Example: "0", Meaning: "Which of the programs that write events of this kind wrote it.",
			number: func(e Event) (int64, bool) { return int64(e.Header().Lane), true },
		},
		{
			Name: "exectrail.hook.sequence", Type: TypeNumber, Actions: everyAction(), Example: "17", Meaning: "Number of the record there.",
			number: func(e Event) (int64, bool) { return clamp(e.Header().CPUSequence), true },
		},
		hostText("host.name", "Name of the machine.", `"web1"`, func(h *Host) string { return h.Name }),
		hostText("host.boot.id", "Boot id of the kernel.", `"b4d7…"`, func(h *Host) string { return h.BootID }),
		hostText("host.os.kernel", "Release of the kernel.", `"6.12.57"`, func(h *Host) string { return h.Kernel }),
	}
	fields = append(fields, execFields()...)
	fields = append(fields, failedFields()...)
	return append(fields, lifeFields()...)
}

func clamp(n uint64) int64 { return int64(min(n, math.MaxInt64)) }

func text(name string, actions []Action, meaning, example string, get func([]byte, Event) []byte) *Field {
	return &Field{Name: name, Type: TypeText, Actions: actions, Meaning: meaning, Example: example, text: get}
}

func hostText(name, meaning, example string, get func(*Host) string) *Field {
	return text(name, everyAction(), meaning, example, func(dst []byte, e Event) []byte {
		if h := e.Header().Host; h != nil {
			dst = append(dst, get(h)...)
		}
		return dst
	})
}

// previousOf returns what the process ran before the exec.
func previousOf(e Event) *Process {
	switch e := e.(type) {
	case *Exec:
		return e.Previous
	case *ExecFailed:
		return e.Process
	}
	return nil
}

func partNames(get func(*Attempt) Parts) func([]byte, Event) []byte {
	return func(dst []byte, e Event) []byte {
		a := attemptOf(e)
		if a == nil {
			return dst
		}
		for part := PartArgsMiddle; part <= PartDetails; part <<= 1 {
			if get(a).Has(part) {
				dst = append(AppendParts(dst, part), 0)
			}
		}
		return dst
	}
}
