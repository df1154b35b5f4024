package event_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
)

func TestStrings(t *testing.T) {
	for _, tt := range []struct {
		name    string
		head    string
		tail    string
		missing uint64
		want    []string
	}{
		{"empty", "", "", 0, nil},
		{"whole", "a\x00\x00b\x00", "", 0, []string{"a", "", "b"}},
		{"cut at the end", "a\x00bc", "", 7, []string{"a", "bc"}},
		{"all missing", "", "", 7, nil},
		{"cut in the middle", "a\x00bc", "de\x00f\x00", 7, []string{"a", "bc", "de", "f"}},
		{"cut between strings", "a\x00", "f\x00", 7, []string{"a", "f"}},
		{"cut before a NUL", "a", "\x00f\x00", 7, []string{"a", "", "f"}},
		{"cut at the beginning", "", "de\x00f\x00", 7, []string{"de", "f"}},
	} {
		s := event.Strings{Raw: []byte(tt.head + tt.tail), Tail: len(tt.tail)}
		s.Size = uint64(len(s.Raw)) + tt.missing
		if got := s.Slice(); !slices.Equal(got, tt.want) || s.Len() != len(tt.want) {
			t.Errorf("%s: %d strings %q, want %q", tt.name, s.Len(), got, tt.want)
		}
		if string(s.Head()) != tt.head || string(s.TailBytes()) != tt.tail || s.MissingAt() != len(tt.head) || s.Missing() != tt.missing {
			t.Errorf("%s: %q, then at %d %d bytes missing, then %q", tt.name, s.Head(), s.MissingAt(), s.Missing(), s.TailBytes())
		}
	}
}

// Where nothing is missing there is no hole, and a tail that cannot be is no reason to panic.
func TestStringsWithoutAHole(t *testing.T) {
	raw := []byte("a\x00b\x00")
	for _, tt := range []struct {
		s    event.Strings
		at   int
		want string
	}{
		{event.Strings{Raw: raw, Size: 4, Tail: 3}, 4, "a b"},
		{event.Strings{Raw: raw, Size: 9, Tail: -1}, 4, "a b"},
		{event.Strings{Raw: raw, Size: 9, Tail: 100}, 0, "a b"},
		{event.Strings{Raw: raw, Size: 9, Tail: 4}, 0, "a b"},
	} {
		if got := strings.Join(tt.s.Slice(), " "); got != tt.want || tt.s.MissingAt() != tt.at || tt.s.Len() != 2 {
			t.Errorf("%+v: %q, missing at %d", tt.s, got, tt.s.MissingAt())
		}
	}
	for range (event.Strings{Raw: raw, Size: 9, Tail: 2}).All() {
		break // and no panic follows
	}
}

func TestCloneKeepsWhatIsMissing(t *testing.T) {
	holed := event.Strings{Raw: []byte("a\x00b\x00"), Size: 9, Tail: 2}
	attempt := event.Attempt{Args: holed, Degraded: event.PartArgsMiddle, FilledIn: event.PartPaths}
	same := func(s event.Strings) bool {
		return bytes.Equal(s.Raw, holed.Raw) && s.Size == holed.Size && s.Tail == holed.Tail && &s.Raw[0] != &holed.Raw[0]
	}
	x, _ := (&event.Exec{Attempt: attempt, Env: holed}).Clone().(*event.Exec)
	f, _ := (&event.ExecFailed{Attempt: attempt}).Clone().(*event.ExecFailed)
	if !same(x.Args) || !same(x.Env) || !same(f.Args) {
		t.Errorf("%+v, %+v and %+v are no copies of %+v", x.Args, x.Env, f.Args, holed)
	}
	for _, a := range []event.Attempt{x.Attempt, f.Attempt} {
		if a.Degraded != attempt.Degraded || a.FilledIn != attempt.FilledIn {
			t.Errorf("%v and %v, want %v and %v", a.Degraded, a.FilledIn, attempt.Degraded, attempt.FilledIn)
		}
	}
}

// A hole is told by where it is in the text of a column, in which the string before it ends with a NUL.
func TestColumnsWithAHole(t *testing.T) {
	hole := func(head, tail string) event.Strings {
		return event.Strings{Raw: []byte(head + tail), Size: uint64(len(head+tail)) + 7, Tail: len(tail)}
	}
	for _, tt := range []struct {
		s    event.Strings
		text string
		want event.Cut
	}{
		{hole("a\x00b", "c\x00"), "a\x00b\x00c\x00", event.Cut{Hole: 4, Missing: 7}},
		{hole("a\x00", "c\x00"), "a\x00c\x00", event.Cut{Hole: 2, Missing: 7}},
		{hole("", "c\x00"), "c\x00", event.Cut{Start: true, Missing: 7}},
		{hole("a\x00b", ""), "a\x00b", event.Cut{End: true, Missing: 7}},
	} {
		for _, name := range []string{"args", "command", "env"} {
			e := &event.Exec{Attempt: event.Attempt{Args: tt.s}, Env: tt.s}
			c := column(t, name)
			if got, cut := string(c.Append(nil, e)), c.Cut(e); got != tt.text || cut != tt.want {
				t.Errorf("%s: %q and %+v, want %q and %+v", name, got, cut, tt.text, tt.want)
			}
			if list, ok := c.Value(e).([]string); ok && !slices.Equal(list, tt.s.Slice()) {
				t.Errorf("%s: %q, want %q", name, list, tt.s.Slice())
			}
		}
	}
	unmeasured := &event.ExecFailed{Attempt: event.Attempt{Args: hole("a\x00", "c\x00")}, ArgsUnmeasured: true}
	if got, want := column(t, "args").Cut(unmeasured), (event.Cut{End: true, Hole: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
