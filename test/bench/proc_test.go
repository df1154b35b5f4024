package main

import (
	"os"
	"testing"
	"time"
)

func TestCPUTime(t *testing.T) {
	before, err := cpuTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	const busy = 30 * time.Millisecond
	for began := time.Now(); time.Since(began) < busy; {
	}
	after, err := cpuTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if before <= 0 || after <= before {
		t.Errorf("the CPU time went from %s to %s", before, after)
	}
}

func TestParseProcesses(t *testing.T) {
	n, err := parseProcesses("cpu  1 2 3\nctxt 99\nprocesses 1234\nprocs_running 1\n")
	if err != nil || n != 1234 {
		t.Errorf("parseProcesses = %d, %v, want 1234", n, err)
	}
	if _, err := parseProcesses("cpu  1 2 3\n"); err == nil {
		t.Error("no error without the line")
	}
}
