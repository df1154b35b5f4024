package event_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink/sinktest"
)

func TestColumnsAreDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range event.Columns() {
		if seen[c.Name] || c.Name != strings.ToLower(c.Name) || strings.ContainsAny(c.Name, ",+- ") {
			t.Errorf("%q is no good name", c.Name)
		}
		seen[c.Name] = true
		if !strings.HasSuffix(c.Meaning, ".") || c.Example == "" || c.Width == 0 || len(c.Actions) == 0 {
			t.Errorf("%s is not described: %+v", c.Name, c)
		}
	}
	var header []string
	for _, c := range event.DefaultColumns() {
		header = append(header, c.Header())
	}
	if got := strings.Join(header, " "); got != "TIME PCOMM PID PPID UID GID COMMAND" {
		t.Errorf("the default columns are %s", got)
	}
}

// Every column has a value in one of the sample events of each kind it is declared for, and in no other.
func TestColumnsHaveValuesWhereTheyAreDeclared(t *testing.T) {
	for _, c := range event.Columns() {
		values := map[event.Action]bool{}
		for _, e := range sinktest.Events() {
			text := c.Append(nil, e)
			if len(text) > 0 {
				values[e.Action()] = true
			}
			value := c.Value(e)
			if !c.AppliesTo(e.Action()) {
				if value != nil || len(text) > 0 {
					t.Errorf("%s has the value %v %q for %s, for which it is not declared", c.Name, value, text, e.Action())
				}
				continue
			}
			checkValue(t, c, e, text, value)
		}
		for _, a := range c.Actions {
			if !values[a] {
				t.Errorf("%s is declared for %s, but no sample has it", c.Name, a)
			}
		}
	}
}

// checkValue compares the two ways to get at a value.
func checkValue(t *testing.T, c *event.Column, e event.Event, text []byte, value any) {
	t.Helper()
	var want string
	var ok bool
	switch v := value.(type) {
	case nil:
		ok = c.Type == event.TypeNumber || c.Type == event.TypeDuration
	case uint64:
		ok, want = c.Type == event.TypeNumber, fmt.Sprint(v)
	case string:
		ok, want = c.Type == event.TypeText, v
		if c.Form(e) == event.FormCommand {
			text = bytes.ReplaceAll(bytes.TrimSuffix(text, []byte{0}), []byte{0}, []byte{' '})
		}
	case []string:
		ok, want = c.Type == event.TypeList, strings.Join(v, "\x00")
		if len(v) > 0 {
			want += "\x00"
		}
	case time.Duration:
		ok, want = c.Type == event.TypeDuration, string(event.AppendDuration(nil, v))
	case time.Time:
		ok, want = c.Type == event.TypeTime, string(event.AppendTime(nil, v))
	}
	if !ok || string(text) != want {
		t.Errorf("%s of %s: the %s is %T %v, but the text is %q", c.Name, e.Action(), c.Type, value, value, text)
	}
}

func TestColumnsDoNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 4096)
	for _, c := range event.Columns() {
		for _, e := range sinktest.Events() {
			if n := testing.AllocsPerRun(10, func() { c.Append(buf, e) }); n > 0 {
				t.Errorf("%s of %s allocates %v times", c.Name, e.Action(), n)
			}
		}
	}
}

// An event of which the process is not known must not stop anything.
func TestColumnsOfUnknownProcesses(t *testing.T) {
	for _, e := range []event.Event{&event.Exec{}, &event.ExecFailed{}, &event.Fork{}, &event.Exit{}} {
		for _, c := range event.Columns() {
			c.Append(nil, e)
			c.Value(e)
			c.Cut(e)
		}
	}
}

func TestSentences(t *testing.T) {
	at := time.Unix(100, 0)
	named := &event.Process{Name: "make"}
	for want, e := range map[string]event.Event{
		"[/bin/true]":                            &event.Exec{Executable: []byte("/bin/true")},
		"[true]":                                 &event.Exec{Attempt: event.Attempt{Task: event.Task{Comm: []byte("true")}}},
		"[./x]":                                  &event.ExecFailed{Attempt: event.Attempt{Filename: []byte("./x")}},
		"[the file of descriptor 3]":             &event.ExecFailed{At: true, DirFD: 3, Flags: 0x1000},
		"exit 3":                                 &event.Exit{Status: 3},
		"signal 9 SIGKILL":                       &event.Exit{Signal: 9},
		"signal 11 SIGSEGV (core dumped)":        &event.Exit{Signal: 11, CoreDumped: true},
		"signal 34 SIGRTMIN":                     &event.Exit{Signal: 34},
		"signal 64 SIGRTMIN+30":                  &event.Exit{Signal: 64},
		"signal 33 SIG33":                        &event.Exit{Signal: 33},
		"signal 31 SIGSYS":                       &event.Exit{Signal: 31},
		"fork of make":                           &event.Fork{Process: named},
		"fork of an unknown process":             &event.Fork{},
		"kernel thread make":                     &event.Fork{Process: named, KernelThread: true},
		"1 exit event lost on cpu 2 (recursion)": &event.Lost{Meta: event.Meta{CPU: 2, Time: at}, Kind: "exit", Cause: "recursion", Count: 1},
		"5 exec events lost on cpu 0 within 2.000s (buffer-full)":                 &event.Lost{Meta: event.Meta{Time: at}, Kind: "exec", Cause: "buffer-full", Count: 5, Since: at.Add(-2 * time.Second)},
		"3 calls not seen, failed execs perhaps among them, on cpu 1 (recursion)": &event.Lost{Meta: event.Meta{CPU: 1, Time: at}, Kind: event.ActionExecFailed, Cause: event.LostRecursion, Count: 3},
		"wall clock set forward by 2m5s":                                          &event.Clock{Step: 125 * time.Second},
		"wall clock set back by 1.5ms":                                            &event.Clock{Step: -1500 * time.Microsecond},
	} {
		if got := string(event.AppendSentence(nil, e)); got != want {
			t.Errorf("%T: %s, want %s", e, got, want)
		}
	}
}

func TestAppendDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0us", 999: "0us", 341 * time.Microsecond: "341us", 12345 * time.Microsecond: "12.3ms",
		time.Second: "1.000s", 59_999 * time.Millisecond: "59.999s", 187 * time.Second: "3m7s",
		26*time.Hour + 3*time.Minute: "26h3m", -time.Second: "-1.000s",
	} {
		if got := string(event.AppendDuration(nil, d)); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

func TestAppendTime(t *testing.T) {
	const layout = "2006-01-02T15:04:05.000000000Z"
	for _, at := range []time.Time{
		{}, time.Unix(0, 0), time.Unix(0, -1), time.Date(2024, 2, 29, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(2025, 1, 1, 0, 30, 0, 1, time.FixedZone("east", 3600)), time.Date(12345, 1, 2, 3, 4, 5, 6, time.UTC),
	} {
		if got, want := string(event.AppendTime(nil, at)), at.UTC().Format(layout); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestAppendCapabilities(t *testing.T) {
	for set, want := range map[uint64]string{
		0: "0000000000000000", 1<<41 - 1: "000001ffffffffff", 1<<64 - 1: "ffffffffffffffff",
	} {
		if got := string(event.AppendCapabilities(nil, set)); got != want {
			t.Errorf("%x: %s, want %s", set, got, want)
		}
	}
}

func BenchmarkAppendTime(b *testing.B) {
	buf := make([]byte, 0, 64)
	at := time.Unix(1_700_000_000, 123_456_789)
	for b.Loop() {
		event.AppendTime(buf, at)
	}
}

// How much of the arguments of a failed exec is missing is told only when it is known.
func TestCutOfFailedExec(t *testing.T) {
	args, err := event.LookupColumn("args")
	if err != nil {
		t.Fatal(err)
	}
	attempt := event.Attempt{Args: event.Strings{Raw: []byte("a\x00"), Size: 5}}
	for _, tt := range []struct {
		e    event.ExecFailed
		want event.Cut
	}{
		{event.ExecFailed{}, event.Cut{}},
		{event.ExecFailed{Attempt: attempt}, event.Cut{End: true, Missing: 3}},
		{event.ExecFailed{Attempt: attempt, ArgsUnmeasured: true}, event.Cut{End: true}},
		{event.ExecFailed{ArgsUnreadable: true}, event.Cut{End: true}},
	} {
		if got := args.Cut(&tt.e); got != tt.want {
			t.Errorf("%+v, want %+v", got, tt.want)
		}
	}
}
