package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/livestest"
	"github.com/exectrail/exectrail/internal/lives/trail"
)

// trails are the files that scripts find in $TRAILS.
func trails(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	main := trailOf(t, buildRun(t, "/home/ann/app", 4000, "-O2", 1))
	for name, content := range map[string][]byte{
		"main.trail": main,
		// Elsewhere, by another user, with other ids: the option is what changed, a tool that came, one that is gone, and times.
		"branch.trail": trailOf(t, buildRun(t, "/runner/_work/app", 81000, "-O3", 1.3)),
		"same.trail":   trailOf(t, buildRun(t, "/var/lib/ci/7/app", 500, "-O2", 1)),
		"odd.trail":    trailOf(t, oddRun(t)),
		"cut.trail":    main[:len(main)/2],
		"newer.trail":  zipped(t, `{"format":"exectrail trail","version":9,"begin":{}}`+"\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func trailOf(t *testing.T, run *lives.Run) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := trail.Write(&b, run); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// buildRun is a build of twelve files by make, in dir and with process ids from pid on. With -O3 it checks the sources, too, and with -O2 it
// strips what was built.
func buildRun(t *testing.T, dir string, pid int, option string, slower float64) *lives.Run {
	t.Helper()
	var b strings.Builder
	at, root := 0.0, pid
	start := func(parent int, command string, args ...any) {
		pid++
		at += 0.001
		fmt.Fprintf(&b, "fork %.4f %d %d\n", at, pid, parent)
		fmt.Fprintf(&b, "exec %.4f %d %s\n", at, pid, fmt.Sprintf(command, args...))
	}
	end := func(pid int, after, cpu float64) {
		at += after
		fmt.Fprintf(&b, "exit %.4f %d 0 %.4f\n", at, pid, cpu)
	}
	fmt.Fprintf(&b, "cd %s\nfork 0 %d 1\nexec 0 %[2]d /usr/bin/make make -j1 all\n", dir, root)
	for i := range 12 {
		took := 0.5 * slower
		start(root, "/usr/bin/gcc gcc -Wall %s -c -o obj/f%d.o %s/src/f%d.c", option, i, dir, i)
		gcc := pid
		start(gcc, "/usr/libexec/gcc/cc1 cc1 -quiet %s/src/f%d.c %s -o /tmp/cc%06d.s", dir, i, option, pid*7)
		end(pid, took, took*0.8)
		start(gcc, "/usr/bin/as as --64 -o obj/f%d.o /tmp/cc%06d.s", i, (pid-1)*7)
		end(pid, 0.02, 0.01)
		end(gcc, 0, 0)
		if option == "-O3" {
			start(root, "/usr/local/bin/cppcheck cppcheck --quiet src/f%d.c", i)
			end(pid, 0.05, 0.04)
		}
	}
	start(root, "/usr/bin/ld ld -o app obj/f0.o obj/f1.o")
	end(pid, 0.1, 0.1)
	if option == "-O2" {
		start(root, "/usr/bin/strip strip app")
		end(pid, 0.02, 0.01)
	}
	end(root, 0, 0)
	return livestest.Run(t, []string{"make", "-j1", "all"}, b.String())
}

const oddPath = "/opt/a|b `c` <img src=x> **d** \xff\x1b[31m\n| e | f"

// oddRun has all in its names that a terminal could obey, Markdown take for markup, or JSON not hold.
func oddRun(t *testing.T) *lives.Run {
	t.Helper()
	run := livestest.Run(t, []string{"sh", "-c", "a | b\n# c"}, `
		fork 0 7 1
		exec 0 7 /bin/sh sh -c x
		fork 1 8 7
		exec 1 8 /usr/bin/make make \x1b]0;x\x07 a|b @octocat <b> `+"`c`"+` \xff\xfe line\nfeed
		exit 2 8
		exit 2 7`)
	run.Host = "evil\x1b[2J|host"
	run.Processes[0].Programs[0].Executable = oddPath
	return run
}
