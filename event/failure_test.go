package event_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
)

// declaredCauses returns the constants of the causes, as the source declares them.
func declaredCauses(t *testing.T) map[string]event.FailureCause {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "failure.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	causes := map[string]event.FailureCause{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Cause") {
			return true
		}
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if !ok {
			t.Fatalf("%s is not a number", spec.Names[0].Name)
		}
		number, err := strconv.ParseUint(literal.Value, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		causes[spec.Names[0].Name] = event.FailureCause(number)
		return true
	})
	return causes
}

// Each cause has words of its own, with the detail and without.
func TestEveryCauseIsTold(t *testing.T) {
	causes := declaredCauses(t)
	if len(causes) < 26 {
		t.Fatalf("only %d causes were found", len(causes))
	}
	told := map[string]string{}
	for name, cause := range causes {
		plain := event.ExecFailed{Attempt: event.Attempt{Filename: []byte("FILE")}, Cause: cause, Code: "EXXX"}
		detailed := plain
		detailed.Detail = []byte("DETAIL")
		texts := []string{
			cause.String(), string(event.AppendFailure(nil, &plain)), string(event.AppendFailure(nil, &detailed)),
		}
		if texts[1] == texts[2] {
			texts = texts[:2] // this cause has no detail
		} else if !strings.Contains(texts[2], "DETAIL") {
			t.Errorf("%s: the detail is not in %q", name, texts[2])
		}
		for _, text := range texts {
			if other := told[text]; other != "" || text == "" || strings.Contains(text, "%") {
				t.Errorf("%s: %q is empty, not complete, or also what %q tells", name, text, other)
			}
			told[text] = name
		}
		if cause != event.CauseUnknown && (texts[0] == "unknown" || strings.Contains(texts[1], "EXXX")) {
			t.Errorf("%s is told as an unknown one: %q", name, texts)
		}
	}
}

func TestAppendFailure(t *testing.T) {
	file := func(name string) event.Attempt { return event.Attempt{Filename: []byte(name)} }
	tests := []struct {
		e    event.ExecFailed
		want string
	}{
		{event.ExecFailed{Attempt: file("prog"), Cause: event.CauseNoFile}, "prog: no such file"},
		{
			event.ExecFailed{Attempt: file("/opt/x/run.sh"), Cause: event.CauseNoScriptInterpreter, Detail: []byte("/usr/bin/perl5")},
			"/opt/x/run.sh: the interpreter /usr/bin/perl5 of the script is missing",
		},
		{
			event.ExecFailed{Attempt: file("./a.out"), Cause: event.CauseWrongArchitecture, Detail: []byte("ARM aarch64")},
			"./a.out: built for ARM aarch64, which this machine cannot run",
		},
		{
			event.ExecFailed{
				Attempt: event.Attempt{Filename: []byte("ls"), Args: event.Strings{Size: 2_412_332}}, Cause: event.CauseArgumentsTooLong,
			},
			"ls: the list of arguments and environment is too long (2,412,332 bytes of arguments)",
		},
		{
			event.ExecFailed{
				Attempt: event.Attempt{Filename: []byte("ls"), Args: event.Strings{Size: 1_000_007}},
				Cause:   event.CauseArgumentsTooLong, ArgsUnmeasured: true,
			},
			"ls: the list of arguments and environment is too long (at least 1,000,007 bytes of arguments)",
		},
		{
			event.ExecFailed{Attempt: file("ls"), Cause: event.CauseArgumentsTooLong},
			"ls: the list of arguments and environment is too long",
		},
		{event.ExecFailed{Attempt: file("x"), Cause: event.CauseBadDescriptor, At: true, DirFD: 7}, "x: descriptor 7 is not open"},
		{event.ExecFailed{Cause: event.CauseNoFile, FilenameUnreadable: true}, "a file whose name could not be read: no such file"},
		{
			event.ExecFailed{Cause: event.CauseNoPermission, At: true, DirFD: 3, Flags: 0x1000},
			"the file of descriptor 3: the caller has no permission to execute it",
		},
		{
			event.ExecFailed{Cause: event.CauseDirectory, At: true, DirFD: -100, Flags: 0x1100},
			"the working directory: this is a directory",
		},
		{event.ExecFailed{Cause: event.CauseEmptyName}, "the file name is empty"},
		{event.ExecFailed{Code: "ENOENT"}, "a file without a name: no such file, or an interpreter is missing"},
		{event.ExecFailed{Attempt: file("x"), Code: "EPERM"}, "x: operation not permitted"},
		{event.ExecFailed{Attempt: file("x"), Code: "E508"}, "x: failed with E508"},
		{event.ExecFailed{Attempt: file("x"), Code: "EIO", Cause: 4_000_000_000}, "x: input or output error"},
	}
	for _, tt := range tests {
		if got := string(event.AppendFailure(nil, &tt.e)); got != tt.want {
			t.Errorf("%s of %s: %s, want %s", tt.e.Cause, tt.e.Filename, got, tt.want)
		}
	}
	if got := event.FailureCause(4_000_000_000).String(); got != "unknown" {
		t.Errorf("a cause that there is not is %q", got)
	}
}

func TestAppendFailureDoesNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 4096)
	e := event.ExecFailed{
		Attempt: event.Attempt{Filename: []byte("x"), Args: event.Strings{Size: 1 << 30}}, Code: "ENOENT", Detail: []byte("y"),
	}
	for name, cause := range declaredCauses(t) {
		e.Cause = cause
		if n := testing.AllocsPerRun(10, func() { event.AppendFailure(buf, &e) }); n > 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}
