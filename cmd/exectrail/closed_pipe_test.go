package main

import (
	"bytes"
	"os"
	"testing"
	"time"
)

func TestOnClosedPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	gone := make(chan struct{})
	onClosedPipe(w, func() { close(gone) })
	select {
	case <-gone:
		t.Fatal("an open pipe is said to be closed")
	case <-time.After(20 * time.Millisecond):
	}
	r.Close()
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
		t.Fatal("a closed pipe goes unnoticed")
	}
}

func TestOnClosedPipeOfOthers(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/f")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	never := func() { t.Error("called for what is no pipe") }
	onClosedPipe(f, never)
	onClosedPipe(&bytes.Buffer{}, never)
}
