package table_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/printable"
	"github.com/exectrail/exectrail/sink"
	"github.com/exectrail/exectrail/sink/sinktest"
	"github.com/exectrail/exectrail/sink/table"
)

func open(options table.Options) func(*sink.Writer) sink.Sink {
	options.Location = time.FixedZone("east", 3600)
	return func(w *sink.Writer) sink.Sink { return table.New(w, options) }
}

func columns(t *testing.T, spec string) []*event.Column {
	t.Helper()
	list, err := event.ParseColumns(spec)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestContract(t *testing.T) {
	for _, options := range []table.Options{{}, {NoCollapse: true}, {Width: 80, Tree: true, Color: true, Timestamps: table.Delta}} {
		sinktest.Contract(t, open(options))
	}
}

func TestGolden(t *testing.T) {
	for name, options := range map[string]table.Options{
		"pipe":     {},
		"terminal": {Width: 100},
		"narrow":   {Width: 40},
		"wide":     {Width: 40, Wide: true},
		"color":    {Width: 100, Color: true},
		"utc":      {Width: 100, Timestamps: table.UTC},
		"rfc3339":  {Timestamps: table.RFC3339},
		"delta":    {Width: 100, Timestamps: table.Delta},
		"columns":  {Width: 120, Columns: columns(t, "+exe,+cwd,-gid,-uid,+flags")},
		"numbers":  {Columns: columns(t, "command,maxrss,status")},
		"all":      {Columns: event.Columns()},
	} {
		t.Run(name, func(t *testing.T) {
			got := sinktest.Output(t, open(options), sinktest.Events()...)
			sinktest.Golden(t, "testdata/"+name+".txt", got)
			if options.Width < 80 || options.Color {
				return
			}
			for line := range bytes.Lines(got) {
				if line = bytes.TrimSuffix(line, []byte("\n")); printable.Width(line) > options.Width {
					t.Errorf("%d columns: %s", printable.Width(line), line)
				}
			}
		})
	}
}

func TestHeading(t *testing.T) {
	var out bytes.Buffer
	s := table.New(sink.NewWriter(&out, 0), table.Options{})
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Fields(out.String()), "TIME PCOMM PID PPID UID GID COMMAND"; strings.Join(got, " ") != want {
		t.Errorf("the heading is %q, want %q", got, want)
	}
	for range 2 {
		if err := s.Write(sinktest.Exec()); err != nil {
			t.Fatal(err)
		}
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(out.String(), "PCOMM"); n != 1 {
		t.Errorf("%d headings in\n%s", n, out.String())
	}
}

func TestLossIsShownWithoutItsColumn(t *testing.T) {
	lost := &event.Lost{Kind: event.ActionExec, Count: 3, Cause: event.LostBufferFull}
	got := sinktest.Output(t, open(table.Options{Columns: columns(t, "pid,uid")}), lost)
	if want := "*** 3 exec events lost on cpu 0 (buffer-full) ***"; !strings.Contains(string(got), want) {
		t.Errorf("%s has no %s", got, want)
	}
}

func TestNumbersAreNeverCut(t *testing.T) {
	e := sinktest.Exec()
	e.UID = 4294967294
	got := string(sinktest.Output(t, open(table.Options{Width: 80}), e, sinktest.Exec()))
	lines := strings.Split(got, "\n")
	if !strings.Contains(lines[1], " 4294967294 ") {
		t.Errorf("the uid is not shown: %s", lines[1])
	}
	if strings.Index(lines[1], "/usr") != strings.Index(lines[2], "/usr") {
		t.Errorf("the column does not stay as wide as it has to be:\n%s", got)
	}
}

// Processes appear in the tree below the first of their ancestors that was shown.
func TestTree(t *testing.T) {
	process := func(pid uint32, parent *event.Process) *event.Process {
		return &event.Process{Key: event.Key{PID: pid}, Parent: parent}
	}
	boot := process(1, nil)
	shell := process(10, boot)
	maker := process(20, shell)
	compiler := process(31, process(30, maker)) // 30 did not run anything itself
	other := process(40, boot)
	var events []event.Event
	for _, p := range []*event.Process{maker, compiler, other, compiler} {
		events = append(events, &event.Exec{Process: p, Attempt: event.Attempt{Args: event.Strings{Raw: []byte("x\x00")}}})
	}
	events = append(events, &event.Exit{Process: compiler})
	got := sinktest.Output(t, open(table.Options{Tree: true, Columns: columns(t, "command")}), events...)
	if want := "COMMAND\nx\n    x\nx\n    x\n    exit 0 after 0us, 0us cpu\n"; string(got) != want {
		t.Errorf("the tree is\n%swant\n%s", got, want)
	}
}

func TestParseTimestamps(t *testing.T) {
	for _, name := range []string{"local", "utc", "rfc3339", "delta"} {
		if got, err := table.ParseTimestamps(name); string(got) != name || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	const want = `unknown timestamps "x"; choose one of local, utc, rfc3339, delta`
	if _, err := table.ParseTimestamps("x"); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestNoAllocation(t *testing.T) {
	for _, options := range []table.Options{{}, {Width: 100}, {Width: 100, Timestamps: table.Delta, Color: true, Columns: event.Columns()}} {
		s := open(options)(sink.NewWriter(io.Discard, 0))
		for _, e := range sinktest.Events() {
			write := func() {
				if err := s.Write(e); err != nil {
					t.Fatal(err)
				}
			}
			write() // the buffers grow
			if n := testing.AllocsPerRun(100, write); n > 0 {
				t.Errorf("%s allocates %v times", e.Action(), n)
			}
		}
	}
}

func BenchmarkTable(b *testing.B) {
	for name, options := range map[string]table.Options{"pipe": {}, "terminal": {Width: 100}, "tree": {Width: 100, Tree: true}} {
		b.Run(name, func(b *testing.B) {
			s := table.New(sink.NewWriter(io.Discard, time.Hour), options)
			e := sinktest.Exec()
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Write(e); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
