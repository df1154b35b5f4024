package main

import (
	"strings"
	"testing"
	"testing/iotest"
)

func TestCountMarkers(t *testing.T) {
	const output = `12:00:01.000 spawn  42 41 0 0 /tmp/x/nothing flood-0-000001
12:00:01.001 spawn  43 41 0 0 /tmp/x/nothing flood-1-000001
12:00:01.001 spawn  43 41 0 0 /tmp/x/nothing flood-1-000001
12:00:01.002 spawn  44 41 0 0 /tmp/x/nothing now1-000001 flood-0-00
12:00:01.003 spawn  45 41 0 0 /tmp/x/spawn /tmp/x/nothing flood-0 10000
5731       29873 /tmp/x/nothing flood-0-0000025732       29879 /tmp/x/nothing flood-0-000003`
	got, err := countMarkers(strings.NewReader(output), "", "flood")
	if err != nil {
		t.Fatal(err)
	}
	if got != 3 {
		t.Errorf("%d were seen, want 3", got)
	}
}

func TestCountMarkersInExecLines(t *testing.T) {
	const output = `{"event":{"action":"exec"},"process":{"args":["x","flood-0-000001"],"command_line":"x flood-0-000001"}}
{"event":{"action":"exit"},"process":{"args":["x","flood-0-000002"]}}
`
	got, err := countMarkers(strings.NewReader(output), `"action":"exec"`, "flood")
	if err != nil {
		t.Fatal(err)
	}
	if got != 1 {
		t.Errorf("%d were seen, want 1", got)
	}
}

func TestFinder(t *testing.T) {
	f := finder{text: []byte("now1-")}
	for _, piece := range []struct {
		text string
		want bool
	}{
		{"a line with now", false},
		{"", false},
		{"1 and n", false},
		{"ow1", false},
		{"-000001", true},
	} {
		// Byte by byte, each of them may be where a piece ends.
		got, err := f.in(iotest.OneByteReader(strings.NewReader(piece.text)))
		if err != nil {
			t.Fatal(err)
		}
		if got != piece.want {
			t.Errorf("after %q: found is %t, want %t", piece.text, got, piece.want)
		}
	}
}

func TestSumMatches(t *testing.T) {
	patterns := map[string]*tool{}
	for _, tool := range candidates("exectrail") {
		patterns[tool.name] = tool
	}
	for _, tt := range []struct {
		tool, said string
		want       int
	}{
		{ours, "exectrail: 12 executed, 10 recorded, 2 lost (2 for want of room in the ring)\nexectrail: 5 exited, 4 recorded, 1 lost\n", 2},
		{oursJSON, `{"message":"12 executed, 5 recorded, 7 lost","exectrail":{"summary":{"execs":{"lost":{"buffer_full":7}}}}}`, 7},
		{libbpf, "Lost 3 events on CPU #0!\nLost 40 events on CPU #1!\n", 43},
		{bpftraced, "Attaching 3 probes...\nLost 5 events\n", 5},
	} {
		if got := sumMatches(patterns[tt.tool].lost, []byte(tt.said)); got != tt.want {
			t.Errorf("%s said that %d events are lost, want %d", tt.tool, got, tt.want)
		}
	}
}

// TestCountParents counts execs without arguments, in the forms that exectrail gives them, by their parents.
func TestCountParents(t *testing.T) {
	const output = `TIME         PCOMM               PID    PPID   UID   GID COMMAND
23:18:06.185 spawn             19928   19529     0     0 [nothing] # 16 bytes missing
23:18:06.185 spawn             19929   19529     0     0 /tmp/x/nothing frozen-0-000001
23:18:06.185 spawn             19930   19530     0     0 [/tmp/x/nothing] # 4112 bytes missing
23:18:06.185 spawn             19931   19531     0     0 [nothing] # 16 bytes missing
{"event":{"action":"exec"},"process":{"parent":{"pid":19529}},"exectrail":{"args":{"bytes":16},"degraded":["args","paths"]}}
{"event":{"action":"exec"},"process":{"parent":{"pid":19531}},"exectrail":{"args":{"bytes":16},"degraded":["args","paths"]}}
{"event":{"action":"exec"},"process":{"parent":{"pid":19530}},"exectrail":{"args":{"bytes":16},"degraded":["args-middle"]}}
{"event":{"action":"exit"},"process":{"parent":{"pid":19530}}}
`
	tools := candidates("exectrail")
	for i, want := range []int{2, 1} {
		got, err := countParents(strings.NewReader(output), tools[i].bareLine, []int{19529, 19530})
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s: %d execs, want %d", tools[i].name, got, want)
		}
	}
}
