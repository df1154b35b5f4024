package lives_test

import (
	"slices"
	"testing"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/livestest"
)

func TestTree(t *testing.T) {
	r := livestest.Run(t, nil, `
		fork 0 10 1
		exec 1 10 /usr/bin/bash bash
		fork 2 11 10
		fork 3 12 11
		exec 4 12 /bin/cat cat
		exit 5 12
		exit 6 11
		exec 7 10 /bin/last last
		fork 8 13 10
		exit 9 13
		exit 10 10`)
	tree := lives.NewTree(r)
	var names []string
	for i := range r.Processes {
		names = append(names, lives.NameOf(tree.Inherited(i))+" "+tree.Name(i))
	}
	want := []string{"bash last", "bash bash", "bash cat", "last last"}
	if !slices.Equal(names, want) {
		t.Errorf("programs %q, want %q", names, want)
	}
	if !slices.Equal(tree.Roots(), []int32{0}) || !slices.Equal(tree.Children(0), []int32{1, 3}) {
		t.Errorf("roots %v, children of the first %v", tree.Roots(), tree.Children(0))
	}
}

func TestOwn(t *testing.T) {
	r := livestest.Run(t, nil, `
		fork 0 10 1
		exec 1 10 /bin/a a
		fork 2 11 10
		fork 3 12 10
		exit 4 11
		exec 4.5 10 /bin/b b  # a child of it lives
		exit 5 12
		fork 6 13 10
		exec 7 10 /bin/c c
		exit 8 10             # 13 outlives it
		exit 9 13`)
	tree := lives.NewTree(r)
	s := time.Second
	for i, want := range [][]time.Duration{{1 * s, 1 * s, 1 * s, 0}, {2 * s}, {2 * s}, {3 * s}} {
		if got := tree.OwnByProgram(i); !slices.Equal(got, want) {
			t.Errorf("process %d: %v, want %v", i, got, want)
		}
	}
	if got := tree.Own(0); got != 3*s {
		t.Errorf("Own is %v", got)
	}
	if got, want := tree.WallByProgram(0), []time.Duration{1 * s, 3500 * time.Millisecond, 2500 * time.Millisecond, 1 * s}; !slices.Equal(got, want) {
		t.Errorf("wall times are %v, want %v", got, want)
	}
}

// What ran before the recording is told of from its beginning on, what runs still until its end.
func TestOwnWithinTheRecording(t *testing.T) {
	r := livestest.Run(t, nil, `
		unseen exec 0 9 /bin/sh sh
		exec 100 8 /bin/true true
		exit 110 8
		exec 120 9 /bin/a a`)
	tree := lives.NewTree(r)
	if own, wall := tree.OwnByProgram(0), r.Wall(0); !slices.Equal(own, []time.Duration{0, 20 * time.Second, 0}) || wall != 20*time.Second {
		t.Errorf("own %v, wall %v", own, wall)
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		program    lives.Program
		path, name string
		command    string
	}{
		{lives.Program{Executable: "/usr/bin/gcc", Args: []string{"cc", "-c", "a b.c"}}, "/usr/bin/gcc", "gcc", "cc -c 'a b.c'"},
		{lives.Program{Executable: "/bin/sh", Script: "./configure", Directory: "/src/x", Args: []string{"/bin/sh", "./configure", ""}}, "/src/x/configure", "configure", "/bin/sh ./configure ''"},
		{lives.Program{Executable: "/bin/busybox", Args: []string{"-ash"}}, "/bin/busybox", "ash", "-ash"},
		{lives.Program{Executable: "/bin/busybox"}, "/bin/busybox", "busybox", "/bin/busybox"},
		{lives.Program{Args: []string{"/x/y", "z\x1b"}, ArgsMissing: 3}, "", "y", `/x/y $'z\x1b' …`},
		{lives.Program{}, "", lives.Unknown, ""},
	} {
		p := &tt.program
		if p.Path() != tt.path || p.Name() != tt.name || string(p.AppendCommand(nil)) != tt.command {
			t.Errorf("%+v: path %q, name %q, command %q", p, p.Path(), p.Name(), p.AppendCommand(nil))
		}
	}
}
