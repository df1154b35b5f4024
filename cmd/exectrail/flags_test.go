package main

import (
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
)

func TestAsksForJSON(t *testing.T) {
	for args, want := range map[string]bool{
		"":                           false,
		"-o json":                    true,
		"-ojson":                     true,
		"-o=json":                    true,
		"--output json":              true,
		"trace --nope --output=json": true,
		"-o table":                   false,
		"-o template=json":           false,
		"--output-file json":         false,
		"-o":                         false,
		"-- -o json":                 false,
	} {
		if got := asksForJSON(strings.Fields(args)); got != want {
			t.Errorf("%q: got %v", args, got)
		}
	}
}

func TestAlternatives(t *testing.T) {
	for words, want := range map[string]string{"": "", "a": "a", "a b": "a or b", "a b c": "a, b or c"} {
		if got := alternatives(strings.Fields(words)); got != want {
			t.Errorf("%q: got %q, want %q", words, got, want)
		}
	}
}

func TestCompleteColumns(t *testing.T) {
	for typed, want := range map[string]string{"comman": "command", "pid,comman": "pid,command", "+comman": "+command", "+exe,-comman": "+exe,-command"} {
		got, _ := completeColumns(nil, nil, typed)
		if len(got) != 1 || !strings.HasPrefix(got[0], want+"\t") {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
	if all, _ := completeColumns(nil, nil, ""); len(all) != len(event.Columns()) {
		t.Errorf("%d columns are offered of %d", len(all), len(event.Columns()))
	}
}
