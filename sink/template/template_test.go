package template_test

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
	"github.com/exectrail/exectrail/sink/sinktest"
	"github.com/exectrail/exectrail/sink/template"
)

func open(t *testing.T, text string) func(*sink.Writer) sink.Sink {
	return func(w *sink.Writer) sink.Sink {
		t.Helper()
		s, err := template.New(w, text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

func TestContract(t *testing.T) {
	sinktest.Contract(t, open(t, "{{.time}} {{.action}} {{.pid}} {{.command}}"))
}

func TestGolden(t *testing.T) {
	var all strings.Builder
	for _, c := range event.Columns() {
		all.WriteString(c.Name + "={{." + c.Name + "}} ")
	}
	sinktest.Golden(t, "testdata/all.txt", sinktest.Output(t, open(t, all.String()), sinktest.Events()...))
}

func TestOutput(t *testing.T) {
	e := sinktest.Exec()
	e.Args = event.Strings{Raw: []byte("echo\x00a b\n\x00\x00"), Size: 11}
	e.TTY = []byte("x\x1b\u202e\xff")
	exit := &event.Exit{
		Meta: event.Meta{Boot: uint64(3 * time.Second)}, Process: &event.Process{Key: event.Key{Start: uint64(time.Second)}},
	}
	tests := []struct {
		text string
		e    event.Event
		want string
	}{
		{"{{.pid}}\t{{.comm | upper}} {{printf \"%06d\" .uid}}", e, "4300\tGCC 001000\n"},
		{"{{.command}}", e, "echo $'a b\\n' ''\n"},
		{"{{.args}}", e, "echo $'a b\\n' ''\n"},
		{"{{range $i, $a := .args}}{{$i}}={{$a}} {{$.pid}},{{end}}", e, "0=echo 4300,1=a b\\n 4300,2= 4300,\n"},
		{"{{if gt (len .args) 1}}{{index .args 1}} {{len .args}}{{end}}", e, "a b\\n 3\n"},
		{"{{.tty}} {{json .tty}}", e, `x\x1b\u202e\xff "x\u001b\u202e\\xff"` + "\n"},
		{"{{json .args}} {{json .pid}} {{json .status}} {{json (len .args)}}", e, `["echo","a b\n",""] 4300 null 3` + "\n"},
		{"{{.time}} {{.time.Year}} {{json .time}}", e,
			"2025-03-04T06:06:07.124691356Z 2025 \"2025-03-04T06:06:07.124691356Z\"\n"},
		{"[{{.status}}{{.duration}}]", e, "[]\n"},
		{"{{.status}} {{.duration}} {{with .duration}}{{.Seconds}}{{end}} {{json .duration}}", exit, "0 2s 2 2000000000\n"},
		{"{{if eq .action \"exit\"}}{{.status}}{{end}}", e, ""},
		{"{{with .tty}}{{end}}", e, ""},
		{"\x1b[1m{{.pid}}", e, "\x1b[1m4300\n"},
		{"", e, ""},
	}
	for _, tt := range tests {
		if got := sinktest.Output(t, open(t, tt.text), tt.e); string(got) != tt.want {
			t.Errorf("%s gives %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestTheWholeEventAsJSON(t *testing.T) {
	for _, e := range sinktest.Events() {
		line := sinktest.Output(t, open(t, "{{json .}}"), e)
		var object map[string]any
		if err := json.Unmarshal(line, &object); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if got := object["action"]; got != string(e.Action()) {
			t.Errorf("action is %v, want %s", got, e.Action())
		}
		if len(object) != len(event.Columns()) {
			t.Errorf("%d members, want %d", len(object), len(event.Columns()))
		}
	}
}

func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		"{{.pid":                                    "parse template:",
		"{{.pdi}}":                                  "did you mean",
		"{{.PID}}":                                  "did you mean pid",
		"{{$.nope}}":                                `unknown column "nope"`,
		"{{if .nope}}{{end}}":                       `unknown column "nope"`,
		"{{if .pid}}{{else}}{{.nope}}{{end}}":       `unknown column "nope"`,
		"{{printf \"%d\" (len .nope)}}":             `unknown column "nope"`,
		"{{range .args}}{{.pid}}{{end}}":            "write $.pid",
		"{{index .args 0}}":                         "try template:",
		"{{with .tty}}{{.Foo}}{{end}}":              "try template:",
		"{{.pid.Foo}}":                              "try template:",
		"{{if lt .pid \"x\"}}{{end}}":               "try template:",
		"{{nope .pid}}":                             `"nope" not defined`,
		"{{define \"x\"}}{{end}}{{template \"x\"}}": "not supported",
	} {
		_, err := template.New(sink.NewWriter(io.Discard, 0), text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

func TestNothingIsWrittenForAnEmptyResult(t *testing.T) {
	var out bytes.Buffer
	w := sink.NewWriter(&out, 0)
	s := open(t, "{{with .signal}}{{.}}{{end}}")(w)
	for _, e := range sinktest.Events() {
		if err := s.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "SIGSEGV\n" {
		t.Errorf("got %q", got)
	}
}

func BenchmarkTemplate(b *testing.B) {
	s, err := template.New(sink.NewWriter(io.Discard, time.Hour), "{{.time}} {{.pid}} {{.uid}} {{.command}}")
	if err != nil {
		b.Fatal(err)
	}
	e := sinktest.Exec()
	for b.Loop() {
		if err := s.Write(e); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
