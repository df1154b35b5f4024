package event_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
)

func TestSignalSet(t *testing.T) {
	s := event.SignalMemfd | event.SignalStdinPipe | 1<<15 // as from a newer version
	if got := s.String(); got != "memfd,stdin-pipe" {
		t.Errorf("got %q", got)
	}
	if got := slices.Collect(s.All()); !slices.Equal(got, []event.Signals{event.SignalMemfd, event.SignalStdinPipe}) {
		t.Errorf("got %v", got)
	}
	if !s.Has(event.SignalMemfd|event.SignalDeleted) || s.Has(event.SignalDeleted) {
		t.Error("Has does not tell whether one of the signals is in the set")
	}
	names := map[string]bool{}
	for signal := range (^event.Signals(0)).All() {
		names[signal.Name()] = true
	}
	if len(names) != 13 {
		t.Errorf("%d names: %v", len(names), names)
	}
}

// program returns an exec of a file, by that path, with these arguments.
func program(file string, args ...string) *event.Exec {
	argv := strings.Join(args, "\x00") + "\x00"
	return &event.Exec{
		Executable: []byte(file),
		Attempt: event.Attempt{
			Filename: []byte(file), Args: event.Strings{Raw: []byte(argv), Size: uint64(len(argv))}, ArgCount: uint32(len(args)),
		},
	}
}

func TestSignalsOfFields(t *testing.T) {
	for want, change := range map[event.Signals]func(*event.Exec){
		0:                            func(*event.Exec) {},
		event.SignalDeleted:          func(e *event.Exec) { e.File.Deleted = true },
		event.SignalMemfd:            func(e *event.Exec) { e.File.Memfd = true },
		event.SignalUpperLayer:       func(e *event.Exec) { e.File.UpperLayer = true },
		event.SignalPrivilegesRaised: func(e *event.Exec) { e.PrivilegesRaised = true },
		event.SignalStdinSocket:      func(e *event.Exec) { e.Stdin = event.Socket },
		event.SignalStdinPipe:        func(e *event.Exec) { e.Stdin = event.FIFO },
		event.SignalStdoutSocket:     func(e *event.Exec) { e.Stdout = event.Socket },
		event.SignalStdoutPipe | event.SignalStdinPipe:   func(e *event.Exec) { e.Stdin, e.Stdout = event.FIFO, event.FIFO },
		event.SignalLDPreload:                            func(e *event.Exec) { e.LoaderEnv = true },
		event.SignalFirstSeen | event.SignalArgv0Differs: func(e *event.Exec) { e.File.FirstSeen, e.Filename = true, []byte("ll"); e.Executable = []byte("/ll") },
	} {
		e := program("/bin/ls", "ls")
		e.Stdin, e.Stdout = event.CharDevice, event.RegularFile
		change(e)
		if got := event.SignalsOf(e); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestArgv0(t *testing.T) {
	for _, test := range []struct {
		name, argv0, filename, executable, interpreter string
		differs                                        bool
	}{
		{"the name", "ls", "/bin/ls", "/usr/bin/ls", "", false},
		{"the path", "/bin/ls", "/bin/ls", "/usr/bin/ls", "", false},
		{"another path", "./x/ls", "/bin/ls", "/usr/bin/ls", "", false},
		{"a symbolic link", "sh", "/bin/sh", "/usr/bin/dash", "", false},
		{"its target", "dash", "/bin/sh", "/usr/bin/dash", "", false},
		{"a login shell", "-bash", "/bin/bash", "/usr/bin/bash", "", false},
		{"a login shell by its path", "-/bin/bash", "/bin/bash", "/usr/bin/bash", "", false},
		{"a script", "/bin/sh", "./configure", "/usr/bin/dash", "/bin/sh", false},
		{"an applet of busybox", "ls", "/proc/self/exe", "/bin/busybox", "", false},
		{"a memfd", "worker", "/dev/fd/3", "/memfd:worker", "", false},
		{"a memfd whose name is a path", "runc", "/proc/self/fd/6", "/memfd:runc_cloned:/proc/self/runc", "", false},
		{"another program", "sshd", "./miner", "/tmp/miner", "", true},
		{"a thread of the kernel", "[kworker/0:1]", "./miner", "/tmp/miner", "", true},
		{"nothing", "", "./miner", "/tmp/miner", "", true},
		{"the end of the name", "er", "./miner", "/tmp/miner", "", true},
		{"no paths were recorded", "sshd", "", "", "", false},
		{"the file name alone is missing", "sh", "", "/usr/bin/dash", "", false},
	} {
		e := program(test.executable, test.argv0)
		e.Filename, e.Interpreter = []byte(test.filename), []byte(test.interpreter)
		if got := event.SignalsOf(e).Has(event.SignalArgv0Differs); got != test.differs {
			t.Errorf("%s: differs is %v", test.name, got)
		}
	}
	none := program("/bin/ls", "ls")
	none.Args, none.ArgCount = event.Strings{}, 0
	if !event.SignalsOf(none).Has(event.SignalArgv0Differs) {
		t.Error("without argv, argv[0] is like the file")
	}
	none.Args.Size, none.ArgCount = 7, 2
	if event.SignalsOf(none) != 0 {
		t.Error("an argv[0] that was not recorded is unlike the file")
	}
}

func TestScripts(t *testing.T) {
	const inline, piped = event.SignalInlineScript, event.SignalPipedScript
	for _, test := range []struct {
		file, args string
		want       event.Signals
	}{
		{"/bin/sh", "sh -c id", inline},
		{"/bin/bash", "-bash -lc id", inline},
		{"/bin/bash", "bash -euxo pipefail -c id", inline},
		{"/bin/bash", "bash -o pipefail script -c", 0},
		{"/bin/bash", "bash --norc --rcfile x -c id", inline},
		{"/bin/bash", "bash +x -c id", inline},
		{"/bin/bash", "bash script -c x", 0},
		{"/bin/bash", "bash -- script", 0},
		{"/bin/bash", "bash --", piped},
		{"/bin/bash", "bash", piped},
		{"/bin/bash", "bash -i", piped},
		{"/bin/bash", "bash -s -- a b", piped},
		{"/bin/bash", "bash --version", 0},
		{"/bin/zsh-5.9", "zsh -fc id", inline},
		{"/usr/bin/fish", "fish -C x script", 0},
		{"/usr/bin/fish", "fish --command=id", inline},
		{"/bin/tcsh", "tcsh -c id", inline},
		{"/bin/busybox", "sh -c id", inline},
		{"/bin/busybox", "busybox ash -c id", inline},
		{"/bin/busybox", "busybox sh", piped},
		{"/bin/busybox", "ls -c", 0},
		{"/usr/bin/python3.13", "python3 -c x", inline},
		{"/usr/bin/python3", "python3 -uSc x", inline},
		{"/usr/bin/python3", "python3 -cprint()", inline},
		{"/usr/bin/python3", "python3 -W ignore -c x", inline},
		{"/usr/bin/python3", "python3 -Wc script", 0},
		{"/usr/bin/python3", "python3 -m http.server -c", 0},
		{"/usr/bin/python3", "python3 script -c", 0},
		{"/usr/bin/python3", "python3 -", piped},
		{"/usr/bin/python3", "python3", piped},
		{"/usr/bin/python3", "python3 -V", 0},
		{"/usr/bin/perl", "perl -e x", inline},
		{"/usr/bin/perl", "perl -lane x", inline},
		{"/usr/bin/perl", "perl -0777 -i.bak -pe x f", inline},
		{"/usr/bin/perl", "perl -pie f", 0}, // -i has the rest as suffix
		{"/usr/bin/perl", "perl -MSocket -e x", inline},
		{"/usr/bin/perl5.40.1", "perl -Mstrict f -e", 0},
		{"/usr/bin/ruby3.3", "ruby -rjson -ne x", inline},
		{"/usr/bin/ruby", "ruby -I lib f", 0},
		{"/usr/bin/node", "node -e x", inline},
		{"/usr/bin/node", "node --require x --eval=1", inline},
		{"/usr/bin/node", "node --require x f.js", 0},
		{"/usr/bin/node", "node -pe x", inline},
		{"/usr/bin/php8.4", "php -d a=b -r x", inline},
		{"/usr/bin/php", "php -f x", 0},
		{"/usr/bin/lua5.4", "lua -l x -e y", inline},
		{"/usr/bin/lua5.4", "lua f -e y", 0},
		{"/usr/bin/ls", "ls -c", 0},
		{"/usr/bin/grep", "grep -e x", 0},
	} {
		e := program(test.file, strings.Fields(test.args)...)
		if got := event.SignalsOf(e) & (inline | piped); got != test.want&inline {
			t.Errorf("%s: got %q", test.args, got)
		}
		for _, stdin := range []event.FileType{event.FIFO, event.Socket} {
			e.Stdin = stdin
			if got := event.SignalsOf(e) & (inline | piped); got != test.want {
				t.Errorf("%s, from a pipe: got %q, want %q", test.args, got, test.want)
			}
		}
	}
}

// TestScriptsUnderOtherNames has interpreters that are known by one of their names.
func TestScriptsUnderOtherNames(t *testing.T) {
	e := program("/usr/bin/some-shell", "sh", "-c", "id")
	e.Filename = []byte("/bin/sh")
	if got := event.SignalsOf(e); got != event.SignalInlineScript {
		t.Errorf("by the file name: got %q", got)
	}
	e.Filename, e.Interpreter = []byte("./script"), []byte("/bin/sh")
	if got := event.SignalsOf(e); got != event.SignalInlineScript {
		t.Errorf("by the interpreter of a script: got %q", got)
	}
}

// TestScriptsInPart has arguments that were recorded in part.
func TestScriptsInPart(t *testing.T) {
	e := program("/bin/sh", "sh", "-x")
	e.Stdin = event.FIFO
	e.Args.Size += 70_000
	if got := event.SignalsOf(e); got != event.SignalStdinPipe {
		t.Errorf("what follows is missing: got %q", got)
	}
	e.Args.Raw = []byte("sh\x00-c\x00ec")
	if got := event.SignalsOf(e); got != event.SignalStdinPipe|event.SignalInlineScript {
		t.Errorf("the script is cut: got %q", got)
	}
	e.Args.Raw = nil
	if got := event.SignalsOf(e); got != event.SignalStdinPipe {
		t.Errorf("all is missing: got %q", got)
	}
}

func TestSignalsDoNotAllocate(t *testing.T) {
	e := program("/usr/bin/node", "node", "--experimental-loader", "x", "--"+strings.Repeat("long", 20), "-pe", "x")
	if n := testing.AllocsPerRun(100, func() { event.SignalsOf(e) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
