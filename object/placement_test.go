package object

import (
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/testenv"
)

// TestInspectPlacements compares where programs would be attached with where they are.
func TestInspectPlacements(t *testing.T) {
	testenv.NeedsRoot(t)
	files := []string{"ring", "perf", "attach_entries"}
	if !testenv.KernelBefore(t, 5, 14) { // which brought programs that are called (BPF_PROG_TYPE_SYSCALL)
		files = append(files, "attach_tracing")
	}
	for _, file := range files {
		o, err := Open("testdata/" + file + ".elf")
		must(t, err)
		placements := o.Placements()
		if len(placements) != len(o.Programs()) {
			t.Errorf("%s: %d placements of %d programs", file, len(placements), len(o.Programs()))
		}
		want := map[Attachment]bool{}
		for name, p := range placements {
			if (len(p.Attachments) == 0) == (p.Reason == "") {
				t.Errorf("%s: %s has the placement %+v", file, name, p)
			}
			for _, a := range p.Attachments {
				want[a] = true
			}
		}
		s, err := o.Run(Options{})
		if err != nil {
			// A kernel without kprobes: then none of them has a place.
			if len(want) > 0 {
				t.Errorf("%s: %v, although there are %v", file, err, want)
			}
			continue
		}
		for _, a := range s.Attachments() {
			if !want[a] {
				t.Errorf("%s: %s is attached to %s, which was not told", file, a.Program, a)
			}
			delete(want, a)
		}
		must(t, s.Close())
		for a := range want {
			t.Errorf("%s: %s is not attached to %s", file, a.Program, a)
		}
	}
}

// TestInspectPlacementReasons tells what is missing where a program has no place.
func TestInspectPlacementReasons(t *testing.T) {
	for file, want := range map[string]map[string]string{
		"ring.eb":    {"on_exec": "big-endian"},
		"kinds":      {"on_packet": "network interface", "on_connect": "control group"},
		"attach_net": {},
	} {
		o, err := Open("testdata/" + file + ".elf")
		must(t, err)
		placements := o.Placements()
		for name, reason := range want {
			if p := placements[name]; !strings.Contains(p.Reason, reason) {
				t.Errorf("%s: %s has the placement %+v, want a reason with %q", file, name, p, reason)
			}
		}
	}
}
