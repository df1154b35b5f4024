package report

import (
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/livestest"
)

func TestOrigin(t *testing.T) {
	run := livestest.Run(t, nil, `
		fork 0 10 1
		exec 0 10 /usr/bin/make make
		fork 1 11 10
		exec 1 11 /bin/sh sh -c x
		fork 2 12 11
		exec 3 12 /usr/bin/cc cc \x1b[31m
		exec 4 11 /bin/later later`)
	tree := lives.NewTree(run)
	for i, want := range []string{
		"+0us pid 10, user ann: make",
		"+1.000s pid 11, user ann: sh -c x, from make",
		`+3.000s pid 12, user ann: cc $'\x1b[31m', from sh < make`,
	} {
		if got := Origin(run, tree, i, &run.Processes[i].Programs[0]); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	run.Processes[0].User = ""
	if got, want := Origin(run, tree, 0, &run.Processes[0].Programs[0]), "+0us pid 10, user 1000: make"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLongOrigin(t *testing.T) {
	run := &lives.Run{}
	for i := range 100 {
		run.Processes = append(run.Processes, lives.Process{Parent: i - 1, Programs: []lives.Program{{Executable: "/a"}}})
	}
	got := Origin(run, lives.NewTree(run), 99, &run.Processes[99].Programs[0])
	if want := strings.Repeat("a < ", maxOrigin) + "…"; !strings.HasSuffix(got, want) {
		t.Errorf("got %s", got)
	}
}
