package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/lives"
)

// recordedLine is what a report says of how much of the run it has.
var recordedLine = regexp.MustCompile(`([\d,]+) of ([\d,]+) events recorded`)

// checkAllowed runs a build again, of which nothing may run but what ran the first time. It returns what was kept of it, in plain.trail.
func (b *realBuild) checkAllowed(t *testing.T, files string) *lives.Run {
	t.Helper()
	path := filepath.Join(files, "report.txt")
	kept := filepath.Join(files, "plain.trail")
	b.run(t, b.status, []string{"--allow-file", filepath.Join(files, "list"), "--report", path, "--save", kept}, nil)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	run := readTrail(t, kept)
	m := recordedLine.FindStringSubmatch(string(content))
	if m == nil || m[1] != m[2] || strings.ReplaceAll(m[1], ",", "") != fmt.Sprint(run.Recorded) {
		t.Errorf("the report tells of %q, and %d events were kept:\n%s", m, run.Recorded, content)
	}
	if strings.Contains(string(content), "NOT ALLOWED") {
		t.Errorf("the report tells of what is not allowed:\n%s", content)
	}
	return run
}

// compareBuilds finds that nothing but strace ran in one of two runs only, as often in one as in the other.
func compareBuilds(t *testing.T, files string, witnessed, plain *lives.Run) {
	t.Helper()
	out, err := exec.Command(exectrailBinary(t), "diff", "-o", "json", filepath.Join(files, "witnessed.trail"), filepath.Join(files, "plain.trail")).Output()
	if err != nil {
		t.Fatal(err)
	}
	var told struct {
		A, B     struct{ Processes, Execs int }
		Programs []struct {
			Path string
			A, B struct{ Count int }
		}
	}
	if err := json.Unmarshal(out, &told); err != nil {
		t.Fatal(err)
	}
	if told.A.Processes != len(witnessed.Processes) || told.B.Processes != len(plain.Processes) {
		t.Errorf("the comparison is of %d and %d processes, want %d and %d", told.A.Processes, told.B.Processes, len(witnessed.Processes), len(plain.Processes))
	}
	sum := 0
	for _, p := range told.Programs {
		sum += p.B.Count
		a := p.A.Count
		if p.Path == strace(t) {
			a--
		}
		if a != p.B.Count {
			t.Errorf("%s ran %d times, and then %d times", p.Path, a, p.B.Count)
		}
	}
	if sum != told.B.Execs || sum == 0 || told.A.Execs != sum+1 {
		t.Errorf("%d and %d execs, and their programs ran %d times", told.A.Execs, told.B.Execs, sum)
	}
}

// checkNovelty makes the project once more, with something new in its Makefile.
func (b *realBuild) checkNovelty(t *testing.T, files string) {
	t.Helper()
	makefile, err := os.OpenFile(filepath.Join(b.dir, "Makefile"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprint(makefile, "\nall: new\nnew:\n\t./novelty as new\n")
	if err = errors.Join(err, makefile.Close()); err != nil {
		t.Fatal(err)
	}
	novelty := filepath.Join(b.dir, "novelty")
	copyFile(t, "/bin/true", novelty)
	list := filepath.Join(files, "list")
	told := readReport(t, b.again(t, 4, []string{"--allow-file", list, "-o", "json", "--output-file", os.DevNull}, []string{"make", "-j2"}))
	if len(told.NotAllowed) != 1 {
		t.Fatalf("not allowed are %+v, want %s", told.NotAllowed, novelty)
	}
	if v := told.NotAllowed[0]; v.Path != novelty || v.Command != "./novelty as new" || !strings.Contains(v.Origin, fmt.Sprintf("pid %d", v.PID)) {
		t.Errorf("not allowed is %+v, want %s", v, novelty)
	}
	b.again(t, 4, []string{"--deny", `exe endsWith "/novelty"`, "--quiet"}, []string{"make", "-j2"})
	b.again(t, 4, []string{"--deny", `exe endsWith "/novelty"`, "--quiet"}, []string{"sh", "-c", "./novelty; exit 7"})
	b.again(t, 0, []string{"--deny", `exe endsWith "/another"`, "--quiet"}, []string{"make", "-j2"})
}
