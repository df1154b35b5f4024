package main

import (
	"slices"
	"strings"
	"testing"
)

const console = "[    0.1] noise\r\n" + `@begin doctor
{"kernel":"6.12.1"}

@end doctor 0
@begin e2e
=== RUN   TestOdd
=== RUN   TestOdd/first
    odd_test.go:9: got 1, want 2
=== RUN   TestOdd/second
    testenv.go:57: needs Linux 6.14, this is 6.12.1
--- FAIL: TestOdd (1.50s)
    --- FAIL: TestOdd/first (0.50s)
    --- SKIP: TestOdd/second (0.00s)
=== RUN   TestEven
--- PASS: TestEven (0.25s)
FAIL

@end e2e 1
@taint 512
@done
`

func read(t *testing.T, text string) *session {
	t.Helper()
	s, err := readConsole(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReadConsole(t *testing.T) {
	s := read(t, console)
	if got := s.steps[doctorStep]; got == nil || got.lines[0] != `{"kernel":"6.12.1"}` || got.code != 0 {
		t.Errorf("the step doctor is %+v", got)
	}
	if got := s.steps["e2e"]; !got.ended || got.code != 1 || s.taint != 512 || !s.done {
		t.Errorf("the step e2e is %+v, the taint %d, done %v", got, s.taint, s.done)
	}
	var got []string
	for _, test := range s.tests {
		got = append(got, strings.Join([]string{test.name, test.verdict, test.seconds, strings.Join(test.said, "")}, " "))
	}
	want := []string{
		"TestOdd FAIL 1.50 ",
		"TestOdd/first FAIL 0.50     odd_test.go:9: got 1, want 2",
		"TestOdd/second SKIP 0.00     testenv.go:57: needs Linux 6.14, this is 6.12.1",
		"TestEven PASS 0.25 ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestProblems(t *testing.T) {
	fine := strings.NewReplacer("FAIL", "PASS", "e2e 1", "e2e 0", "taint 512", "taint 4096").Replace(console)
	for _, test := range []struct {
		name, console, release string
		want                   string // in the only problem, or "" for none
	}{
		{"fine", fine, "6.12.1", ""},
		{"a test failed, and the kernel warned", console, "6.12.1", "taint 512"},
		{"skipped on a kernel that has it", fine, "6.14.2", "needs Linux 6.14"},
		{"skipped without a reason", strings.Replace(fine, "needs Linux 6.14", "does not feel like it", 1), "6.12.1", "does not feel like it"},
		{"cut short", fine[:strings.Index(fine, "--- PASS: TestEven")], "6.12.1", "before its last step"},
		{"a step failed without a test", strings.Replace(fine, "e2e 0", "e2e 2", 1), "6.12.1", "exit code 2"},
		{"no tests", "@begin doctor\n@end doctor 0\n@taint 0\n@done\n", "6.12.1", "no test"},
		{"not ready", "@fault there is no /dev/vda\n", "6.12.1", "/dev/vda"},
	} {
		got := read(t, test.console).problems(test.release)
		if test.want == "" && len(got) != 0 || test.want != "" && (len(got) != 1 || !strings.Contains(got[0], test.want)) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
