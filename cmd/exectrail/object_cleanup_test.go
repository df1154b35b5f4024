package main

import (
	"bytes"
	"testing"

	"github.com/exectrail/exectrail/object"
)

func TestCleanupTable(t *testing.T) {
	results := []cleanupResult{
		{Kind: object.KprobeEvent, Name: "exectrail_0123456789abcdef/x", State: "removed"},
		{Kind: object.OtherPin, Name: "/sys/fs/bpf/\x1b[31m", State: "in use"},
		{Kind: object.SessionPins, Name: "/sys/fs/bpf/exectrail/audit", State: "kept", Reason: "a session"},
	}
	const table = `KIND     NAME                          STATE
kprobe   exectrail_0123456789abcdef/x  removed
pin      /sys/fs/bpf/\x1b[31m          in use
session  /sys/fs/bpf/exectrail/audit   kept: a session
`
	const lines = `{"kind":"kprobe","name":"exectrail_0123456789abcdef/x","state":"removed"}
{"kind":"pin","name":"/sys/fs/bpf/\u001b[31m","state":"in use"}
{"kind":"session","name":"/sys/fs/bpf/exectrail/audit","state":"kept","reason":"a session"}
`
	var text, json bytes.Buffer
	if err := writeCleanup(&text, results); err != nil || text.String() != table {
		t.Errorf("got\n%s\nwant\n%s(%v)", text.String(), table, err)
	}
	if err := writeCleanupJSON(&json, results); err != nil || json.String() != lines {
		t.Errorf("got\n%s\nwant\n%s(%v)", json.String(), lines, err)
	}
}
