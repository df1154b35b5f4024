package event

import "iter"

// Signals is a set of what is out of the ordinary with an [Exec]. Each is a hint and no verdict: there are good reasons for
// all of them. A signal that is not there may also be one that could not be told, as the record was degraded.
type Signals uint16

// The signals.
const (
	SignalDeleted Signals = 1 << iota
	SignalMemfd
	SignalUpperLayer
	SignalPrivilegesRaised
	SignalArgv0Differs
	SignalStdinSocket
	SignalStdinPipe
	SignalStdoutSocket
	SignalStdoutPipe
	SignalLDPreload
	SignalInlineScript
	SignalPipedScript
	SignalFirstSeen
)

// Has reports whether one of the given signals is in s.
func (s Signals) Has(signals Signals) bool { return s&signals != 0 }

// All yields the signals in s one by one, in the order of the constants.
func (s Signals) All() iter.Seq[Signals] {
	return func(yield func(Signals) bool) {
		for signal := SignalDeleted; signal <= SignalFirstSeen; signal <<= 1 {
			if s.Has(signal) && !yield(signal) {
				return
			}
		}
	}
}

// String returns the names of the signals with commas between them, such as "memfd,stdin-pipe".
func (s Signals) String() string {
	list := flags{}
	for signal := range s.All() {
		list.add(true, signal.Name())
	}
	return string(list.text)
}

// Name returns the name of s, which is one signal.
func (s Signals) Name() string { return s.wording().name }

// signalWording is what the documentation tells of a signal.
type signalWording struct{ name, meaning, example string }

// wording describes s, which is one signal.
func (s Signals) wording() signalWording {
	switch s {
	case SignalDeleted:
		return signalWording{"deleted", "The file that runs was unlinked before it was run.",
			"a program that removes its file, and executes it by a descriptor"}
	case SignalMemfd:
		return signalWording{"memfd", "The file that runs was never on a disk: memfd_create(2).",
			"a loader that executes what it downloaded"}
	case SignalUpperLayer:
		return signalWording{"upper-layer", "The file that runs is in the upper layer of an overlay file system: in a container it is " +
			"not from the image, or was changed since (its owner or mode, too). On other file systems there is no such signal, nor in " +
			"containers that are not made of overlayfs.",
			"`docker exec web sh -c 'curl -O http://…/x && chmod +x x && ./x'`"}
	case SignalPrivilegesRaised:
		return signalWording{"privileges-raised", "The file gave more privileges than the caller had, by set-user-id, set-group-id " +
			"or file capabilities.", "`sudo -i`"}
	case SignalArgv0Differs:
		return signalWording{"argv0-differs", "argv[0] is unlike the file: its last component, without the dash of a login shell, is that of " +
			"neither the file name that was passed to exec, nor the file that it led to, nor the interpreter of a script. " +
			"Programs that go by many names (busybox, toybox, coreutils) are left out.",
			"`exec -a '[kworker/0:1]' ./miner`"}
	case SignalStdinSocket:
		return signalWording{"stdin-socket", "Standard input is a socket.", "`sh -i <&3 >&3`, where 3 is a connection"}
	case SignalStdinPipe:
		return signalWording{"stdin-pipe", "Standard input is a pipe.", "`ls | wc`, of wc"}
	case SignalStdoutSocket:
		return signalWording{"stdout-socket", "Standard output is a socket: a connection, or the journal of a service.", "a service of systemd"}
	case SignalStdoutPipe:
		return signalWording{"stdout-pipe", "Standard output is a pipe.", "`ls | wc`, of ls"}
	case SignalLDPreload:
		return signalWording{"ld-preload", "LD_PRELOAD, LD_AUDIT or LD_LIBRARY_PATH is set, and not empty, among the first 512 variables of the " +
			"environment, whether that is recorded or not. Whether it has any effect is not known: none on a static program, " +
			"and little on one with raised privileges. It takes time in the kernel, and is not looked for where it would not show: for a table without " +
			"the column `signals`.",
			"`LD_PRELOAD=/tmp/x.so ls`"}
	case SignalInlineScript:
		return signalWording{"inline-script", "An interpreter (" + interpreterList + ") was given its script as an argument.",
			"`sh -c 'id; uname'`, `python3 -c 'import pty'`, `perl -ne print`"}
	case SignalPipedScript:
		return signalWording{"piped-script", "Such an interpreter was given no script, and reads it from standard input, which is a pipe or a socket.",
			"`curl -s http://… | bash`, of bash"}
	default:
		return signalWording{"first-seen", "The file was not executed before, as far as is known: in this session and those before it with the same " +
			"--seen-file. A file whose content, name, owner or mode was changed counts as another one (by its inode and ctime).",
			"a program that was just installed"}
	}
}

// AppendSignalReference appends the signals as a table in Markdown.
func AppendSignalReference(dst []byte) []byte {
	dst = append(dst, "| Signal | What it tells | Example |\n|---|---|---|\n"...)
	for signal := range (^Signals(0)).All() {
		w := signal.wording()
		dst = append(append(append(dst, "| `"...), w.name...), "` | "...)
		dst = append(append(append(dst, escapeCell(w.meaning)...), " | "...), escapeCell(w.example)...)
		dst = append(dst, " |\n"...)
	}
	return dst
}
