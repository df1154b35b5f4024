package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/livestest"
)

func TestCounts(t *testing.T) {
	r := New(build(t), 3)
	type counts struct {
		processes, execs, failedExecs, searches, failedExits, running, alive, alone int
		wall, user, system                                                          time.Duration
		largest                                                                     uint32
	}
	got := counts{
		r.Processes, r.Execs, r.FailedExecs, r.Searches, r.FailedExits, r.Running, r.PeakAlive, r.PeakAlone,
		r.Wall, r.UserCPU, r.SystemCPU, r.Run.Processes[r.Largest].PID,
	}
	want := counts{16, 14, 4, 3, 3, 1, 6, 2, 5 * time.Second, 4433 * time.Millisecond, 443300 * time.Microsecond, 112}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if len(r.Slowest) != 3 || len(r.Repeats) != 1 {
		t.Errorf("%d slowest, %d repeated", len(r.Slowest), len(r.Repeats))
	}
}

// A process that takes over the memory of the one that forked it is not the largest.
func TestLargestIsTheFirst(t *testing.T) {
	r := New(livestest.Run(t, nil, "fork 0 10 1\nfork 1 11 10\nexit 2 11 0 0 50\nexit 3 10 0 0 50"), 5)
	if r.Largest != 0 {
		t.Errorf("the largest is %d", r.Largest)
	}
}

func TestSearches(t *testing.T) {
	for _, tt := range []struct {
		script string
		want   int
	}{
		{"failed 1 10 /a/cc ENOENT\nfailed 2 10 /b/cc ENOENT\nexec 3 10 /c/cc cc", 2},
		{"failed 1 10 /a/cc ENOENT\nfailed 2 10 /b/cc ENOENT\nexit 3 10 127", 1}, // the last one is where it ended
		{"failed 1 10 /a/cc ENOENT\nexec 3 10 /c/ld ld", 0},
		{"failed 1 10 /a/cc EACCES\nexec 3 10 /c/cc cc", 0},
		{"failed 1 10 /a/cc ENOENT\nfailed 2 10 /a/cc ENOENT", 0}, // tried again, not searched
		{"exec 1 10 /b/cc cc\nfailed 2 10 /a/cc ENOENT\nexec 3 10 /c/cc cc\nfailed 4 10 /a/cc ENOENT", 1},
	} {
		if r := New(livestest.Run(t, nil, "fork 0 10 1\n"+tt.script), 5); r.Searches != tt.want {
			t.Errorf("%d searches, want %d, in\n%s", r.Searches, tt.want, tt.script)
		}
	}
}

func TestRepeats(t *testing.T) {
	var b strings.Builder
	for i, line := range []string{"/bin/a a x", "/bin/a a x", "/bin/a a y", "/bin/b a x", "/bin/a a x"} {
		if i == 4 {
			b.WriteString("cd /elsewhere\n")
		}
		fmt.Fprintf(&b, "fork %d %d 1\nexec %[1]d %[2]d %s\nexit %[4]d.5 %[2]d\n", 2*i, 10+i, line, 2*i)
	}
	r := New(livestest.Run(t, nil, b.String()), 5)
	if len(r.Repeats) != 1 || r.Repeats[0].Count != 2 || r.Repeats[0].Total != time.Second {
		t.Errorf("repeats: %+v", r.Repeats)
	}
}

func TestProgramNames(t *testing.T) {
	r := New(livestest.Run(t, nil, `
		fork 0 10 1
		exec 0 10 /usr/bin/cc cc
		exec 1 10 /opt/bin/cc cc
		exec 2 10 /bin/busybox ls
		exec 3 10 /bin/busybox cat
		exit 4 10`), 5)
	var names []string
	for _, p := range r.Programs {
		names = append(names, p.Name)
	}
	if got, want := fmt.Sprint(names), "[cat ls /opt/bin/cc /usr/bin/cc]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The screen of a terminal must do for a build of any size, with commands of any length and content.
func TestOneScreen(t *testing.T) {
	run := huge(2000)
	run.Recorded, run.Lost, run.Omitted = 123_456_789, 12_345, 1_234
	r := New(run, 5)
	for _, width := range []int{80, 100, 200} {
		var text bytes.Buffer
		if err := r.WriteText(&text, width); err != nil {
			t.Fatal(err)
		}
		harmless(t, text.Bytes())
		fits(t, text.String(), width, 24)
	}
	var text bytes.Buffer
	if err := r.WriteText(&text, 80); err != nil || !strings.Contains(text.String(), ": exit 7, 16h40m on build1\n") {
		t.Errorf("how it ended is cut off:\n%s", &text)
	}
}

// huge returns a run of n processes one after the other, twice each, with hostile text.
func huge(n int) *lives.Run {
	begin := livestest.Time("0")
	hostile := strings.Repeat("\x1b]0;x\a|`<script>\u202e漢\xff", 40)
	run := &lives.Run{
		Command: []string{"make", hostile}, Host: "build1", Begin: begin, End: begin.Add(60_000 * time.Second),
		Processes: []lives.Process{{Key: event.Key{PID: 1, Start: 1}, PID: 1, Parent: -1, Start: begin, End: begin.Add(60_000 * time.Second), ExitCode: 7}},
	}
	for i := 1; i < n; i++ {
		start := begin.Add(time.Duration(i) * 30 * time.Second)
		run.Processes = append(run.Processes, lives.Process{
			PID: uint32(100_000 + i), Start: start, End: start.Add(29 * time.Second),
			UserCPU: 12345 * time.Second, SystemCPU: 1234 * time.Second, MaxRSS: 1 << 40, Signal: 11,
			Programs: []lives.Program{{Time: start, Executable: "/" + hostile + fmt.Sprint(i%9), Args: []string{hostile, fmt.Sprint(i / 2)}}},
			Failed:   []lives.Failure{{Time: start, Filename: hostile, Errno: 2}},
		})
	}
	return run
}

func TestHostileMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := New(huge(10), 5).WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	harmless(t, b.Bytes())
	if strings.Contains(b.String(), "<script>") {
		t.Errorf("markup of an argument is there:\n%s", &b)
	}
	columns := 0
	for line := range strings.Lines(b.String()) {
		switch n := strings.Count(line, "|"); {
		case n == 0:
			columns = 0
		case columns == 0:
			columns = n
		case n != columns:
			t.Errorf("%d cells, not %d: %s", n, columns, line)
		}
	}
}

// A chain of processes, each the child of the one before, must not take time or room by the square of its length.
func TestDeepChain(t *testing.T) {
	const n = 50_000
	begin := livestest.Time("0")
	run := &lives.Run{Begin: begin, End: begin.Add(n)}
	for i := range n {
		run.Processes = append(run.Processes, lives.Process{PID: uint32(i), Parent: i - 1, Start: begin.Add(time.Duration(i)), End: run.End})
	}
	for _, width := range []int{0, 80} {
		var b bytes.Buffer
		if err := WriteTree(&b, run, width); err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(b.String(), "\n"); lines != n+1 || b.Len() > n*300 {
			t.Errorf("%d lines, %d bytes", lines, b.Len())
		}
		if width > 0 {
			fits(t, b.String(), width, n+1)
		}
	}
	r := New(run, 5)
	if r.PeakAlive != n || r.PeakAlone != 1 || len(r.Critical.Steps) != n {
		t.Errorf("%d alive, %d alone, %d steps", r.PeakAlive, r.PeakAlone, len(r.Critical.Steps))
	}
}

func TestNothing(t *testing.T) {
	for _, command := range [][]string{nil, {"true"}} {
		r := New(livestest.Run(t, command, ""), 5)
		var text, md, tree bytes.Buffer
		if err := errors.Join(r.WriteText(&text, 80), r.WriteMarkdown(&md), WriteTree(&tree, r.Run, 80)); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), "0 processes, 0 execs") || strings.Contains(text.String(), "BY ") {
			t.Errorf("%s", &text)
		}
	}
}

// Any number may be asked for.
func TestTop(t *testing.T) {
	for top, lines := range map[int]int{-1: 4, 0: 4, 1: 10, math.MaxInt: 47} {
		var text bytes.Buffer
		if err := New(build(t), top).WriteText(&text, 80); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(text.String(), "\n"); n != lines {
			t.Errorf("top %d: %d lines, want %d\n%s", top, n, lines, &text)
		}
	}
}

func TestBrokenWriter(t *testing.T) {
	r := New(build(t), 5)
	_, w := io.Pipe()
	w.Close()
	for _, err := range []error{r.WriteText(w, 80), r.WriteMarkdown(w), WriteTree(w, r.Run, 80)} {
		if !errors.Is(err, io.ErrClosedPipe) || !strings.HasPrefix(err.Error(), "write ") {
			t.Errorf("the error is %v", err)
		}
	}
}
