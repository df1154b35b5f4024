package object

import (
	"slices"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/testenv"
)

// TestInspectSupport asks the kernel about programs of which it is known what it says.
func TestInspectSupport(t *testing.T) {
	testenv.NeedsRoot(t)
	support := open(t, "refused").Support()
	for name, want := range map[string]struct {
		state  Loadable
		reason string // a part of it
	}{
		"good":             {LoadableYes, ""},
		"unchecked":        {LoadableYes, ""}, // only the verifier finds what is wrong with it
		"helper_of_others": {LoadableNo, "bpf_get_stackid"},
		"restricted":       {LoadableNo, "bpf_trace_printk may be called under a licence compatible with the GPL only"},
		"no_target":        {LoadableNo, "no target no_such_tracepoint"},
		"no_function":      {LoadableNo, "no function exectrail_no_such_function"},
		"no_type":          {LoadableNo, `the section "nonsense/here"`},
		"no_field":         {LoadableUnknown, "it depends on whether the call is ever reached"},
	} {
		if got := support[name]; got.State != want.state || !strings.Contains(got.Reason, want.reason) || (got.Reason == "") != (want.reason == "") {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	for name, s := range open(t, "ring.eb").Support() {
		if s.State != LoadableNo || !strings.Contains(s.Reason, "big-endian") {
			t.Errorf("%s, compiled for the other byte order: %+v", name, s)
		}
	}
}

// TestInspectSupportHolds loads what is said to be loadable, and what is not.
func TestInspectSupportHolds(t *testing.T) {
	testenv.NeedsRoot(t)
	for _, name := range []string{"kinds", "legacy_iproute2", "legacy_gobpf", "ring", "ring.eb"} {
		o := open(t, name)
		support := o.Support()
		_, programs := o.LoadCheck()
		for _, p := range programs {
			if loaded := p.Err == nil; loaded != (support[p.Name].State == LoadableYes) {
				t.Errorf("%s: %s: said to be loadable: %+v, and loading it says: %v", name, p.Name, support[p.Name], p.Err)
			}
		}
	}
}

func TestInspectLoadCheck(t *testing.T) {
	testenv.NeedsRoot(t)
	o := open(t, "refused")
	maps, programs := o.LoadCheck()
	for _, m := range maps {
		if m.Err != nil || m.ID == 0 || m.FD == 0 {
			t.Errorf("map %s: %+v", m.Name, m)
		}
	}
	i := slices.IndexFunc(programs, func(p LoadResult) bool { return p.Name == "good" })
	if p := programs[i]; p.Err != nil || p.ID == 0 || p.FD == 0 || len(p.Log) != 0 {
		t.Errorf("good: %+v", p)
	}
	i = slices.IndexFunc(programs, func(p LoadResult) bool { return p.Name == "unchecked" })
	p := programs[i]
	if p.Err == nil || p.ID != 0 || p.FD != 0 || !strings.Contains(strings.Join(p.Log, "\n"), "map_value_or_null") {
		t.Errorf("unchecked: %+v", p)
	}
	i = slices.IndexFunc(programs, func(p LoadResult) bool { return p.Name == "no_field" })
	if err := programs[i].Err; err == nil || !strings.Contains(err.Error(), "has not the type or field") || !strings.Contains(err.Error(), "int value = 0") {
		t.Errorf("no_field: the error is %v", err)
	}
	if text := p.Err.Error(); !strings.Contains(text, "map_value_or_null") || strings.Contains(text, "\n") {
		t.Errorf("unchecked: the error is %q, the log:\n%s", text, strings.Join(p.Log, "\n"))
	}
}

// TestInspectVerifiedInstructions counts those of a program without branches.
func TestInspectVerifiedInstructions(t *testing.T) {
	testenv.NeedsRoot(t)
	testenv.NeedsKernel(t, 5, 16)
	_, programs := open(t, "kinds").LoadCheck()
	i := slices.IndexFunc(programs, func(p LoadResult) bool { return p.Name == "on_socket" })
	if p := programs[i]; p.VerifiedInstructions != 2 {
		t.Errorf("%+v, want 2 verified instructions", p)
	}
}
