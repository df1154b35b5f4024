package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// outputLine is what an output tells of the account.
type outputLine struct {
	Event struct {
		Action   event.Action
		Sequence uint64
	}
	Process   struct{ Args []string }
	Exectrail struct {
		Lost struct {
			Count uint64
			Kind  event.Action
			Cause event.LostCause
		}
	}
}

// outputAccount is what can be told from an output.
type outputAccount struct {
	execs   uint64
	markers map[string]bool   // of the flood
	slow    map[string]uint64 // lost by the output, by kind
}

// readOutput reads JSON lines, and finds that there is no hole in their numbers.
func readOutput(t *testing.T, output []byte) outputAccount {
	t.Helper()
	a := outputAccount{markers: map[string]bool{}, slow: map[string]uint64{}}
	next := uint64(1)
	for line := range bytes.Lines(output) {
		var x outputLine
		if err := json.Unmarshal(line, &x); err != nil {
			t.Fatalf("parse %.200q: %v", line, err)
		}
		if x.Event.Sequence != next {
			t.Fatalf("number %d comes, want %d", x.Event.Sequence, next)
		}
		lost := &x.Exectrail.Lost
		next += max(1, lost.Count)
		if lost.Cause == event.LostSlowOutput {
			a.slow[string(lost.Kind)] += lost.Count
		}
		if x.Event.Action == event.ActionExec {
			a.execs++
			if args := x.Process.Args; len(args) > 1 && args[0] == "flood" {
				a.markers[args[1]] = true
			}
		}
	}
	return a
}

// collector keeps what is read from a pipe, so that it can be looked at meanwhile.
type collector struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (c *collector) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all.Write(p)
}

func (c *collector) contains(text string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Contains(c.all.Bytes(), []byte(text))
}

// await waits until a text has come.
func (c *collector) await(t *testing.T, text string) {
	t.Helper()
	for began := time.Now(); !c.contains(text); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("%q does not come in\n%s", text, c.all.String())
		}
	}
}

// TestBlockedOutput has nobody read the output while 20,000 programs are executed. The recording, which is
// another output of the session, has them all. The output has what it could hold, and tells of the rest when it is
// read. The arguments are so long that this is not all, however short the rest of a line is on a machine.
func TestBlockedOutput(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	raw := filepath.Join(t.TempDir(), "raw")
	l := start(t, w, "-o", "json", "--save-raw", raw)
	w.Close()
	nothing := trigger(t, "nothing")
	lives := spawn(t, load{execs: 2 * floodExecs, bytes: 2000}, nothing)

	var got collector
	read := make(chan error, 1)
	go func() {
		_, err := io.Copy(&got, r)
		read <- err
	}()
	for began := time.Now(); !got.contains(string(event.LostSlowOutput)); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatal("the output tells of no loss")
		}
		if err := exec.Command(nothing, "after").Run(); err != nil {
			t.Fatal(err)
		}
	}
	l.signal(t, syscall.SIGINT, 0)
	if err := <-read; err != nil {
		t.Fatal(err)
	}

	sum := l.jsonSummary(t)
	a := readOutput(t, got.all.Bytes())
	if a.execs+a.slow["exec"] != sum.Execs.Recorded || a.slow["exec"] != sum.Stages.Output["execs_lost_slow_output"] || a.execs != sum.Stages.Output["execs_written"] {
		t.Errorf("%d execs came and %d are told as lost, but the summary is %+v", a.execs, a.slow["exec"], sum)
	}
	var missing uint64
	for _, life := range lives {
		if !a.markers[life.Marker] {
			missing++
		}
	}
	if missing == 0 || missing > a.slow["exec"] {
		t.Errorf("%d execs of the flood are missing, %d are told as lost", missing, a.slow["exec"])
	}
	if sum.Execs.Lost.BufferFull != 0 {
		t.Errorf("%d execs were lost in the ring: the output held up the reader", sum.Execs.Lost.BufferFull)
	}

	f, err := os.Open(raw)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	kept := map[spawned]bool{}
	for _, e := range of[*event.Exec](replayed(t, f)) {
		if args := e.Args.Slice(); len(args) > 1 {
			kept[spawned{e.PID, args[1]}] = true
		}
	}
	for _, life := range lives {
		if !kept[spawned{life.PID, life.Marker}] {
			t.Fatalf("%+v is not in the recording", life)
		}
	}
}

// jsonSummary is the part of a summary in JSON that these tests look at.
type jsonSummary struct {
	Execs struct {
		Seen, Recorded uint64
		Lost           struct {
			BufferFull uint64 `json:"buffer_full"`
		}
	}
	Stages struct {
		Output map[string]uint64
	}
}

func (l *live) jsonSummary(t *testing.T) jsonSummary {
	t.Helper()
	for line := range strings.Lines(l.stderr.String()) {
		var x struct {
			Exectrail struct{ Summary *jsonSummary }
		}
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			t.Fatalf("parse %q: %v", line, err)
		}
		if x.Exectrail.Summary != nil {
			return *x.Exectrail.Summary
		}
	}
	t.Fatalf("no summary:\n%s", l.stderr.String())
	return jsonSummary{}
}

// replayed returns the events of a recording.
func replayed(t *testing.T, recording io.Reader) []event.Event {
	t.Helper()
	tracer, err := exectrail.OpenRecording(recording)
	if err != nil {
		t.Fatal(err)
	}
	defer tracer.Close()
	var events []event.Event
	for e, err := range tracer.Events(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e.Clone())
	}
	return events
}

// fillDisk has an exectrail write to a file system that gets full, and returns once it is.
func fillDisk(t *testing.T) (l *live, dir, file string) {
	t.Helper()
	testenv.NeedsRoot(t)
	dir = t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, "size=64k"); err != nil {
		testenv.Skip(t, "cannot mount a file system: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	file = filepath.Join(dir, "out")
	l = start(t, nil, "-o", "json", "--output-file", file)
	nothing := trigger(t, "nothing")
	for range 200 {
		if err := exec.Command(nothing, "disk").Run(); err != nil {
			t.Fatal(err)
		}
	}
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		var fs unix.Statfs_t
		if err := unix.Statfs(dir, &fs); err != nil {
			t.Fatal(err)
		}
		if fs.Bfree == 0 {
			return l, dir, file
		}
		if time.Since(began) > patience {
			t.Fatal("the disk does not get full")
		}
	}
}

// TestFullDisk makes room before the end: nothing is lost.
func TestFullDisk(t *testing.T) {
	l, dir, file := fillDisk(t)
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT, "size=64m"); err != nil {
		t.Fatal(err)
	}
	l.signal(t, syscall.SIGINT, 0)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sum, a := l.jsonSummary(t), readOutput(t, content)
	if len(a.slow) != 0 || a.execs != sum.Execs.Recorded || a.execs < 200 {
		t.Errorf("%d execs came and %v are lost, but the summary is %+v", a.execs, a.slow, sum)
	}
	if said := l.stderr.String(); !strings.Contains(said, "output: no space left on device; waiting for room") {
		t.Errorf("it said\n%s", said)
	}
}

// TestDiskStaysFull ends a session that cannot write the rest of its output: what is there is whole, and the rest is counted.
func TestDiskStaysFull(t *testing.T) {
	l, _, file := fillDisk(t)
	l.signal(t, syscall.SIGINT, 1)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sum, a := l.jsonSummary(t), readOutput(t, content[:bytes.LastIndexByte(content, '\n')+1])
	output := sum.Stages.Output
	if a.execs != output["execs_written"] || output["execs_written"]+output["execs_lost_not_written"] != sum.Execs.Recorded || output["lost_untold"] == 0 {
		t.Errorf("%d execs came, but the summary is %+v", a.execs, sum)
	}
	if said := l.stderr.String(); !strings.Contains(said, `"error":{"message":"write output: no space left on device"}`) {
		t.Errorf("it said\n%s", said)
	}
}

var outputPart = regexp.MustCompile(`; output: (\d+) written, (\d+) lost \((\d+) slow output\)`)

// TestEndWithBlockedOutput waits for the reader, and says so.
func TestEndWithBlockedOutput(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command(exectrailBinary(t), "-o", `template={{.seq}} {{.command}} `+strings.Repeat("x", 2000))
	var said collector
	cmd.Stdout, cmd.Stderr = w, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	w.Close()
	said.await(t, "tracing by")
	flood(t)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	said.await(t, "waiting for whoever reads the output to take the rest of it; a second Ctrl-C ends this at once")
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	lines := bytes.Count(all, []byte("\n"))
	part := outputPart.FindStringSubmatch(said.all.String())
	if part == nil || part[2] != part[3] {
		t.Fatalf("the summary does not tell of the output:\n%s", said.all.String())
	}
	written, err := strconv.Atoi(part[1])
	if err != nil {
		t.Fatal(err)
	}
	if told := bytes.Count(all, []byte("slow-output")); lines != written+told || told == 0 {
		t.Errorf("%d lines came, of them %d about loss; %d were written", lines, told, written)
	}
}
