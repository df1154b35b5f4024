package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
	"github.com/exectrail/exectrail/sink/ecs"
	"github.com/exectrail/exectrail/sink/table"
	"github.com/exectrail/exectrail/sink/template"
)

// TestOutput writes each command as every output does. An argument that is no text lets JSON tell all of them in base64, too.
func TestOutput(t *testing.T) {
	r := known()
	for _, c := range cases(t, "secrets.txt") {
		args, list := secrets(c)
		s := argv(args + "\xff\x00")
		e := &event.Exec{Attempt: event.Attempt{Args: ReplaceStrings(nil, s, r.Args(s)), ArgCount: uint32(s.Len())}, Process: &event.Process{}}
		e.Host = &event.Host{}
		var out bytes.Buffer
		line := new(ecs.Encoder).Append(nil, e)
		out.Write(line)
		out.WriteString(decoded(t, line))
		for _, open := range []func(w *sink.Writer) (sink.Sink, error){
			func(w *sink.Writer) (sink.Sink, error) { return template.New(w, "{{.command}} {{.args}}") },
			func(w *sink.Writer) (sink.Sink, error) {
				columns, err := event.ParseColumns("")
				return table.New(w, table.Options{Columns: columns, Wide: true}), err
			},
		} {
			output, err := open(sink.NewWriter(&out, 0))
			if err == nil {
				err = output.Write(e)
			}
			if err == nil {
				err = output.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, secret := range list {
			if strings.Contains(out.String(), secret) {
				t.Errorf("%s: %s is in the output", show(args), secret)
			}
		}
		if strings.Count(out.String(), "redacted") < 4 {
			t.Errorf("%s: the output does not tell: %s", show(args), out.String())
		}
	}
}

// decoded returns all that stands in base64 in a line of JSON.
func decoded(t *testing.T, line []byte) string {
	t.Helper()
	var found strings.Builder
	var walk func(name string, value any)
	walk = func(name string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for k, inner := range v {
				walk(k, inner)
			}
		case []any:
			for _, inner := range v {
				walk(name, inner)
			}
		case string:
			if strings.HasSuffix(name, "_bytes") {
				plain, err := base64.StdEncoding.DecodeString(v)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				found.Write(plain)
			}
		}
	}
	var object any
	if err := json.Unmarshal(line, &object); err != nil {
		t.Fatal(err)
	}
	walk("", object)
	if found.Len() == 0 {
		t.Fatalf("nothing is in base64: %s", line)
	}
	return found.String()
}
