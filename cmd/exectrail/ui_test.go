package main

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

func TestFailure(t *testing.T) {
	hinted := fmt.Errorf("load programs: %w", &usageError{"operation not permitted", "run with sudo"})
	for _, test := range []struct {
		name string
		err  error
		json bool
		want string
	}{
		{"plain", errors.New("no"), false, "exectrail: no\n"},
		{"with a hint", hinted, false, "exectrail: load programs: operation not permitted\nhint: run with sudo\n"},
		{"joined", errors.Join(errors.New("one"), errors.New("two")), false, "exectrail: one; two\n"},
		{"with control characters", errors.New("open \x1b[31m\u202e: no"), false, "exectrail: open \\x1b[31m\\u202e: no\n"},
		{"json", errors.New("no"), true, `{"error":{"message":"no"}}` + "\n"},
		{"json with a hint", hinted, true, `{"error":{"hint":"run with sudo","message":"load programs: operation not permitted"}}` + "\n"},
	} {
		var out bytes.Buffer
		newUI(&out, test.json).failure(test.err)
		if out.String() != test.want {
			t.Errorf("%s: got %q, want %q", test.name, out.String(), test.want)
		}
	}
}

func TestNotice(t *testing.T) {
	var out bytes.Buffer
	newUI(&out, false).notice("%d of %s", 2, "them")
	newUI(&out, true).notice("%d of %s", 2, "them")
	if want := "exectrail: 2 of them\n" + `{"message":"2 of them"}` + "\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestExitCode(t *testing.T) {
	for _, test := range []struct {
		err  error
		want int
	}{
		{nil, exitOK},
		{errors.New("no"), exitFailed},
		{fmt.Errorf("wrapped: %w", &usageError{}), exitUsage},
		{errors.Join(&lossError{"3 events were lost", ""}, nil), exitLost},
		{errReaderGone, exitOK},
	} {
		if got := exitCode(test.err); got != test.want {
			t.Errorf("%v: got %d, want %d", test.err, got, test.want)
		}
	}
}
