package redact

import (
	"bytes"
	"testing"

	"github.com/exectrail/exectrail/event"
)

// FuzzRedact redacts any strings, with bytes missing anywhere: twice is as once, nothing grows without bound, and what was found is gone.
func FuzzRedact(f *testing.F) {
	for _, name := range []string{"secrets.txt", "innocent.txt"} {
		for _, c := range cases(f, name) {
			args, _ := secrets(c)
			f.Add([]byte(args), uint(0), uint(0))
			f.Add([]byte(args), uint(len(args)/2), uint(3))
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte, tail, missing uint) {
		s := event.Strings{Raw: raw, Size: uint64(len(raw)) + uint64(missing%100), Tail: int(tail % uint(len(raw)+1))}
		if s.Missing() == 0 {
			s.Tail = 0
		}
		original := bytes.Clone(raw)
		r := New(Options{Known: true})
		for _, find := range []func(event.Strings) []Span{r.Args, r.Env} {
			spans := find(s)
			last := 0
			for _, span := range spans {
				if span.From < last || span.To <= span.From || span.To > len(raw) {
					t.Fatalf("spans %v of %d bytes", spans, len(raw))
				}
				last = span.To
			}
			if !bytes.Equal(raw, original) {
				t.Fatal("what was searched is not as it was")
			}
			most := len(raw) + len(spans)*len(Mark)
			once := ReplaceStrings(nil, s, spans)
			if len(once.Raw) > most || once.Missing() != s.Missing() || once.Head() == nil && len(once.Raw) > 0 {
				t.Fatalf("%q became %q", raw, once.Raw)
			}
			filled := bytes.Clone(raw)
			Fill(filled, find(s))
			if len(filled) != len(raw) || bytes.Count(filled, []byte{0}) < bytes.Count(raw, []byte{0}) {
				t.Fatalf("%q was filled to %q", raw, filled)
			}
		}
	})
}

// FuzzAgain wants no secret to be found in what was redacted, where nothing is missing.
func FuzzAgain(f *testing.F) {
	for _, c := range cases(f, "secrets.txt") {
		args, _ := secrets(c)
		f.Add(args)
	}
	f.Fuzz(func(t *testing.T, args string) {
		r := known()
		once := redacted(r, args)
		if twice := redacted(r, once); twice != once {
			t.Fatalf("%q became %q, and that %q", args, once, twice)
		}
	})
}
