package ecs_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink/ecs"
	"github.com/exectrail/exectrail/sink/sinktest"
)

// notFiltered are the fields of JSON that filters do not know: those of events that are never filtered out, those that follow from others, and
// those whose value only JSON has.
func notFiltered(name string) bool {
	for _, prefix := range []string{"exectrail.lost.", "exectrail.clock.", "exectrail.ancestors."} {
		if strings.HasPrefix(name, prefix) {
			return !slices.Contains([]string{"exectrail.lost.count", "exectrail.lost.cause"}, name)
		}
	}
	return slices.Contains([]string{
		"ecs.version", "event.kind", "event.category", "event.type", "event.outcome", "message", "host.architecture", "host.os.type",
		"exectrail.args.untrusted", "exectrail.args.missing_at", "exectrail.env.missing_at", "process.parent.args_count", "orchestrator.type", "orchestrator.resource.type",
	}, name)
}

// Filters know what JSON has by the same names, and the values are the same.
func TestFiltersSeeWhatIsWritten(t *testing.T) {
	fields := event.Fields()
	for _, f := range ecs.Fields() {
		if known := event.LookupField(fields, f.Name) != nil; known == notFiltered(f.Name) {
			t.Errorf("%s: known to filters: %v", f.Name, known)
		}
	}
	for _, e := range sinktest.Events() {
		var inexact []string
		eachLeaf("", decode(t, e), func(path string, _ any) {
			if name, ok := strings.CutSuffix(path, "_bytes"); ok {
				inexact = append(inexact, name)
			}
		})
		values := map[string][]string{}
		eachLeaf("", decode(t, e), func(path string, value any) {
			text := fmt.Sprint(value)
			if n, ok := value.(float64); ok {
				text = fmt.Sprint(int64(n))
			}
			values[path] = append(values[path], text)
		})
		for path, want := range values {
			f := event.LookupField(fields, path)
			if f == nil || slices.Contains(inexact, path) || strings.HasSuffix(path, "command_line") {
				continue
			}
			got := valuesOf(t, f, e)
			if f.Type == event.TypeList && len(want) == 1 && want[0] == "" && len(got) == 0 {
				continue
			}
			if !f.AppliesTo(e.Action()) || !slices.EqualFunc(got, want, sameValue) {
				t.Errorf("%s of %s is %q in JSON, and %q to filters", path, e.Action(), want, got)
			}
		}
	}
}

// sameValue compares numbers as far as a JSON parser can tell them apart.
func sameValue(a, b string) bool {
	var x, y float64
	if _, err := fmt.Sscan(a, &x); err == nil {
		if _, err := fmt.Sscan(b, &y); err == nil && x != y {
			return math.Abs(x-y) < math.Abs(x)/(1<<52)
		}
	}
	return a == b || x != 0 && x == y
}

// valuesOf returns what a filter sees, as JSON writes it.
func valuesOf(t *testing.T, f *event.Field, e event.Event) []string {
	t.Helper()
	switch f.Type {
	case event.TypeText:
		text, ok := f.Append(nil, e)
		if !ok {
			return nil
		}
		return []string{string(text)}
	case event.TypeList:
		text, _ := f.Append(nil, e)
		if len(text) == 0 {
			return nil
		}
		return strings.Split(string(bytes.TrimSuffix(text, []byte{0})), "\x00")
	}
	n, ok := f.Number(e)
	if !ok {
		return nil
	}
	switch f.Type {
	case event.TypeBool:
		return []string{fmt.Sprint(n == 1)}
	case event.TypeTime:
		return []string{string(event.AppendTime(nil, time.Unix(0, n)))}
	}
	return []string{fmt.Sprint(n)}
}
