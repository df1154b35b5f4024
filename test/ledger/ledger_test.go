package ledger

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// The log of two spawners. Process 100 lives twice: its id is used again.
const testLog = `100 a-000000 1000 2000 exec 2 15
101 a-000001 1500 2500 failed 2 15
100 a-000002 3000 4000 exec 2 15
102 b-000000 5000 0 none 0 0
102 - 0 6000 none 0 0
`

// epoch is the wall clock at the boot of the test's machine.
const epoch = "2026-01-02T03:04:05."

// output makes lines of JSON, numbered as a run of exectrail does it.
type output struct {
	lines    []string
	sequence uint64
	hook     map[string]int
}

func newOutput() *output { return &output{hook: map[string]int{}} }

func (o *output) add(action string, pid, boot int, rest string) *output {
	o.sequence++
	o.hook[action]++
	o.lines = append(o.lines, fmt.Sprintf(
		`{"@timestamp":"%s%09dZ","event":{"action":%q,"sequence":%d},"process":{"pid":%d,"start":"%s%09dZ","parent":{"pid":50},"real_user":{"id":"0"}%s,"boot_ns":%d,"hook":{"cpu":1,"sequence":%d}}}`,
		epoch, boot, action, o.sequence, pid, epoch, boot-10, rest, boot, o.hook[action]))
	return o
}

func full(marker string) string {
	return fmt.Sprintf(`,"args":["flood",%q],"args_count":2},"exectrail":{"file":{"device":"8:1","inode":7},"args":{"bytes":15,"missing_bytes":0}`, marker)
}

const (
	skeleton = `,"args_count":2},"exectrail":{"file":{"device":"8:1","inode":7},"args":{"bytes":15,"missing_bytes":15},"degraded":["args","paths"]`
	plain    = `},"exectrail":{"x":0`
)

func (o *output) exec(pid, boot int, marker string) *output {
	return o.add("exec", pid, boot, full(marker))
}
func (o *output) fork(pid, boot int) *output { return o.add("fork", pid, boot, plain) }
func (o *output) exit(pid, boot int) *output { return o.add("exit", pid, boot, plain) }
func (o *output) failed(pid, boot int, marker string) *output {
	return o.add("exec-failed", pid, boot, full(marker))
}

// lost adds a loss, which takes as many numbers.
func (o *output) lost(count uint64, kind, cause string, since, until int) *output {
	o.add("lost", 0, until, fmt.Sprintf(`},"exectrail":{"lost":{"count":%d,"kind":%q,"cause":%q,"since_boot_ns":%d}`, count, kind, cause, since))
	o.sequence += count - 1
	return o
}

// second is the life of process 102, which is the same in all tests.
func (o *output) second() *output { return o.fork(102, 5100).exit(102, 5900) }

func complete() *output {
	return newOutput().
		fork(100, 1100).exec(100, 1200, "a-000000").fork(101, 1600).exec(77, 1650, "none-of-them").exit(100, 1900).
		failed(101, 1700, "a-000001").exit(101, 2400).
		fork(100, 3100).add("exec", 100, 3200, skeleton).exit(100, 3900).second()
}

func (o *output) String() string { return strings.Join(o.lines, "\n") + "\n" }

var exact = Options{Failures: true, Device: "8:1", Inode: 7}

// report reads the outputs of one session.
func report(t *testing.T, options Options, outputs ...string) Report {
	t.Helper()
	lives, err := ReadLives(strings.NewReader(testLog))
	if err != nil {
		t.Fatal(err)
	}
	for i := range lives {
		lives[i].Parent, lives[i].UID = 50, "0"
	}
	l := New(lives, options)
	for _, out := range outputs {
		if err := l.Read(strings.NewReader(out)); err != nil {
			t.Fatal(err)
		}
	}
	return l.Close()
}

func TestComplete(t *testing.T) {
	r := report(t, exact, complete().String())
	if r.FaultCount != 0 || r.Missing != 0 {
		t.Errorf("%d are missing, and the faults are %q", r.Missing, r.Faults)
	}
	if r.Lives != 4 || r.Events != 12 || r.Degraded["args"] != 1 || r.Degraded["paths"] != 1 {
		t.Errorf("the report is %+v", r)
	}
}

// TestFaults has each thing wrong that can be: it must be found.
func TestFaults(t *testing.T) {
	all := complete().lines
	without := func(i int) string {
		// The numbers close up: what is missing must be found by the log alone.
		o := newOutput()
		for n, line := range all {
			if n != i {
				o.sequence++
				o.lines = append(o.lines, strings.Replace(line, fmt.Sprintf(`"sequence":%d},"process"`, n+1), fmt.Sprintf(`"sequence":%d},"process"`, o.sequence), 1))
			}
		}
		return o.String()
	}
	changed := func(old, replacement string) string {
		if !strings.Contains(complete().String(), old) {
			t.Fatalf("the output has no %s", old)
		}
		return strings.Replace(complete().String(), old, replacement, 1)
	}
	for _, test := range []struct{ name, output, fault string }{
		{"exec missing", without(1), "its exec is missing"},
		{"degraded exec missing", without(8), "its exec is missing"},
		{"failed exec missing", without(5), "its exec-failed is missing"},
		{"fork missing", without(0), "its fork is missing"},
		{"exit missing", without(4), "its exit is missing"},
		{"exec twice", complete().exec(100, 1800, "a-000000").String(), "2 events of exec instead of 1"},
		{"degraded exec twice", complete().add("exec", 100, 3300, skeleton).String(), "2 events of exec instead of 1"},
		{"fork twice", complete().fork(102, 5200).String(), "2 events of fork instead of 1"},
		{"exit twice", complete().exit(102, 5950).String(), "2 events of exit instead of 1"},
		{"exec that never was", complete().exec(102, 5500, "other").String(), "1 events of exec instead of 0"},
		{"failed exec as one that succeeded", changed(`"action":"exec-failed"`, `"action":"exec"`), "1 events of exec instead of 0"},
		{"other process", complete().exec(101, 2000, "a-000000").String(), "a-000000 is recorded of process 101"},
		{"other arguments", changed(`"a-000000"]`, `"a-00000x"]`), "is recorded with the arguments"},
		{"out of its time", changed(`"boot_ns":1200`, `"boot_ns":2100`), "a-000000 is recorded of process 100 at 2100"},
		{"other file", changed(`"inode":7`, `"inode":8`), "executed the file 8"},
		{"other device", changed(`"device":"8:1"`, `"device":"8:2"`), "executed the file 7 on 8:2"},
		{"argument count", changed(`"args_count":2`, `"args_count":3`), "recorded are 3 of 15"},
		{"size", changed(`"bytes":15`, `"bytes":14`), "recorded are 2 of 14"},
		{"arguments cut in silence", changed(`"missing_bytes":0`, `"missing_bytes":3`), "says nothing of it"},
		{"skeleton that does not say so", changed(`,"degraded":["args","paths"]`, ``), "is recorded with the arguments"},
		{"parent", changed(`"args":["flood"`, `"parent":{"pid":51},"args":["flood"`), "the parent of a-000000"},
		{"user", changed(`"args":["flood"`, `"real_user":{"id":"1"},"args":["flood"`), "the user of a-000000"},
		{"start", changed(`"args":["flood"`, `"start":"`+epoch+`000000900Z","args":["flood"`), "the start of a-000000"},
		{"hole in the numbers", changed(`"sequence":12}`, `"sequence":13}`), "the event after number 11 has number 13"},
		{"kernel's number again", changed(`"action":"exit","sequence":12`, `"action":"fork","sequence":12`), "came after number"},
		{"loss that is told", complete().lost(1, "exec", "buffer-full", 100, 200).String(), "1 events of exec were lost: buffer-full"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := report(t, exact, test.output)
			if r.FaultCount == 0 || !strings.Contains(strings.Join(r.Faults, "\n"), test.fault) {
				t.Errorf("the faults are %q, want %q", r.Faults, test.fault)
			}
		})
	}
}

// TestTwice has an event at the end of one output and at the beginning of the next.
func TestTwice(t *testing.T) {
	all := complete()
	again := all.lines[len(all.lines)-1] + "\n"
	r := report(t, exact, all.String(), again)
	if text := strings.Join(r.Faults, "\n"); !strings.Contains(text, "exit 4 on CPU 1 came after number 4") || !strings.Contains(text, "2 events of exit") {
		t.Errorf("the faults are %q", r.Faults)
	}
}

// TestTakenOver has the events in two outputs. A line of which the rest is missing is a fault of the first.
func TestTakenOver(t *testing.T) {
	lives, err := ReadLives(strings.NewReader(testLog))
	if err != nil {
		t.Fatal(err)
	}
	text := complete().String()
	half := strings.Index(text, "\n") + 1
	l := New(lives, exact)
	for _, out := range []string{text[:half], text[half:]} {
		if err := l.Read(strings.NewReader(out)); err != nil {
			t.Error(err)
		}
	}
	if r := l.Close(); r.FaultCount != 0 {
		t.Errorf("the faults are %q", r.Faults)
	}
	if err := New(lives, exact).Read(strings.NewReader(text[:half+20])); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("an output that breaks off gives %v", err)
	}
}

// TestExcused lets events be missing where a loss that was brought about tells of as many, at that time, and no more.
func TestExcused(t *testing.T) {
	excused := exact
	excused.Excused = []string{"buffer-full"}
	base := func() *output { // without the second life of process 100
		return newOutput().fork(100, 1100).exec(100, 1200, "a-000000").exit(100, 1900).
			fork(101, 1600).failed(101, 1700, "a-000001").exit(101, 2400)
	}
	for _, test := range []struct {
		name  string
		out   *output
		fault string
	}{
		{"told", base().lost(1, "fork", "buffer-full", 2900, 3150).lost(2, "exec", "buffer-full", 2900, 3300).lost(1, "exit", "buffer-full", 2900, 9000).second(), ""},
		{"too few", base().lost(1, "fork", "buffer-full", 2900, 3150).lost(1, "exit", "buffer-full", 2900, 9000).second(), "1 events of exec are missing, 0 are told"},
		{"other time", base().lost(1, "fork", "buffer-full", 2900, 3150).lost(1, "exec", "buffer-full", 2600, 2900).lost(1, "exit", "buffer-full", 2900, 9000).second(), "its exec is missing"},
		{"other cause", complete().lost(1, "exec", "recursion", 100, 200), "were lost: recursion"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := report(t, excused, test.out.String())
			if got := strings.Join(r.Faults, "\n"); test.fault == "" && r.FaultCount != 0 || !strings.Contains(got, test.fault) {
				t.Errorf("the faults are %q, want %q", r.Faults, test.fault)
			}
			if test.fault == "" && (r.Missing != 3 || r.Lost["buffer-full"] != 4) {
				t.Errorf("%d are missing, and lost are %v", r.Missing, r.Lost)
			}
		})
	}
}
