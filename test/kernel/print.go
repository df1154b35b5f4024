package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// result is what came of a target.
type result struct {
	kernel
	session  *session
	problems []string
	log      string
	took     time.Duration
}

// counts are numbers of tests.
type counts struct{ passed, failed, skipped int }

// counts takes each thing that is wrong with the machine for a test that failed.
func (r result) counts() counts {
	c := counts{failed: len(r.problems)}
	for _, test := range r.session.tests {
		switch test.verdict {
		case "PASS":
			c.passed++
		case "FAIL":
			c.failed++
		case "SKIP":
			c.skipped++
		}
	}
	return c
}

// print writes a result in the form of go test, so that who reads that can read this. Verbose, it tells of each test,
// and otherwise of those that did not pass.
func (r result) print(w io.Writer, verbose bool) {
	for _, test := range r.session.tests {
		if test.verdict != "PASS" {
			for _, line := range test.said {
				fmt.Fprintln(w, line)
			}
		}
		if test.verdict != "PASS" || verbose {
			fmt.Fprintf(w, "--- %s: %s/%s (%ss)\n", test.verdict, r.id(), test.name, test.seconds)
		}
	}
	for _, p := range r.problems {
		fmt.Fprintf(w, "    %s\n--- FAIL: %s/machine (0.00s)\n", strings.ReplaceAll(p, "\n", "\n    "), r.id())
	}
	verdict := "ok  "
	if r.counts().failed > 0 {
		verdict = "FAIL"
		fmt.Fprintf(w, "the whole console: %s\n", r.log)
	}
	fmt.Fprintf(w, "%s\t%s\tLinux %s\t%.0fs\n", verdict, r.id(), r.got, r.took.Seconds())
}
