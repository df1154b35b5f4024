package main

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/exectrail/exectrail/test/kernel/guest"
)

// session is what the console of a machine told.
type session struct {
	steps map[string]*stepResult
	tests []testResult
	taint uint64
	done  bool
	fault string
	tail  []string // the last lines that no step printed, or that were printed in the midst of one that did not end
}

// stepResult is what a step printed, and its exit code.
type stepResult struct {
	lines []string
	ended bool
	code  int
}

// testResult is the result of a test or subtest.
type testResult struct {
	name    string
	verdict string // PASS, FAIL or SKIP
	seconds string
	said    []string // what was printed while it ran, without its subtests
}

// readConsole takes apart what a machine wrote to its console.
func readConsole(r io.Reader) (*session, error) {
	s := &session{steps: map[string]*stepResult{}}
	var current *stepResult
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), "\r")
		var name string
		var code int
		switch {
		case scan(line, guest.Begin, &name):
			current, s.tail = &stepResult{code: -1}, nil
			s.steps[name] = current
		case scan(line, guest.End, &name, &code) && current != nil:
			current.ended, current.code = true, code
			current, s.tail = nil, nil
		case scan(line, guest.Taint, &s.taint):
		case line == guest.Done:
			s.done = true
		case strings.HasPrefix(line, strings.TrimSuffix(guest.Fault, "%s")):
			s.fault = strings.TrimPrefix(line, strings.TrimSuffix(guest.Fault, "%s"))
		default:
			if current != nil {
				current.lines = append(current.lines, line)
			}
			s.tail = append(s.tail, line)[max(0, len(s.tail)-29):]
		}
	}
	for _, pkg := range testPackages {
		if step := s.steps[testStep(pkg)]; step != nil {
			s.tests = append(s.tests, readTests(step.lines)...)
		}
	}
	return s, lines.Err()
}

// scan reports whether a line is of a format, whose values it reads.
func scan(line, format string, values ...any) bool {
	head, _, _ := strings.Cut(format, "%")
	if !strings.HasPrefix(line, head) {
		return false
	}
	n, err := fmt.Sscanf(line, format, values...)
	return err == nil && n == len(values)
}

var (
	isRunning = regexp.MustCompile(`^=== (?:RUN|CONT|NAME|PAUSE) +(\S+)$`)
	isVerdict = regexp.MustCompile(`^ *--- (PASS|FAIL|SKIP): (\S+) \((\S+)s\)$`)
)

// readTests reads the output of go test -v.
func readTests(lines []string) []testResult {
	var (
		results []testResult
		said    = map[string][]string{}
		running string
	)
	for _, line := range lines {
		if m := isRunning.FindStringSubmatch(line); m != nil {
			running = m[1]
			continue
		}
		if m := isVerdict.FindStringSubmatch(line); m != nil {
			results = append(results, testResult{name: m[2], verdict: m[1], seconds: m[3]})
			running = ""
			continue
		}
		said[running] = append(said[running], line)
	}
	for i := range results {
		results[i].said = said[results[i].name]
	}
	return results
}
