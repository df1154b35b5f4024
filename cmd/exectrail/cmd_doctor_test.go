package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/probe"
)

func TestDoctorReport(t *testing.T) {
	report := probe.Report{Kernel: "6.1", Arch: "arm64", Checks: []probe.Check{
		{Group: "rights", Name: "CAP_BPF", Purpose: "load", Required: true, State: probe.StateMissing, Reason: "not held", Hint: "run with sudo"},
		{Group: "rights", Name: "seccomp", Purpose: "filters", State: probe.StateOK, Detail: "no filter"},
		{Group: "hooks", Name: "kprobe", Purpose: "not needed", State: probe.StateUnavailable, Reason: "not built", Hint: "build it"},
	}}
	const want = `Linux 6.1 on arm64

rights
  missing      CAP_BPF  not held (load)
  ok           seccomp  no filter (filters)

hooks
  unavailable  kprobe  not built (not needed); build it

`
	var out bytes.Buffer
	err := runDoctor(doctorOptions{output: oneOf(formatText, formatJSON)}, report, &out)
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	if err == nil || hintOf(err) != "run with sudo" || !strings.Contains(err.Error(), "CAP_BPF: not held") {
		t.Errorf("got %v (%s), want the cause and its hint", err, hintOf(err))
	}
	if exitCode(err) != exitFailed {
		t.Errorf("exit code %d", exitCode(err))
	}
}
