package main

import (
	"strings"
	"testing"
	"time"
)

func testReport() *report {
	cost, seen := newRow("Cost, ns"), newRow("Seen")
	cost.by = map[string]string{ours: "1,600", libbpf: "24,000"}
	cost.aim("at most 1,500", false)
	seen.by, seen.base = map[string]string{ours: "10 of 10"}, "9.5"
	seen.aim("all", true)
	return &report{
		began: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), took: 90 * time.Second,
		machine: machine{kernel: "6.18.0", arch: "amd64", processor: "Fast One", processors: 2, memory: 4 << 30, load: "0.10"},
		size:    size{pairRounds: 11, pairSpawns: 222, pairChunks: 30, chunkCalls: 1100, floodExecs: 20000, floodRounds: 3},
		tools: []*tool{
			{name: ours, command: []string{"/tmp/x/exectrail", "trace"}, version: "exectrail v1"},
			{name: libbpf, command: []string{"execsnoop"}, version: "libbpf-tools 1"},
			{name: bpftraced, command: []string{"bpftrace"}, why: "no kprobes | none"},
		},
		rows: []row{cost, seen},
		build: &buildReport{
			what:  "a program: 1,000 processes",
			tools: []*tool{{name: ours, command: []string{"/tmp/x/exectrail", "run", "--"}, version: "exectrail v1"}, {name: "strace", command: []string{"strace"}, why: "strace is not installed"}},
			rows: buildRows(map[*tool][]buildPair{
				{name: ours}: {
					{buildTime{10 * time.Second, 400 * time.Millisecond}, 10 * time.Second},
					{buildTime{10100 * time.Millisecond, 600 * time.Millisecond}, 10 * time.Second},
				},
			}),
		},
		goBenchmarks: []goBenchmark{
			{"internal/wire", "Decode", map[string]float64{"ns/op": 100, "B/op": 0, "allocs/op": 0}},
		},
	}
}

func TestReport(t *testing.T) {
	var document strings.Builder
	testReport().write(&document)
	lines := strings.Split(document.String(), "\n")
	for _, want := range []string{
		"- On 2030-01-02 03:04 UTC, in 1m30s, by `make bench` (`test/bench`).",
		"- Linux 6.18.0 on amd64, 2 × Fast One, 4 GiB of memory, load average 0.10 before the start.",
		"- **exectrail**: `exectrail trace`, exectrail v1.",
		`- **execsnoop (bpftrace)**: not measured: no kprobes \| none.`,
		"| Cost, ns | at most 1,500: **missed** | 1,600     | 24,000                   | –                    | –       |",
		"| Seen     | all: met                  | 10 of 10  | –                        | –                    | 9.5     |",
		"| internal/wire | Decode    | 100 | 0               | 0           | 10,000,000 | no allocation: met |",
		"- **exectrail**: `exectrail run --`, exectrail v1.",
		"- **strace**: not measured: strace is not installed.",
		"| Build, s                      |                     | 10.05 (10.03 to 10.07) | –      | 10.00   |",
		"| Added to the build, %         | at most 1: met      | +0.5 (0.3 to 0.8)      | –      | –       |",
		"| Before and after the build, s |                     | 0.50 (0.45 to 0.55)    | –      | –       |",
		"- Cost, ns: 1,600, not at most 1,500",
		// There was no benchmark of it, so nobody knows.
		"- sink/ecs: has no benchmark for 500,000 events/s",
	} {
		found := false
		for _, line := range lines {
			found = found || line == want
		}
		if !found {
			t.Errorf("there is no line %q", want)
		}
	}
	if t.Failed() {
		t.Log(document.String())
	}
	if text := document.String(); strings.Contains(text, "%!") || strings.Contains(text, "Seen: ") {
		t.Errorf("the text is wrong:\n%s", text)
	}
}

// TestReportBuild finds that a build that took too long is among what was missed, and that one that could not be measured is told.
func TestReportBuild(t *testing.T) {
	r := testReport()
	r.build.rows = buildRows(map[*tool][]buildPair{{name: ours}: {{with: buildTime{build: 102}, without: 100}}})
	var document strings.Builder
	r.write(&document)
	if want := "\n- Added to the build, %: +2.0, not at most 1\n"; !strings.Contains(document.String(), want) {
		t.Errorf("there is no %q in:\n%s", want, document.String())
	}
	r.build = &buildReport{why: "no apt"}
	document.Reset()
	r.write(&document)
	if want := "## A real build\n\nNot measured: no apt.\n\n## In Go"; !strings.Contains(document.String(), want) {
		t.Errorf("there is no %q in:\n%s", want, document.String())
	}
}

func TestReportNothingMissed(t *testing.T) {
	r := testReport()
	r.rows = r.rows[1:]
	r.goBenchmarks = append(r.goBenchmarks, goBenchmark{"sink/ecs", "ECS", map[string]float64{"ns/op": 1000}})
	var document strings.Builder
	r.write(&document)
	if !strings.HasSuffix(document.String(), "## Targets missed\n\nNone.\n") {
		t.Errorf("the end is wrong:\n%s", document.String())
	}
}

func TestProcessorName(t *testing.T) {
	const cpuinfo = "processor\t: 0\nmodel\t\t: 1\nmodel name\t: Fast One: the Second\n"
	if got, want := processorName(cpuinfo), "Fast One: the Second"; got != want {
		t.Errorf("processorName = %q, want %q", got, want)
	}
	if got := processorName("processor\t: 0\n"); got == "" {
		t.Error("a processor without a name has none in the report either")
	}
}
