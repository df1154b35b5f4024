package event_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink/sinktest"
)

func TestFieldsAreDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range event.Fields() {
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			if seen[name] || strings.ContainsAny(name, " ,+-") {
				t.Errorf("%q is no good name, or the name of two fields", name)
			}
			seen[name] = true
			if event.LookupField(event.Fields(), name) == nil {
				t.Errorf("%s is not found", name)
			}
		}
		if !strings.HasSuffix(f.Meaning, ".") || f.Example == "" || f.Type == "" || len(f.Actions) == 0 {
			t.Errorf("%s is not described: %+v", f.Name, f)
		}
	}
	for _, c := range event.Columns() {
		if f := event.LookupField(event.Fields(), c.Name); f == nil || !slices.Equal(f.Actions, c.Actions) {
			t.Errorf("the column %s is no field of the same events", c.Name)
		}
	}
	for name, want := range map[string]string{"exee": "exe", "process.executible": "process.executable", "pidd": "pid", "qqqqq": ""} {
		if got := event.NearestName(name, []string{"pid", "exe", "process.executable"}); got != want {
			t.Errorf("nearest to %s is %q, not %q", name, got, want)
		}
	}
}

// Every field has a value in a sample event of each kind it is declared for, and in no other.
func TestFieldsHaveValuesWhereTheyAreDeclared(t *testing.T) {
	for _, f := range event.Fields() {
		has := map[event.Action]bool{}
		for _, e := range sinktest.Events() {
			_, text := f.Append(nil, e)
			_, number := f.Number(e)
			_, lineage := f.Lineage(e)
			if text || number || lineage {
				has[e.Action()] = true
			}
			if has[e.Action()] && !f.AppliesTo(e.Action()) {
				t.Errorf("%s has a value for %s, for which it is not declared", f.Name, e.Action())
			}
		}
		for _, a := range f.Actions {
			if !has[a] {
				t.Errorf("%s is declared for %s, but no sample has it", f.Name, a)
			}
		}
	}
}

func TestFieldsDoNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 64<<10)
	for _, e := range sinktest.Events() {
		for _, f := range event.Fields() {
			if n := testing.AllocsPerRun(10, func() { f.Append(buf, e); f.Number(e); f.Lineage(e) }); n > 0 {
				t.Errorf("%s of %s allocates", f.Name, e.Action())
			}
		}
	}
}
