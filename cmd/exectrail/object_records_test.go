package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/object"
	"github.com/exectrail/exectrail/object/layout"
)

// testObject has the buffers commands (perf, known by the name of a struct), changes (ring, with a type) and blobs
// (ring, nothing known).
const testObject = "../../object/testdata/records.elf"

// ringObject has the buffer events, with a type.
const ringObject = "../../object/testdata/ring.elf"

// newTestPrinter returns a printer for a command line.
func newTestPrinter(t *testing.T, file string, args ...string) (*recordPrinter, *bytes.Buffer, error) {
	t.Helper()
	o, err := object.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	var opts recordOptions
	cmd := &cobra.Command{}
	addRecordFlags(cmd, &opts)
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	out := &bytes.Buffer{}
	p, err := newRecordPrinter(out, o, opts)
	if err != nil {
		return nil, nil, err
	}
	p.location = time.UTC
	if p.clock != nil {
		// Up for an hour, of which it slept half: the clock of the boot is at 1:00, the other one at 0:30.
		p.clock = &layout.Clock{}
		wall := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixNano()
		p.clock.Add(layout.Sample{Boottime: int64(time.Hour), Monotonic: int64(time.Hour / 2), Realtime: wall, TAI: wall})
	}
	return p, out, nil
}

// packed puts numbers together as a little-endian machine has them, and strings as they are.
func packed(t *testing.T, parts ...any) []byte {
	t.Helper()
	var raw []byte
	for _, part := range parts {
		if s, ok := part.(string); ok {
			raw = append(raw, s...)
			continue
		}
		var err error
		if raw, err = binary.Append(raw, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	return raw
}

const bash16 = "bash\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// testRecords are one or more of each kind.
func testRecords(t *testing.T) []*object.Record {
	const second = uint64(time.Second)
	return []*object.Record{
		{Buffer: "commands", CPU: 1, Raw: packed(t, 3600*second, uint32(4242), bash16, "ls\x00-l\x00a b\x00\x1b[2J\x00jnk")},
		{Buffer: "commands", CPU: 3, Lost: 12},
		{Buffer: "changes", CPU: -1, Raw: packed(t, 3601*second+5_000_000, uint32(1), uint32(1), uint8(0), uint8(80), "\x00\x00\x00\x00\x00\x00")},
		{Buffer: "changes", CPU: -1, Raw: packed(t, 3602*second, uint32(10_000_000), uint32(7), uint16(0), "\x00\x00\x00\x00\x00\x00more\x00text")},
		{Buffer: "blobs", CPU: -1, Raw: []byte("\x00\x01\x02 raw bytes of nobody knows")},
		{Buffer: "changes", CPU: -1, Raw: packed(t, 3603*second, uint32(5))},
		{Buffer: "list_tasks", CPU: -1, Raw: []byte("a line\x1b[0m of an iterator"), Text: true},
		{Buffer: "commands", CPU: 0, Raw: packed(t, 3604*second, uint32(5), "a\xff", strings.Repeat("\x00", 14), "x\x00", "\x00\x00")},
		{Buffer: "changes", CPU: -1, Lost: 1},
	}
}

func printAll(t *testing.T, p *recordPrinter, records []*object.Record) {
	t.Helper()
	for _, r := range records {
		if err := p.print(r); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRecordTable(t *testing.T) {
	for name, tt := range map[string]struct {
		args  []string
		width int
		want  string
	}{
		"as they are": {want: `
BUFFER            START     PID COMM            ARGS
commands  3600000000000    4242 bash            ls -l 'a b' $'\x1b[2J'
*** lost 12 events on CPU 3 of commands ***
BUFFER               AT     PID WHAT     PORT LOW HIGH
changes   3601005000000       1 ENDED      80   0   80
changes   3602000000000 10000000 7           0   0    0 + more text
blobs, 29 bytes
  00000000  00 01 02 20 72 61 77 20  62 79 74 65 73 20 6f 66  |... raw bytes of|
  00000010  20 6e 6f 62 6f 64 79 20  6b 6e 6f 77 73           | nobody knows|
changes   3603000000000        5 ?           ?   ?    ?
a line\x1b[0m of an iterator
BUFFER            START     PID COMM            ARGS
commands  3604000000000       5 a\xff           x
*** lost 1 event of changes ***
`},
		"in a narrow terminal": {args: []string{"--columns", "pid,what,comm,args"}, width: 44, want: `
BUFFER       PID COMM            ARGS
commands    4242 bash            ls -l 'a b' $'\x1b[…
*** lost 12 events on CPU 3 of commands ***
BUFFER       PID WHAT
changes        1 ENDED
changes  10000000 7 + more text
blobs, 29 bytes
  00000000  00 01 02 20 72 61 77 20  62 79 74 65 73 20 6f 66  |... raw bytes of|
  00000010  20 6e 6f 62 6f 64 79 20  6b 6e 6f 77 73           | nobody knows|
changes         5 ?
a line\x1b[0m of an iterator
BUFFER       PID COMM            ARGS
commands       5 a\xff           x
*** lost 1 event of changes ***
`},
		"with types of the user": {args: []string{
			"--format", "blobs=packed pad 15, be16 port", "--format", "commands=u64 start, u32 pid, hex comm[4]", "--time", "start",
			"--columns", "start,pid,comm,port",
		}, want: `
BUFFER   START            PID COMM
commands 12:00:00.000    4242 62617368 + 0000000000000000000000006c73002d6c00612062001b5b324a006a6e6b
*** lost 12 events on CPU 3 of commands ***
BUFFER       PID  PORT
changes        1    80
changes  10000000     0 + more text
BUFFER    PORT
blobs    26144 + 'nobody knows'
BUFFER        PID  PORT
changes         5     ?
a line\x1b[0m of an iterator
BUFFER   START            PID COMM
commands 12:00:04.000       5 61ff0000 + 00000000000000000000000078000000
*** lost 1 event of changes ***
`},
	} {
		t.Run(name, func(t *testing.T) {
			p, out, err := newTestPrinter(t, testObject, tt.args...)
			if err != nil {
				t.Fatal(err)
			}
			p.width = tt.width
			printAll(t, p, testRecords(t))
			if got := "\n" + out.String(); got != tt.want {
				t.Errorf("got%swant%s", got, tt.want)
			}
		})
	}
}

func TestRecordJSON(t *testing.T) {
	p, out, err := newTestPrinter(t, testObject, "-o", "json", "--time", "at")
	if err != nil {
		t.Fatal(err)
	}
	printAll(t, p, testRecords(t))
	const want = `
{"buffer":"commands","cpu":1,"type":"struct command","data":{"start":3600000000000,"pid":4242,"comm":"bash","args":["ls","-l","a b","\u001b[2J"]}}
{"buffer":"commands","cpu":3,"lost":12}
{"@timestamp":"2026-03-01T12:00:01.005000000Z","buffer":"changes","type":"struct change","data":{"at":3601005000000,"pid":1,"what":"ENDED","port":80,"low":0,"high":80}}
{"@timestamp":"2026-03-01T12:00:02.000000000Z","buffer":"changes","type":"struct change","data":{"at":3602000000000,"pid":10000000,"what":7,"port":0,"low":0,"high":0,"rest":["more","text"]}}
{"buffer":"blobs","hex":"00010220726177206279746573206f66206e6f626f6479206b6e6f7773"}
{"@timestamp":"2026-03-01T12:00:03.000000000Z","buffer":"changes","type":"struct change","data":{"at":3603000000000,"pid":5,"what":null,"port":null,"low":null,"high":null}}
{"buffer":"list_tasks","text":"a line\u001b[0m of an iterator"}
{"buffer":"commands","cpu":0,"type":"struct command","data":{"start":3604000000000,"pid":5,"comm":"a\\xff","comm_bytes":"Yf8=","args":["x"]}}
{"buffer":"changes","lost":1}
`
	if got := "\n" + out.String(); got != want {
		t.Errorf("got%swant%s", got, want)
	}
	for line := range bytes.Lines(out.Bytes()) {
		if !json.Valid(line) {
			t.Errorf("%s is no JSON", line)
		}
	}
}

func TestRecordHex(t *testing.T) {
	p, out, err := newTestPrinter(t, testObject, "-o", "hex")
	if err != nil {
		t.Fatal(err)
	}
	printAll(t, p, []*object.Record{{Buffer: "commands", CPU: 2, Raw: bytes.Repeat([]byte{'a'}, 300)}, {Buffer: "commands", CPU: 2, Lost: 2}})
	got := out.String()
	if !strings.HasPrefix(got, "commands, CPU 2, 300 bytes\n  00000000  61 61") || !strings.HasSuffix(got, "|aaaaaaaaaaaa|\n*** lost 2 events on CPU 2 of commands ***\n") {
		t.Errorf("got\n%s", got)
	}
}

// TestRecordTime has one stamp taken from each of the clocks.
func TestRecordTime(t *testing.T) {
	const want = "TIME             PID COLOR PLACE                    COMM\n12:30:00.000       7 GREEN x=1 y=2                  bash\n"
	for flag, stamp := range map[string]time.Duration{
		"time":           time.Hour, // the program reads the monotonic clock
		"time=monotonic": time.Hour,
		"time=boottime":  time.Hour + 30*time.Minute,
		"time=tai":       time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC).Sub(time.Unix(0, 0)),
	} {
		p, out, err := newTestPrinter(t, ringObject, "--time", flag)
		if err != nil {
			t.Fatal(err)
		}
		printAll(t, p, []*object.Record{{Buffer: "events", CPU: -1, Raw: packed(t, stamp, uint32(7), uint32(7), uint16(1), uint16(2), bash16)}})
		if got := out.String(); got != want {
			t.Errorf("--time %s: got\n%swant\n%s", flag, got, want)
		}
	}
}

func TestRecordHeading(t *testing.T) {
	p, out, err := newTestPrinter(t, ringObject, "--columns", "comm,place.y")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.begin(); err != nil {
			t.Fatal(err)
		}
	}
	printAll(t, p, []*object.Record{{Buffer: "events", CPU: -1, Raw: packed(t, uint64(0), uint32(7), uint32(7), uint16(1), int16(-2), bash16)}})
	if got, want := out.String(), "COMM            PLACE.Y\nbash                 -2\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestRecordPadding has records as perf buffers give them, with what stands behind them in the buffer.
func TestRecordPadding(t *testing.T) {
	typ, err := layout.Parse("u32 a", binary.LittleEndian)
	if err != nil {
		t.Fatal(err)
	}
	list, err := layout.Parse("u32 a, strings s", binary.LittleEndian)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		typ  *layout.Type
		cpu  int
		raw  string
		want string
	}{
		{typ, 0, "1234junk567", "1234"},
		{typ, 0, "1234more8more", "1234more8more"},
		{typ, -1, "1234more", "1234more"},
		{typ, 0, "12", "12"},
		{list, 0, "1234ls\x00junk", "1234ls\x00"},
		{list, 0, "1234ls\x00no padding", "1234ls\x00no padding"},
		{list, 0, "\x00\x00\x00\x00ls", "\x00\x00\x00\x00ls"},
		{list, -1, "1234ls\x00-l", "1234ls\x00-l"},
	} {
		if got := withoutPadding(&object.Record{CPU: tt.cpu, Raw: []byte(tt.raw)}, tt.typ); string(got) != tt.want {
			t.Errorf("CPU %d: %q without padding is %q, want %q", tt.cpu, tt.raw, got, tt.want)
		}
	}
}

func TestRecordFlagErrors(t *testing.T) {
	for _, tt := range []struct {
		args         []string
		reason, hint string
	}{
		{[]string{"--type", "evnt"}, `--type: the object has no type "evnt"`, "the object has change, command"},
		{[]string{"--type", "events=change"}, `--type: no buffer named "events"`, "the object has blobs, changes, commands"},
		{[]string{"--type", "change", "--type", "command"}, "--type is given twice for all buffers", "BUFFER="},
		{[]string{"--type", "blobs=change", "--type", "blobs=command"}, "--type is given twice for the buffer blobs", "leave one out"},
		{[]string{"--format", "u64 time, u46 pid"}, `--format: column 11: unknown type "u46"`, "such as --format"},
		{[]string{"--format", "x=u64 time"}, `--format: no buffer named "x"`, "the object has blobs"},
		{[]string{"--time", "when"}, `--time: no field named "when"`, "there are args, at, comm"},
		{[]string{"--time", "at=wall"}, `--time: unknown clock "wall"`, "--time at=boottime"},
		{[]string{"--time", "comm"}, "--time: the field comm is no number", "nanoseconds"},
		{[]string{"--time", "at", "-o", "hex"}, "--time does not change a hex dump", "-o"},
		{[]string{"--type", "change", "-o", "hex"}, "--type and --format do not change a hex dump", "-o"},
		{[]string{"--columns", "pid,nobody"}, `--columns: no field named "nobody"`, "there are args, at, comm"},
		{[]string{"--columns", "pid", "-o", "json"}, "--columns is for tables", "-o"},
	} {
		_, _, err := newTestPrinter(t, testObject, tt.args...)
		var usage *usageError
		if !errors.As(err, &usage) || !strings.HasPrefix(usage.reason, tt.reason) || !strings.Contains(usage.hint, tt.hint) {
			t.Errorf("%q: %v, hint: %s; want %s, hint: %s", tt.args, err, hintOf(err), tt.reason, tt.hint)
		}
	}
}

// TestReadClocks compares with what was read before and after.
func TestReadClocks(t *testing.T) {
	before, monotonic := time.Now().UnixNano(), readClock(unix.CLOCK_MONOTONIC)
	s := readClocks()
	after, later := time.Now().UnixNano(), readClock(unix.CLOCK_MONOTONIC)
	if s.Realtime < before || s.Realtime > after || s.Monotonic < monotonic || s.Monotonic > later || s.Boottime < monotonic || s.TAI < before {
		t.Errorf("between %d and %d, monotonic %d and %d, the clocks were at %+v", before, after, monotonic, later, s)
	}
}
