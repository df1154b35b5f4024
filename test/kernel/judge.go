package main

import (
	"fmt"
	"regexp"
	"strings"
)

// What a kernel says of itself in /proc/sys/kernel/tainted (Documentation/admin-guide/tainted-kernels.rst).
const (
	taintOops    = 1 << 7
	taintWarning = 1 << 9
)

// problems returns what is wrong with a session beside tests that failed.
func (s *session) problems(release string) []string {
	var list []string
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	switch {
	case s.fault != "":
		add("the machine could not be made ready: %s", s.fault)
	case !s.done:
		add("the machine ended before its last step was done; its last lines:\n%s", strings.Join(s.tail, "\n"))
	}
	failed := false
	for _, test := range s.tests {
		failed = failed || test.verdict == "FAIL"
	}
	names := []string{doctorStep}
	for _, pkg := range testPackages {
		names = append(names, testStep(pkg))
	}
	for _, name := range names {
		step := s.steps[name]
		if step == nil || !step.ended || step.code == 0 {
			continue
		}
		if name == doctorStep || !failed {
			add("step %s ended with exit code %d: %s", name, step.code, strings.Join(step.lines[max(0, len(step.lines)-20):], "\n"))
		}
	}
	if s.done && len(s.tests) == 0 {
		add("no test was run")
	}
	if s.taint&(taintOops|taintWarning) != 0 {
		add("the kernel complained (taint %d): its log stands at the end of the console", s.taint)
	}
	for _, test := range s.tests {
		if test.verdict == "SKIP" && !permitted(test, release) {
			add("%s was skipped, which only a kernel or processor that lacks something permits: %s", test.name, test.reason())
		}
	}
	return list
}

var (
	isReason    = regexp.MustCompile(`^ +\S+_test\.go:\d+: (.*)|^ +testenv\.go:\d+: (.*)`)
	needsKernel = regexp.MustCompile(`^needs Linux (\d+)\.(\d+)`)
)

// reason returns why a test was skipped.
func (t testResult) reason() string {
	for i := len(t.said) - 1; i >= 0; i-- {
		if m := isReason.FindStringSubmatch(t.said[i]); m != nil {
			return m[1] + m[2]
		}
	}
	return "it gave no reason"
}

// permitted reports whether a test may have been skipped: what it is about came with a later kernel, or the processor has no such thing.
func permitted(t testResult, release string) bool {
	reason := t.reason()
	if strings.HasPrefix(reason, "this processor has no ") {
		return true
	}
	m := needsKernel.FindStringSubmatch(reason)
	if m == nil {
		return false
	}
	var need, have [2]int
	if _, err := fmt.Sscan(m[1], &need[0]); err != nil {
		return false
	}
	if _, err := fmt.Sscan(m[2], &need[1]); err != nil {
		return false
	}
	if _, err := fmt.Sscanf(release, "%d.%d", &have[0], &have[1]); err != nil {
		return false
	}
	return have[0] < need[0] || have[0] == need[0] && have[1] < need[1]
}
