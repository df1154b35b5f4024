package lives_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/livestest"
)

// dump tells all of a run in lines, with times in seconds of the script.
func dump(r *lives.Run) string {
	var b strings.Builder
	at := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return fmt.Sprint(t.Sub(livestest.Time("0")).Seconds())
	}
	fmt.Fprintf(&b, "%v %s..%s recorded %d lost %d omitted %d\n", r.Command, at(r.Begin), at(r.End), r.Recorded, r.Lost, r.Omitted)
	for i, p := range r.Processes {
		fmt.Fprintf(&b, "%d: pid %d of %d, %s..%s", i, p.PID, p.Parent, at(p.Start), at(p.End))
		if p.ExitCode != 0 || p.Signal != 0 {
			fmt.Fprintf(&b, " exit %d signal %d core %v", p.ExitCode, p.Signal, p.CoreDumped)
		}
		if p.CPU() != 0 || p.MaxRSS != 0 {
			fmt.Fprintf(&b, " cpu %v+%v rss %d", p.UserCPU, p.SystemCPU, p.MaxRSS>>20)
		}
		if p.User != "" {
			fmt.Fprintf(&b, " user %d=%s", p.UID, p.User)
		}
		b.WriteByte('\n')
		for _, x := range p.Programs {
			fmt.Fprintf(&b, "   %s %s %q in %s", at(x.Time), x.Executable, x.Args, x.Directory)
			if x.Script != "" {
				fmt.Fprintf(&b, " script %s", x.Script)
			}
			if x.Unseen {
				b.WriteString(" unseen")
			}
			b.WriteByte('\n')
		}
		for _, f := range p.Failed {
			fmt.Fprintf(&b, "   %s failed %d %q: %s\n", at(f.Time), f.Errno, f.Args, f.Reason)
		}
	}
	return b.String()
}

func TestCollector(t *testing.T) {
	for _, tt := range []struct {
		name    string
		command []string
		script  string
		want    string
	}{{
		name:    "a build",
		command: []string{"make"},
		script: `
			fork 0 10 1
			exec 0.1 10 /usr/bin/make make -j2
			fork 0.2 11 10
			failed 0.3 11 /usr/local/bin/cc ENOENT cc -c a.c
			exec 0.4 11 /usr/bin/cc cc -c a.c
			script 0.5 11 /bin/sh ./wrap /bin/sh ./wrap a\n
			fork 0.6 12 11
			exit 0.7 12 0 0.5 10
			exit 1.5 11 2 1 300
			exit 2 10 SIGSEGV+core 0.1 20`,
		want: `[make] 0..2 recorded 10 lost 0 omitted 0
0: pid 10 of -1, 0..2 exit 0 signal 11 core true cpu 100ms+10ms rss 20 user 1000=ann
   0.1 /usr/bin/make ["make" "-j2"] in /src
1: pid 11 of 0, 0.2..1.5 exit 2 signal 0 core false cpu 1s+100ms rss 300 user 1000=ann
   0.4 /usr/bin/cc ["cc" "-c" "a.c"] in /src
   0.5 /bin/sh ["/bin/sh" "./wrap" "a\n"] in /src script ./wrap
   0.3 failed 2 ["cc" "-c" "a.c"]: /usr/local/bin/cc: no such file
2: pid 12 of 1, 0.6..0.7 cpu 500ms+50ms rss 10
`,
	}, {
		name: "a process id that is used again",
		script: `
			fork 0 10 1
			exec 0.1 10 /bin/a a
			fork 0.2 11 10
			exit 0.3 11 1
			exit 0.4 10
			fork 0.5 11 1
			fork 0.6 10 11
			exec 0.7 10 /bin/b b
			exit 0.8 10 3
			exit 0.9 11`,
		want: `[] 0..0.9 recorded 10 lost 0 omitted 0
0: pid 10 of -1, 0..0.4 user 1000=ann
   0.1 /bin/a ["a"] in /src
1: pid 11 of 0, 0.2..0.3 exit 1 signal 0 core false
2: pid 11 of -1, 0.5..0.9
3: pid 10 of 2, 0.6..0.8 exit 3 signal 0 core false user 1000=ann
   0.7 /bin/b ["b"] in /src
`,
	}, {
		name: "an exit that was lost, and the process id used again",
		script: `
			fork 0 10 1
			unseen exit 1 10
			lost 1 exit 1
			fork 2 10 1
			exit 3 10`,
		want: `[] 0..3 recorded 3 lost 1 omitted 0
0: pid 10 of -1, 0..-
1: pid 10 of -1, 2..3
`,
	}, {
		name: "known by its exec only",
		script: `
			unseen exec 0 9 /bin/bash bash
			unseen fork 0.5 10 9
			exec 1 10 /bin/a a`,
		want: `[] 1..1 recorded 1 lost 0 omitted 0
0: pid 10 of -1, 0.5..- user 1000=ann
   1 /bin/a ["a"] in /src
`,
	}, {
		name: "what ran before one attached, told by its exit and by its next exec",
		script: `
			unseen exec 0 9 /bin/bash bash -l
			unseen exec 0.1 8 /bin/zsh zsh
			fork 5 10 9
			exit 6 10
			exec 7 8 /bin/b b
			exit 8 9`,
		want: `[] 5..8 recorded 4 lost 0 omitted 0
0: pid 9 of -1, 0..8
   0 /bin/bash ["bash" "-l"] in /src unseen
1: pid 8 of -1, 0.1..- user 1000=ann
   0.1 /bin/zsh ["zsh"] in /src unseen
   7 /bin/b ["b"] in /src
2: pid 10 of 0, 5..6
`,
	}, {
		name: "all that is told of a process is lost, but not of its child",
		script: `
			fork 0 10 1
			exec 0.1 10 /bin/sh sh
			unseen fork 1 11 10
			unseen exec 1.1 11 /bin/setsid setsid
			unseen fork 1.2 12 11
			lost 1.3 fork 2
			exec 2 12 /bin/b b
			exit 3 12`,
		want: `[] 0..3 recorded 4 lost 2 omitted 0
0: pid 10 of -1, 0..- user 1000=ann
   0.1 /bin/sh ["sh"] in /src
1: pid 11 of 0, 1..-
   1 /bin/setsid ["setsid"] in /src unseen
2: pid 12 of 1, 1.2..3 user 1000=ann
   2 /bin/b ["b"] in /src
`,
	}, {
		name: "an exec that is lost behind a fork that is not",
		script: `
			fork 0 10 1
			exec 0.1 10 /bin/sh sh
			fork 1 11 10
			unseen exec 2 11 /bin/a a
			lost 2 exec 1
			exit 3 11`,
		want: `[] 0..3 recorded 4 lost 1 omitted 0
0: pid 10 of -1, 0..- user 1000=ann
   0.1 /bin/sh ["sh"] in /src
1: pid 11 of 0, 1..3
`,
	}, {
		name: "a daemon stays with the one that created it",
		script: `
			fork 0 10 1
			fork 1 11 10
			fork 2 12 11
			exit 3 11
			exit 4 10
			exit 9 12`,
		want: `[] 0..9 recorded 6 lost 0 omitted 0
0: pid 10 of -1, 0..4
1: pid 11 of 0, 1..3
2: pid 12 of 1, 2..9
`,
	}, {
		name: "the clock is set meanwhile",
		script: `
			fork 0 10 1
			step 1 -3600
			exit 2 10`,
		want: `[] 0..2 recorded 2 lost 0 omitted 0
0: pid 10 of -1, 0..2
`,
	}, {
		name: "nothing", command: []string{"true"},
		want: "[true] -..- recorded 0 lost 0 omitted 0\n",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			if got := dump(livestest.Run(t, tt.command, tt.script)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// The process that was attached to is part of the run before it does anything, and what is above it never.
func TestAttachedTo(t *testing.T) {
	c := lives.NewCollector(nil)
	c.AttachedTo(10)
	for _, e := range livestest.Events(t, `
		unseen fork 0 9 1
		unseen exec 0 9 /bin/login login
		unseen fork 0 10 9
		unseen exec 0 10 /bin/server server
		unseen fork 1 11 10
		fork 2 12 11
		exec 3 12 /bin/a a
		exit 4 12`) {
		c.Add(e)
	}
	const want = `[] 2..4 recorded 3 lost 0 omitted 0
0: pid 10 of -1, 0..-
   0 /bin/server ["server"] in /src unseen
1: pid 11 of 0, 1..-
2: pid 12 of 1, 2..4 user 1000=ann
   3 /bin/a ["a"] in /src
`
	if got := dump(c.Run()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What is collected later must not change a run that was taken before.
func TestRunStays(t *testing.T) {
	events := livestest.Events(t, `
		fork 0 10 1
		exec 1 10 /bin/a a
		exec 2 10 /bin/b b
		exec 3 10 /bin/c c
		exit 4 10 1`)
	c := lives.NewCollector(nil)
	for _, e := range events[:3] {
		c.Add(e)
	}
	early := c.Run()
	before := dump(early)
	for _, e := range events[3:] {
		c.Add(e)
	}
	if after := dump(early); after != before {
		t.Errorf("was\n%s\nis\n%s", before, after)
	}
	if late := c.Run(); len(late.Processes[0].Programs) != 3 || !late.Processes[0].Ended() {
		t.Errorf("the rest is missing:\n%s", dump(late))
	}
}

func TestLongArguments(t *testing.T) {
	e := livestest.Events(t, "fork 0 10 1\nexec 1 10 /bin/a a b")[1].(*event.Exec)
	for _, tt := range []struct {
		name    string
		args    event.Strings
		last    string
		missing uint64
	}{
		{"all", event.Strings{Raw: []byte("a\x00\x00"), Size: 3}, "", 0},
		{"cut in the kernel", event.Strings{Raw: []byte("a\x00b"), Size: 10}, "b", 7},
		{"a hole", event.Strings{Raw: []byte("a\x00bz\x00"), Size: 10, Tail: 2}, "b", 7},
		{"too long", event.Strings{Raw: []byte(strings.Repeat("x", 20<<10)), Size: 20 << 10}, strings.Repeat("x", lives.MaxArgs), 4 << 10},
		{"none recorded", event.Strings{Size: 10}, "", 10},
	} {
		c := lives.NewCollector(nil)
		e.Args = tt.args
		c.Add(e)
		p := c.Run().Processes[0].Programs[0]
		last := ""
		if len(p.Args) > 0 {
			last = p.Args[len(p.Args)-1]
		}
		if last != tt.last || p.ArgsMissing != tt.missing {
			t.Errorf("%s: last %.20q, %d missing; want %.20q, %d", tt.name, last, p.ArgsMissing, tt.last, tt.missing)
		}
	}
}
