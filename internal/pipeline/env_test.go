package pipeline

import (
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/wire"
)

func TestEnvFilter(t *testing.T) {
	const all = "PATH=/bin\x00HOME=/\x00EMPTY=\x00NOVALUE\x00PATH=/again\x00A=B=C\x00"
	for _, test := range []struct {
		name  string
		names []string
		raw   string
		size  int // of the whole; 0: that of raw
		want  string
	}{
		{"all", nil, all, 0, all},
		{"one", []string{"HOME"}, all, 0, "HOME=/\x00"},
		{"in the order of the environment", []string{"A", "EMPTY"}, all, 0, "EMPTY=\x00A=B=C\x00"},
		{"twice there", []string{"PATH"}, all, 0, "PATH=/bin\x00PATH=/again\x00"},
		{"not a variable", []string{"NOVALUE"}, all, 0, ""},
		{"not there", []string{"OTHER", "HOM", "HOME=", ""}, all, 0, ""},
		{"in other case", []string{"path"}, all, 0, ""},
		{"nothing there", []string{"PATH"}, "", 0, ""},
		{"an empty string", []string{""}, "\x00PATH=/\x00", 0, ""},
		{"without a name", []string{""}, "=1\x00PATH=/\x00", 0, "=1\x00"},
		{"cut in a name", []string{"HOME"}, "A=1\x00HOME", 20, ""},
		{"cut in a variable that is wanted", []string{"HOME"}, "HOME=/ho", 20, "HOME=/ho"},
		{"cut in one that is not", []string{"HOME"}, "HOME=/\x00PA", 20, "HOME=/\x00"},
		{"all missing", []string{"HOME"}, "", 20, ""},
	} {
		f := newEnvFilter(test.names)
		size := max(test.size, len(test.raw))
		missing := uint64(size - len(test.raw))
		for range 2 { // what it kept of the last one must not show
			got := f.apply(event.Strings{Raw: []byte(test.raw), Size: uint64(size)})
			if string(got.Raw) != test.want || got.Missing() != missing {
				t.Errorf("%s: got %q and %d missing, want %q and %d", test.name, got.Raw, got.Missing(), test.want, missing)
			}
		}
	}
}

// TestEnvHole has an environment of which the middle is missing: no variable is made of what is on both sides of it.
func TestEnvHole(t *testing.T) {
	f := newEnvFilter([]string{"HOME", "LAST"})
	const head, tail = "A=1\x00HOME=/ho", "ME=2\x00LAST=z\x00"
	got := f.apply(event.Strings{Raw: []byte(head + tail), Size: 100, Tail: len(tail)})
	if string(got.Head()) != "HOME=/ho" || string(got.TailBytes()) != "LAST=z\x00" || got.Missing() != uint64(100-len(head+tail)) {
		t.Errorf("got %q and %q, %d missing", got.Head(), got.TailBytes(), got.Missing())
	}
}

// TestEnv finds that the filter is at work, and that the number of variables stays the kernel's.
func TestEnv(t *testing.T) {
	env := event.Strings{Raw: []byte("A=1\x00B=2\x00"), Size: 8}
	s := newSession(t, Options{EnvNames: []string{"B"}})
	e := s.feed(wire.Record{Kind: wire.Exec, Seq: 1, Exec: event.Exec{Env: env, EnvCount: 2}})[0].(*event.Exec)
	if string(e.Env.Raw) != "B=2\x00" || e.EnvCount != 2 {
		t.Errorf("got %q of %d variables", e.Env.Raw, e.EnvCount)
	}
}
