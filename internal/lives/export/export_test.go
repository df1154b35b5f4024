package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/livestest"
	"github.com/exectrail/exectrail/internal/printable"
)

var update = flag.Bool("update", false, "write what the tests compare with")

const script = `
	fork 0 10 1
	exec 0.5 10 /usr/bin/make make
	fork 1 11 10
	failed 1.1 11 /usr/local/bin/cc ENOENT cc -c \x1b[31m;\xff
	exec 1.2 11 /bin/sh sh -c cc
	exec 1.5 11 /usr/bin/c;c cc -c \x1b[31m;\xff
	fork 2 12 11
	exit 3 12 0 0.5 10
	exit 4 11 1 1 300
	fork 5 11 10
	exec 5 11 /usr/bin/c;c cc d.c
	exit 6.0000015 11 SIGKILL
	fork 7 13 10
	exec 7 13 /usr/bin/daemon daemon
	exit 8 10 0 0.1 20`

func TestGolden(t *testing.T) {
	run := livestest.Run(t, []string{"make"}, script)
	for name, write := range map[string]func(io.Writer) error{
		"trace.json":     func(w io.Writer) error { return WriteTrace(w, run) },
		"cpu.folded":     func(w io.Writer) error { return WriteFolded(w, run, ByCPU) },
		"wall.folded":    func(w io.Writer) error { return WriteFolded(w, run, ByWall) },
		"nothing.json":   func(w io.Writer) error { return WriteTrace(w, &lives.Run{}) },
		"nothing.folded": func(w io.Writer) error { return WriteFolded(w, &lives.Run{}, ByWall) },
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := write(&got); err != nil {
				t.Fatal(err)
			}
			for _, r := range got.String() {
				if r != '\n' && !printable.IsPrint(r) {
					t.Fatalf("%U in %s", r, &got)
				}
			}
			file := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("not as in %s:\n%s", file, &got)
			}
		})
	}
}

// A trace must be one JSON value, with tracks that tell all processes apart, and slices that lie within each other.
func TestTrace(t *testing.T) {
	run := livestest.Run(t, []string{"make"}, script)
	var b bytes.Buffer
	if err := WriteTrace(&b, run); err != nil {
		t.Fatal(err)
	}
	var trace struct {
		TraceEvents []struct {
			Name, Ph, Cat string
			Pid, Tid      uint64
			Ts, Dur       float64
			ID            int
		}
	}
	if err := json.Unmarshal(b.Bytes(), &trace); err != nil {
		t.Fatal(err)
	}
	tracks := make(map[uint64]int)
	arrows := make(map[int]string)
	life := make(map[uint64][2]float64)
	for _, e := range trace.TraceEvents {
		switch {
		case e.Name == "process_name":
			tracks[e.Pid]++
		case e.Ph == "X" && e.Cat == "process":
			life[e.Pid] = [2]float64{e.Ts, e.Ts + e.Dur}
		case e.Ph == "X" && (e.Ts < life[e.Pid][0] || e.Ts+e.Dur > life[e.Pid][1]+0.001):
			t.Errorf("%s is not within %v: %v for %v", e.Name, life[e.Pid], e.Ts, e.Dur)
		case e.Ph == "s" || e.Ph == "f":
			arrows[e.ID] += e.Ph
			if l := life[e.Pid]; e.Ts < l[0] || e.Ts > l[1] {
				t.Errorf("an arrow ends at %v, where %d has no slice", e.Ts, e.Pid)
			}
		}
	}
	if len(tracks) != len(run.Processes) {
		t.Errorf("%d tracks for %d processes", len(tracks), len(run.Processes))
	}
	if len(arrows) != len(run.Processes)-1 {
		t.Errorf("%d arrows: %v", len(arrows), arrows)
	}
	for id, ends := range arrows {
		if ends != "sf" {
			t.Errorf("arrow %d has the ends %q", id, ends)
		}
	}
}

// All time must be in the stacks: the CPU time, or the own times.
func TestFoldedSums(t *testing.T) {
	run := livestest.Run(t, nil, script)
	tree := lives.NewTree(run)
	var cpu, own time.Duration
	for i := range run.Processes {
		cpu += run.Processes[i].CPU()
		own += tree.Own(i)
	}
	for by, want := range map[Measure]time.Duration{ByCPU: cpu, ByWall: own} {
		var b bytes.Buffer
		if err := WriteFolded(&b, run, by); err != nil {
			t.Fatal(err)
		}
		var sum, lines int64
		for line := range strings.Lines(b.String()) {
			var us int64
			if _, err := fmt.Sscan(line[strings.LastIndexByte(line, ' ')+1:], &us); err != nil {
				t.Fatal(err)
			}
			sum += us
			lines++
		}
		// Each line is cut to whole microseconds.
		if missing := want.Microseconds() - sum; missing < 0 || missing > lines {
			t.Errorf("measure %d: %d us, want %d", by, sum, want.Microseconds())
		}
	}
}

func TestDeepStacks(t *testing.T) {
	const n = 20_000
	run := &lives.Run{End: time.Unix(n, 0), Begin: time.Unix(0, 0)}
	for i := range n {
		run.Processes = append(run.Processes, lives.Process{Parent: i - 1, Start: time.Unix(int64(i), 0), End: run.End})
	}
	var b bytes.Buffer
	if err := WriteFolded(&b, run, ByWall); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(b.String(), "\n"); lines != deepest {
		t.Errorf("%d lines", lines)
	}
	if last := fmt.Sprintf(" %d\n", (n-deepest+1)*1_000_000); !strings.HasSuffix(b.String(), last) {
		t.Errorf("the deepest frame does not have the rest: ...%s", b.String()[b.Len()-20:])
	}
}

func TestBrokenWriter(t *testing.T) {
	run := livestest.Run(t, nil, script)
	_, w := io.Pipe()
	w.Close()
	for _, err := range []error{WriteTrace(w, run), WriteFolded(w, run, ByCPU)} {
		if !errors.Is(err, io.ErrClosedPipe) || !strings.HasPrefix(err.Error(), "write ") {
			t.Errorf("the error is %v", err)
		}
	}
}
