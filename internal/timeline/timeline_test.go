package timeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/exectrail/exectrail/internal/lives"
)

// write returns the page for a run, and the data in it: what stands between its tag and the first end of a script after
// it, which is how a browser reads it.
func write(t *testing.T, run *lives.Run) (page string, d data) {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, run); err != nil {
		t.Fatal(err)
	}
	page = b.String()
	_, rest, found := strings.Cut(page, `<script type="application/json" id="run">`)
	if !found {
		t.Fatal("the page has no element for its data")
	}
	end := regexp.MustCompile(`(?i)</script`).FindStringIndex(rest)
	if err := json.Unmarshal([]byte(rest[:end[0]]), &d); err != nil {
		t.Fatalf("read data: %v", err)
	}
	return page, d
}

// words returns the arguments of a program as the page shows them.
func words(d data, a argvs, n int) []string {
	var list []string
	for _, word := range d.Words[a.At[n] : a.At[n]+a.Count[n]] {
		list = append(list, d.Text[word])
	}
	return list
}

func TestWriteKeepsWhatIsKnown(t *testing.T) {
	run := build(40, 2)
	page, d := write(t, run)
	if !strings.HasPrefix(page, "<!doctype html>") || !strings.HasSuffix(page, "</html>\n") {
		t.Error("the page is not whole")
	}
	if got, want := len(d.Processes.PID), len(run.Processes); got != want {
		t.Fatalf("%d processes, want %d", got, want)
	}
	if got, want := time.UnixMicro(int64(d.Begin*1e3)).UTC(), run.Begin; !got.Equal(want) {
		t.Errorf("begins %v, want %v", got, want)
	}
	program := 0
	for i, p := range run.Processes {
		c := d.Processes
		if got, want := c.PID[i], p.PID; got != want {
			t.Fatalf("process %d has pid %d, want %d", i, got, want)
		}
		if got, want := c.End[i]-c.Start[i], p.End.Sub(p.Start).Microseconds(); got < want-1 || got > want+1 {
			t.Errorf("process %d takes %d us, want %d", i, got, want)
		}
		if c.Parent[i] != p.Parent || c.Exit[i] != p.ExitCode || c.Signal[i] != p.Signal || c.RSS[i] != p.MaxRSS || d.Text[c.Name[i]] != p.User {
			t.Errorf("process %d differs from %+v", i, p)
		}
		for _, want := range p.Programs {
			if got := d.Text[d.Programs.Executable[program]]; d.Programs.Process[program] != i || got != want.Executable {
				t.Fatalf("program %d of process %d is %s, want %s of %d", program, d.Programs.Process[program], got, want.Executable, i)
			}
			if got := len(words(d, d.Programs.argvs, program)); got != len(want.Args) {
				t.Errorf("program %d has %d arguments, want %d", program, got, len(want.Args))
			}
			program++
		}
	}
	if len(d.Failures.Process) == 0 || d.Text[d.Failures.Reason[0]] != "no such file or directory" {
		t.Error("the failed execs are not there")
	}
}

func TestWriteIsSafeWhateverTheArguments(t *testing.T) {
	run := hostile()
	page, d := write(t, run)
	if !utf8.ValidString(page) {
		t.Error("the page is not UTF-8")
	}
	if strings.Count(page, "<script") != strings.Count(string(pageFile(t)), "<script") {
		t.Error("the page has other script elements than it was built with")
	}
	got := words(d, d.Programs.argvs, 0)
	want := []string{
		"evil", `'</script><script>document.title="taken"</script>'`, `'<!--<script>'`, `$'a\xe2\x80\xa8b\xe2\x80\xa9c'`, `$'\xff\xfe'`, `$'\x1b[31mred\a'`,
		`$'gpj.\xe2\x80\xaeexe'`, "''", `'$(reboot) ` + "`reboot`" + `'`, `'{"exectrail":"run"}'`, `'@SCRIPT@ $& $1'`, "'漢字 🙂'",
	}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Errorf("argument %d is %q, want %q", i, got, want[i])
			break
		}
	}
	for _, s := range []string{"\u2028", "\u2029", "\u202e", "\x1b", "\x00"} {
		if strings.Contains(page[len(pageFile(t))/2:], s) {
			t.Errorf("%q stands in the page", s)
		}
	}
}

// hostile is a run of which every text tries to break the page.
func hostile() *lives.Run {
	args := []string{
		"evil", `</script><script>document.title="taken"</script>`, "<!--<script>", "a\u2028b\u2029c", "\xff\xfe", "\x1b[31mred\a",
		"gpj.\u202eexe", "", "$(reboot) `reboot`", mark, "@SCRIPT@ $& $1", "漢字 🙂",
	}
	const text = "</script><img src=x onerror='document.title=1'>\u2028\xff"
	s := newSampler(args...)
	i := s.add(-1, 0, time.Second, text, args...)
	p := &s.run.Processes[i]
	p.User, p.Container, p.Programs[0].Directory, p.Programs[0].Script = text, text, text, text
	p.Failed = []lives.Failure{{Time: p.Start, Filename: text, Args: args, Errno: 13, Reason: text}}
	s.run.Host = text
	return s.finish()
}

func TestWriteCutsLongArguments(t *testing.T) {
	s := newSampler("x")
	s.add(-1, 0, time.Second, "/bin/x", "x", strings.Repeat("ä", 3<<20))
	s.add(0, time.Millisecond, time.Second, "/bin/x", strings.Fields(strings.Repeat("word ", 5000))...)
	page, d := write(t, s.finish())
	if len(page) > len(pageFile(t))+64<<10 {
		t.Errorf("the page has %d bytes", len(page))
	}
	if got := words(d, d.Programs.argvs, 0)[1]; !strings.HasSuffix(got, "ä'…[+6287360 bytes]") {
		t.Errorf("ends in %q", got[len(got)-40:])
	}
	if got, missing := d.Programs.Count[1], d.Programs.Missing[1]; got != wideWords || missing != 5000-wideWords {
		t.Errorf("%d arguments and %d missing", got, missing)
	}
}

func TestWriteOfAttached(t *testing.T) {
	run := &lives.Run{Begin: sampleBegin, End: sampleBegin.Add(time.Second), Processes: []lives.Process{
		{PID: 1, Parent: -1, Start: sampleBegin.Add(-time.Hour)},
		{PID: 2, Parent: 0, Start: sampleBegin.Add(time.Millisecond), End: sampleBegin.Add(3 * time.Second)},
	}}
	_, d := write(t, run)
	if d.Processes.Start[0] != -3600e6 || d.Processes.Runs[0] != 1 || d.Processes.Runs[1] != 0 {
		t.Errorf("processes are %+v", d.Processes)
	}
	if d.Length != 3e6 {
		t.Errorf("length is %d us: a process that ends after the run must be seen", d.Length)
	}
}

func TestWriteOfNothing(t *testing.T) {
	if page, d := write(t, &lives.Run{}); len(d.Processes.PID) != 0 || !strings.Contains(page, `"text":[""]`) {
		t.Errorf("processes are %v", d.Processes.PID)
	}
}

func TestWriteRefusesUnknownParent(t *testing.T) {
	err := Write(&bytes.Buffer{}, &lives.Run{Processes: []lives.Process{{Parent: -1}, {Parent: 7}}})
	if err == nil || err.Error() != "process 1: parent 7 is not among 2 processes" {
		t.Errorf("error is %v", err)
	}
}

// attached is what a recording from the middle has: a thousand that sleep, most of which began before it and still run.
func attached() *lives.Run {
	s := newSampler()
	s.run.Lost, s.run.Filtered = 3, 1200
	pool := s.add(-1, -time.Hour, 0, "/usr/sbin/pool", "pool", "--workers=1000")
	s.run.Processes[pool].End = time.Time{}
	for n := range 1000 {
		worker := s.add(pool, time.Duration(n-900)*time.Second/50, time.Minute, "/usr/sbin/worker", "worker", fmt.Sprint(n))
		s.run.Processes[worker].Container = "web"
		if n%10 != 0 {
			s.run.Processes[worker].End = time.Time{}
			s.run.Processes[worker].UserCPU, s.run.Processes[worker].SystemCPU = 0, 0
		}
	}
	s.run.End = sampleBegin.Add(20 * time.Second)
	run := s.finish()
	run.Command = nil
	return run
}

type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

var errFull = errors.New("no space left on device")

func TestWriteTellsOfTheWriter(t *testing.T) {
	for _, room := range []int{0, len(pageFile(t)) / 2, len(pageFile(t)) + 10} {
		if err := Write(&full{room}, build(5, 1)); !errors.Is(err, errFull) {
			t.Errorf("with room for %d: error is %v", room, err)
		}
	}
}

func TestWriteOfFiftyThousand(t *testing.T) {
	run := build(16600, 8)
	if len(run.Processes) < 50000 {
		t.Fatalf("only %d processes", len(run.Processes))
	}
	page, d := write(t, run)
	if len(d.Processes.PID) != len(run.Processes) || len(d.Programs.Process) < 50000 {
		t.Errorf("%d processes and %d programs", len(d.Processes.PID), len(d.Programs.Process))
	}
	if perProcess := len(page) / len(run.Processes); perProcess > 400 {
		t.Errorf("%d bytes for each process", perProcess)
	}
}

// TestWritePages writes the pages that web/test opens, into the folder that EXECTRAIL_TIMELINE_PAGES names.
func TestWritePages(t *testing.T) {
	folder := os.Getenv("EXECTRAIL_TIMELINE_PAGES")
	if folder == "" {
		folder = t.TempDir()
	}
	for name, run := range map[string]*lives.Run{"build": build(220, 6), "many": build(16600, 8), "hostile": hostile(), "empty": {}, "attached": attached()} {
		var b bytes.Buffer
		if err := Write(&b, run); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".html"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func pageFile(t *testing.T) []byte {
	t.Helper()
	if len(page) == 0 {
		t.Fatal("there is no page")
	}
	return page
}
