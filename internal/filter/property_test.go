package filter

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/expr-lang/expr"

	"github.com/exectrail/exectrail/event"
)

func newGenerator(t *testing.T) generator {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return generator{rand.New(rand.NewPCG(seed, 0))}
}

// What the terms and the rest select together is what the whole expression selects.
func TestTermsAndRestAreTheWhole(t *testing.T) {
	g := newGenerator(t)
	split := 0
	for range 1000 {
		text := g.expression(4, func() string {
			if g.IntN(4) == 0 {
				return g.rare()
			}
			return g.simple()
		})
		whole := mustCompile(t, text)
		terms, rest := mustCompile(t, text).Terms()
		if len(rest.Clauses()) < len(whole.Clauses()) {
			split++
		}
		for range 20 {
			e := g.event()
			if want, got := whole.Match(e), terms.Match(e) && rest.Match(e); got != want {
				t.Fatalf("%s of %s is %v, but %+v and %q make it %v\n%+v", text, e.Action(), want, terms, rest.Clauses(), got, e)
			}
		}
	}
	if split < 100 {
		t.Errorf("only %d of the expressions have terms", split)
	}
}

// The same expressions mean the same to the library's own interpreter, where the event has all of the values.
func TestLibraryAgrees(t *testing.T) {
	g := newGenerator(t)
	held := 0
	for range 800 {
		text := g.expression(3, g.simple)
		f := mustCompile(t, text)
		program, err := expr.Compile(text, expr.AsBool(), expr.AllowUndefinedVariables())
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for range 10 {
			e := g.event()
			env, complete := environment(e)
			if !complete {
				continue
			}
			want, err := expr.Run(program, env)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if got := f.Match(e); got != want {
				t.Fatalf("%s is %v, and to the library %v\n%+v", text, got, want, e)
			}
			if want == true {
				held++
			}
		}
	}
	if held < 250 {
		t.Errorf("only %d expressions held", held)
	}
}

// environment returns what the library looks into, by what columns show: a way to the values of its own. It is not
// complete if a value is missing.
func environment(e event.Event) (env map[string]any, complete bool) {
	x, ok := e.(*event.Exec)
	if !ok || x.Degraded != 0 {
		return nil, false
	}
	process := map[string]any{"pid": int(x.PID), "name": string(x.Comm), "real_user": map[string]any{"id": int(x.UID)}}
	env = map[string]any{"process": process}
	for _, c := range event.Columns() {
		switch v := c.Value(e).(type) {
		case uint64:
			env[c.Name] = int(v)
		case string, []string:
			env[c.Name] = v
		}
	}
	for _, name := range []string{"uid", "gid", "euid"} {
		if env[name] == nil {
			return nil, false
		}
	}
	return env, true
}
