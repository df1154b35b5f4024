package e2e

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/internal/lives/trail"
)

// wrote is a process by what it wrote down about itself.
type wrote struct{ pid, creator int }

// TestRunOutputs writes a tree in all forms, and finds all of it in each of them.
func TestRunOutputs(t *testing.T) {
	dir := publicDir(t)
	file := func(name string) string { return filepath.Join(dir, name) }
	args := []string{
		"--tree", "--timeline", file("page.html"), "--trace", file("trace.json"), "--folded", file("folded"),
		"-o", "json", "--output-file", file("events"), "--report", file("report.md"),
		"--", trigger(t, "tree"), trigger(t, "nothing"), "deep", "5", "wide", "20",
	}
	s := newRun(t, args...).runs(t, 0)
	if said := s.said(t); said != "" {
		t.Errorf("it says:\n%s", said)
	}
	var all []wrote
	for _, line := range s.logged(t) {
		var w wrote
		_, err := fmt.Sscan(line, &w.pid, &w.creator)
		must(t, err)
		all = append(all, w)
	}
	const processes, execs = 26, 22
	if len(all) != processes {
		t.Fatalf("%d processes wrote that they were there, want %d", len(all), processes)
	}
	t.Run("trace", func(t *testing.T) { checkTrace(t, file("trace.json"), all) })
	t.Run("timeline", func(t *testing.T) { checkPage(t, file("page.html"), all) })
	t.Run("events", func(t *testing.T) { checkEvents(t, file("events"), all, execs) })
	t.Run("tree", func(t *testing.T) {
		leaves, others := 0, 0
		for line := range strings.Lines(s.printed(t)) {
			switch {
			case strings.HasSuffix(line, "leaf\n"):
				leaves++
			case strings.Contains(line, "tree"):
				others++
			}
		}
		// The processes of the deep part that executed nothing go by the name of the first one.
		if leaves != execs-1 || others == 0 {
			t.Errorf("it prints:\n%s", s.printed(t))
		}
	})
	t.Run("report", func(t *testing.T) {
		content, err := os.ReadFile(file("report.md"))
		must(t, err)
		for _, text := range []string{fmt.Sprintf("%d processes, %d execs", processes, execs), fmt.Sprintf("%d of %[1]d events recorded", processes-1+execs+processes)} {
			if !strings.Contains(string(content), text) {
				t.Errorf("the report has no %q:\n%s", text, content)
			}
		}
	})
}

func pidsOf(all []wrote) []int {
	var pids []int
	for _, w := range all {
		pids = append(pids, w.pid)
	}
	slices.Sort(pids)
	return pids
}

func readJSON(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
}

func checkTrace(t *testing.T, path string, all []wrote) {
	content, err := os.ReadFile(path)
	must(t, err)
	var trace struct {
		TraceEvents []struct {
			Name, Ph, Cat string
			PID, TID      int
			Dur           float64
			Args          struct {
				ParentPID int `json:"parent_pid"`
			}
		}
	}
	readJSON(t, content, &trace)
	var tracks, lives []int
	parents := map[int]int{}
	for _, e := range trace.TraceEvents {
		switch {
		case e.Name == "process_name":
			tracks = append(tracks, e.PID)
		case e.Ph == "X" && e.Cat == "process":
			lives = append(lives, e.PID)
			parents[e.PID] = e.Args.ParentPID
			if e.Dur <= 0 || e.TID != e.PID {
				t.Errorf("it has %+v", e)
			}
		}
	}
	slices.Sort(tracks)
	slices.Sort(lives)
	if want := pidsOf(all); !slices.Equal(tracks, want) || !slices.Equal(lives, want) {
		t.Errorf("it has the tracks %v, and lives of %v, want %v", tracks, lives, want)
	}
	for _, w := range all[1:] {
		if parents[w.pid] != w.creator {
			t.Errorf("the parent of %d is %d, want %d", w.pid, parents[w.pid], w.creator)
		}
	}
}

func checkPage(t *testing.T, path string, all []wrote) {
	content, err := os.ReadFile(path)
	must(t, err)
	found := regexp.MustCompile(`(?s)^<!doctype html>.*<script type="application/json" id="run">(.*?)</script>.*</html>\n$`).FindSubmatch(content)
	if found == nil {
		t.Fatal("it is no page with data")
	}
	var data struct {
		Processes struct {
			PID, Parent []int
		}
	}
	readJSON(t, found[1], &data)
	p := data.Processes
	pids := slices.Clone(p.PID)
	slices.Sort(pids)
	if want := pidsOf(all); !slices.Equal(pids, want) {
		t.Fatalf("it has %v, want %v", pids, want)
	}
	for _, w := range all[1:] {
		i := slices.Index(p.PID, w.pid)
		if parent := p.Parent[i]; parent < 0 || p.PID[parent] != w.creator {
			t.Errorf("the parent of %d is another one than %d", w.pid, w.creator)
		}
	}
	// Nothing is loaded from anywhere.
	if other := regexp.MustCompile(`(?i)(src|href)\s*=\s*["']?(https?:)?//`).Find(content); other != nil {
		t.Errorf("it has %s", other)
	}
}

func checkEvents(t *testing.T, path string, all []wrote, execs int) {
	content, err := os.ReadFile(path)
	must(t, err)
	pids, count, sequence := map[string][]int{}, 0, 0
	for line := range strings.Lines(string(content)) {
		var e struct {
			Event struct {
				Action   string
				Sequence int
			}
			Process struct {
				PID    int
				Parent struct{ PID int }
			}
		}
		readJSON(t, []byte(line), &e)
		pids[e.Event.Action] = append(pids[e.Event.Action], e.Process.PID)
		count++
		if e.Event.Sequence <= sequence {
			t.Errorf("event %d comes after %d", e.Event.Sequence, sequence)
		}
		sequence = e.Event.Sequence
		i := slices.IndexFunc(all, func(w wrote) bool { return w.pid == e.Process.PID })
		if i < 0 {
			t.Errorf("%s of process %d came", e.Event.Action, e.Process.PID)
		} else if e.Process.Parent.PID != all[i].creator && i > 0 {
			t.Errorf("%s: the parent of %d is %d, want %d", e.Event.Action, e.Process.PID, e.Process.Parent.PID, all[i].creator)
		}
	}
	if forks, exits := len(pids["fork"]), len(pids["exit"]); forks != len(all)-1 || exits != len(all) || len(pids["exec"]) != execs || count != forks+exits+execs {
		t.Errorf("%d events came: %d forks, %d execs, %d exits", count, forks, len(pids["exec"]), exits)
	}
}

// TestRunFolded compares the CPU time in the stacks with what the kernel told a shell about its children.
func TestRunFolded(t *testing.T) {
	folded := filepath.Join(publicDir(t), "folded")
	s := newRun(t, "--folded", folded, "--", "sh", "-c", `"$1" work; times >&3`, "sh", trigger(t, "life")).runs(t, 0)
	var want time.Duration
	lines := s.logged(t)
	for _, word := range strings.Fields(lines[len(lines)-1]) {
		used, err := time.ParseDuration(word)
		must(t, err)
		want += used
	}
	content, err := os.ReadFile(folded)
	must(t, err)
	var got, all int
	for line := range strings.Lines(string(content)) {
		stack, number, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.Atoi(number)
		must(t, err)
		all += n
		if strings.HasSuffix(stack, ";life") {
			got += n
		}
	}
	tolerance := 10*time.Millisecond + want*3/100
	near(t, "CPU time of the child in us", int64(got), want.Microseconds(), tolerance.Microseconds())
	if want < 400*time.Millisecond {
		t.Errorf("the child used %s, which is too little for a comparison", want)
	}
	var sum time.Duration
	run := s.recorded(t)
	for i := range run.Processes {
		sum += run.Processes[i].CPU()
	}
	if math.Abs(float64(sum.Microseconds()-int64(all))) > 5 {
		t.Errorf("the stacks have %d us, and the processes %s", all, sum)
	}
}

// TestRunOutputTaken has the events go to the stdout of the command, and the report in JSON to stderr.
func TestRunOutputTaken(t *testing.T) {
	s := newRun(t, "-o", "json", "--", "sh", "-c", `echo from the command; exit 3`).runs(t, 3)
	events, own := 0, 0
	for line := range strings.Lines(s.printed(t)) {
		if line == "from the command\n" {
			own++
			continue
		}
		readJSON(t, []byte(line), &struct{}{})
		events++
	}
	if own != 1 || events != 2 {
		t.Errorf("%d lines of the command and %d events came:\n%s", own, events, s.printed(t))
	}
	var told struct {
		Exectrail struct {
			Run struct {
				Processes, Execs int
				FailedExits      int `json:"failed_exits"`
				Recorded         int `json:"recorded_events"`
			}
		}
	}
	readJSON(t, []byte(s.said(t)), &told)
	if r := told.Exectrail.Run; r.Processes != 1 || r.Execs != 1 || r.FailedExits != 1 || r.Recorded != 2 {
		t.Errorf("it tells %+v", r)
	}
}

// TestRunKeepsOld finds that a file keeps what is in it when the command cannot be run, and nothing of it otherwise.
func TestRunKeepsOld(t *testing.T) {
	file := filepath.Join(publicDir(t), "old.trail")
	old := strings.Repeat("what was recorded before\n", 4096)
	must(t, os.WriteFile(file, []byte(old), 0o600))
	newRun(t, "--save", file, "--", "/no/such/file").runs(t, 127)
	if got, err := os.ReadFile(file); err != nil || string(got) != old {
		t.Errorf("%d bytes are left of %d: %v", len(got), len(old), err)
	}
	newRun(t, "--save", file, "--", "true").runs(t, 0)
	saved, err := os.Open(file)
	must(t, err)
	defer saved.Close()
	if run, err := trail.Read(saved); err != nil || len(run.Processes) != 1 {
		t.Errorf("the file was not replaced: %v", err)
	}
}
