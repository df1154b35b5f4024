package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/livestest"
)

func TestCriticalPath(t *testing.T) {
	for _, tt := range []struct {
		name   string
		script string
		want   string // program, from and to of each step
	}{{
		name: "one process",
		script: `
			fork 0 10 1
			exec 1 10 /bin/a a
			exit 5 10`,
		want: "a:0-1 a:1-5",
	}, {
		name: "one after the other",
		script: `
			fork 0 10 1
			exec 0 10 /bin/sh sh
			fork 1 11 10
			exec 1 11 /bin/a a
			exit 3 11
			fork 4 12 10
			exec 4 12 /bin/b b
			exit 9 12
			exit 10 10`,
		want: "sh:0-1 a:1-3 sh:3-4 b:4-9 sh:9-10",
	}, {
		name: "two at a time: the one that ended later counts, and what was before it started",
		script: `
			fork 0 10 1
			exec 0 10 /bin/make make
			fork 1 11 10
			exec 1 11 /bin/a a
			fork 1 12 10
			exec 1 12 /bin/b b
			exit 4 11
			fork 4 13 10
			exec 4 13 /bin/c c
			exit 6 12
			exit 8 13
			exit 9 10`,
		want: "make:0-1 a:1-4 c:4-8 make:8-9",
	}, {
		name: "grandchildren, and an exec in the middle",
		script: `
			fork 0 10 1
			exec 0 10 /bin/make make
			fork 1 11 10
			exec 2 11 /bin/sh sh
			fork 3 12 11
			exec 3 12 /bin/a a
			exit 5 12
			exec 6 11 /bin/b b
			exit 7 11
			exit 8 10`,
		want: "make:0-1 make:1-2 sh:2-3 a:3-5 sh:5-6 b:6-7 make:7-8",
	}, {
		name: "a daemon that is left behind held up nobody",
		script: `
			fork 0 10 1
			exec 0 10 /bin/sh sh
			fork 1 11 10
			exec 1 11 /bin/daemon daemon
			exit 4 10`,
		want: "sh:0-4",
	}, {
		name: "one that outlives the rest determines the end",
		script: `
			fork 0 10 1
			exec 0 10 /bin/sh sh
			fork 1 11 10
			exec 1 11 /bin/a a
			exit 2 11
			fork 3 12 10
			exec 3 12 /bin/late late
			exit 4 10
			exit 7 12`,
		want: "sh:0-1 a:1-2 sh:2-3 late:3-7",
	}, {
		name: "a child that ran on when the next one ended is not waited for by it",
		script: `
			fork 0 10 1
			exec 0 10 /bin/sh sh
			fork 1 11 10
			exec 1 11 /bin/long long
			fork 2 12 10
			exec 2 12 /bin/b b
			exit 3 12
			exit 6 11
			exit 6 10`,
		want: "sh:0-1 long:1-6",
	}, {
		name: "only what was recorded",
		script: `
			unseen exec 0 9 /bin/sh sh
			unseen fork 1 10 9
			exec 5 10 /bin/a a
			exit 7 10
			exit 8 9`,
		want: "a:5-7 sh:7-8",
	}, {
		name:   "no end was recorded",
		script: "fork 0 10 1\nexec 1 10 /bin/a a",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			run := livestest.Run(t, nil, tt.script)
			path := CriticalPath(run, lives.NewTree(run))
			var steps []string
			for _, s := range path.Steps {
				steps = append(steps, fmt.Sprintf("%s:%v-%v", lives.NameOf(s.Program),
					s.From.Sub(livestest.Time("0")).Seconds(), s.To.Sub(livestest.Time("0")).Seconds()))
			}
			if got := strings.Join(steps, " "); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if n := len(path.Steps); n > 0 && path.Wall != path.Steps[n-1].To.Sub(path.Steps[0].From) {
				t.Errorf("the steps take %v, from %v to %v", path.Wall, path.Steps[0].From, path.Steps[n-1].To)
			}
		})
	}
}

// A process can have many steps, one between each two of its children.
func TestShares(t *testing.T) {
	run := livestest.Run(t, nil, `
		fork 0 10 1
		exec 0 10 /bin/sh sh
		fork 1 11 10
		exit 2 11
		fork 3 12 10
		exit 6 12
		exit 7 10`)
	path := CriticalPath(run, lives.NewTree(run))
	var got []string
	for _, s := range path.Shares {
		got = append(got, fmt.Sprintf("%d:%v", s.Process, s.Time))
	}
	if want := "[0:3s 2:3s 1:1s]"; fmt.Sprint(got) != want {
		t.Errorf("shares %v, want %s", got, want)
	}
}
