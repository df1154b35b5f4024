package event_test

import (
	"slices"
	"testing"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink/sinktest"
)

func TestParts(t *testing.T) {
	for parts, want := range map[event.Parts]string{
		0:                                     "",
		event.PartArgs:                        "args",
		event.PartPaths | event.PartArgs:      "args,paths",
		event.PartDetails | 1<<7:              "details", // as from a newer recording
		event.PartArgsMiddle | event.PartEnv:  "args-middle,env",
		event.PartArgs | event.PartDetails<<1: "args",
	} {
		if got := parts.String(); got != want {
			t.Errorf("%b is %q, want %q", parts, got, want)
		}
	}
	paths := event.PartPaths | event.PartArgs
	if got, want := slices.Collect(paths.All()), []event.Parts{event.PartArgs, event.PartPaths}; !slices.Equal(got, want) {
		t.Errorf("the parts are %v, want %v", got, want)
	}
	if paths.Has(event.PartEnv) || !paths.Has(event.PartArgs) || !paths.Has(event.PartArgs|event.PartEnv) || paths.Has(0) {
		t.Error("Has does not tell whether one of the parts is in the set")
	}
	for range paths.All() {
		break // and no panic follows
	}
}

func column(t *testing.T, name string) *event.Column {
	t.Helper()
	c, err := event.LookupColumn(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDegradedColumn(t *testing.T) {
	for want, a := range map[string]event.Attempt{
		"":                      {},
		"args,paths":            {Degraded: event.PartArgs | event.PartPaths},
		"args(filled-in),paths": {Degraded: event.PartArgs | event.PartPaths, FilledIn: event.PartArgs},
	} {
		for _, e := range []event.Event{&event.Exec{Attempt: a}, &event.ExecFailed{Attempt: a}} {
			if got := column(t, "degraded").Value(e); got != want {
				t.Errorf("%s is %q, want %q", e.Action(), got, want)
			}
		}
	}
}

// No column makes up a value for what was left out: whatever the fields hold, its cell is empty.
func TestColumnsOfSkeletons(t *testing.T) {
	missing := []string{
		"tid", "nspid", "sid", "pgid", "euid", "suid", "egid", "sgid", "loginuid", "session", "file", "interpreter", "tty",
		"caps", "permcaps", "cgroup", "cgroupid", "pidns", "mntns", "userns", "netns", "cgroupns", "env", "call", "dirfd",
	}
	skeletons := 0
	for _, e := range sinktest.Events() {
		other := sinktest.Details(e)
		if other == nil {
			continue
		}
		skeletons++
		for _, c := range event.Columns() {
			got, want := string(c.Append(nil, other)), string(c.Append(nil, e))
			if got != want {
				t.Errorf("%s of %s depends on what is not known: %q and %q", c.Name, e.Action(), got, want)
			}
			if slices.Contains(missing, c.Name) && got != "" {
				t.Errorf("%s of %s is %q, but not known", c.Name, e.Action(), got)
			}
		}
		for name, want := range map[string]string{"uid": "1000", "gid": "1000", "ppid": "4200", "argc": "3"} {
			if got := string(column(t, name).Append(nil, e)); got != want {
				t.Errorf("%s of %s is %q, want %s", name, e.Action(), got, want)
			}
		}
	}
	if skeletons < 2 {
		t.Errorf("%d skeletons among the samples, want one of an exec and one of a failed exec", skeletons)
	}
}

func TestFailuresOfSkeletons(t *testing.T) {
	for want, e := range map[string]event.ExecFailed{
		"a file whose name was not recorded: permission denied":   {Code: "EACCES"},
		"a file whose name was not recorded: bad file descriptor": {Code: "EBADF", Cause: event.CauseBadDescriptor},
	} {
		e.Degraded = event.PartPaths | event.PartDetails
		if got := string(event.AppendFailure(nil, &e)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
