package probe

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/exectrail/exectrail/internal/testenv"

	"github.com/exectrail/exectrail/internal/machine"
)

// TestExamine tries everything on the machine that runs the test. As root on a
// kernel that has BTF, tracing works.
func TestExamine(t *testing.T) {
	report := Examine()
	for _, c := range report.Checks {
		t.Logf("%-11s %s: %s%s", c.State, c.Name, c.Detail, c.Reason)
	}
	testenv.NeedsRoot(t)
	if err := report.Err(); err != nil {
		t.Errorf("Examine: %v", err)
	}
	required := map[string]bool{}
	for _, c := range report.Checks {
		if c.Required && c.Group == "hooks" {
			required[c.Name] = true
		}
	}
	for _, name := range []string{"tp_btf/sched_process_exec", "tp_btf/sched_process_fork", "tp_btf/sched_process_exit", "iter/task"} {
		if !required[name] {
			t.Errorf("the hook %s was not tried", name)
		}
	}
}

func TestExamineLeavesNothingBehind(t *testing.T) {
	testenv.NeedsRoot(t)
	Examine() // what is opened once and kept, such as the kernel's BTF, is open after this
	before := openFiles(t)
	Examine()
	if after := openFiles(t); after != before {
		t.Errorf("%d files are open after Examine, %d before", after, before)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(fds)
}

func TestTrialStates(t *testing.T) {
	fails := func(*machine.Machine) (string, error) { return "", machine.NewError("no such thing", "buy one") }
	for _, test := range []struct {
		trial trial
		want  Check
	}{
		{
			trial{name: "a", try: func(*machine.Machine) (string, error) { return "here", nil }, required: true},
			Check{Name: "a", State: StateOK, Detail: "here", Required: true},
		},
		{
			trial{name: "b", try: fails, required: true},
			Check{Name: "b", State: StateMissing, Reason: "no such thing", Hint: "buy one", Required: true},
		},
		{
			trial{name: "c", try: fails},
			Check{Name: "c", State: StateUnavailable, Reason: "no such thing", Hint: "buy one"},
		},
	} {
		if got := test.trial.run(&machine.Machine{}); got != test.want {
			t.Errorf("got %+v, want %+v", got, test.want)
		}
	}
}

func TestReportErr(t *testing.T) {
	if err := (Report{Checks: []Check{{State: StateOK}, {State: StateUnavailable}}}).Err(); err != nil {
		t.Errorf("a machine that lacks nothing it needs: %v", err)
	}
	err := Report{Checks: []Check{
		{Name: "first", State: StateUnavailable},
		{Name: "second", State: StateMissing, Reason: "gone", Hint: "look"},
		{Name: "third", State: StateMissing},
	}}.Err()
	if err == nil || !strings.HasSuffix(err.Error(), "second: gone") {
		t.Fatalf("got %v, want the first cause", err)
	}
	var h interface{ Hint() string }
	if !errors.As(err, &h) || h.Hint() != "look" {
		t.Errorf("the hint of the first cause is lost: %#v", err)
	}
}

// The names in the JSON form are an interface: scripts read them.
func TestReportJSON(t *testing.T) {
	b, err := json.Marshal(Report{
		Kernel: "6.1", Arch: "arm64", Works: false,
		Checks: []Check{{Group: "g", Name: "n", Purpose: "p", Required: true, State: StateMissing, Detail: "d", Reason: "r", Hint: "h"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"kernel":"6.1","arch":"arm64","works":false,"checks":[` +
		`{"group":"g","name":"n","purpose":"p","required":true,"state":"missing","detail":"d","reason":"r","hint":"h"}]}`
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
}

// root makes a root directory that holds files.
func root(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return fsys
}
