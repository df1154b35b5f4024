package main

import (
	"testing"
	"time"
)

func TestWatchForOnTerminal(t *testing.T) {
	screen, tty, err := openTerminal()
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	defer tty.Close()
	shown := make(chan time.Time, 1)
	go watchFor(screen, "begin-", shown)
	began := time.Now()
	for _, piece := range []string{"a line\nbeg", "in-000001\n"} {
		if _, err := tty.WriteString(piece); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case at := <-shown:
		if at.Before(began) {
			t.Errorf("it was shown at %s, before %s", at, began)
		}
	case <-time.After(10 * time.Second):
		t.Error("it was not shown")
	}
}
