package filter

import (
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
)

// FuzzCompile compiles and uses whatever comes: nothing panics, errors have a place, and what is large takes no longer in proportion.
func FuzzCompile(f *testing.F) {
	for _, text := range []string{
		`uid != 0 && exe startsWith "/tmp"`, `"curl" in args`, `container.id == "3f2a"`, `ancestors any {.name == "sshd"}`,
		`duration > 1m30s || maxrss >= 10MiB`, `args[-1] matches "^a+$" ? uid in 1..5 : !(uid in [1, 2])`, `count(args, {# == "\x41"}) > 2 // x`,
		`@timestamp > "2026-01-31" and len(upper(comm)) == 3 / 2.5`, "a.b?.c ?? `x`", `any(any(args, #), #)`, `{"a": 1}.a`, `x any { {} }`,
	} {
		f.Add(text)
	}
	events := []event.Event{exec(), exit(time.Second), &event.Fork{}, &event.ExecFailed{}, &event.Lost{}}
	f.Fuzz(func(t *testing.T, text string) {
		filter, err := Compile(text)
		if err != nil {
			if e := err.(*Error); e.From < 0 || e.From > len([]rune(text)) || e.Reason == "" || e.Hint() == "" {
				t.Fatalf("%q: %+v", text, e)
			}
			return
		}
		terms, rest := filter.Terms()
		for _, e := range events {
			if filter.Match(e) != (terms.Match(e) && rest.Match(e)) {
				t.Fatalf("%q: terms %+v and rest %q differ from the whole for %s", text, terms, rest.Clauses(), e.Action())
			}
		}
	})
}
