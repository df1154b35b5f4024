package main

import (
	"strings"
	"testing"
	"time"
)

func TestPrint(t *testing.T) {
	r := result{
		kernel:   kernel{target: target{name: "6.12", arch: "arm64"}, got: "6.12.1-1"},
		session:  read(t, console),
		problems: []string{"it stopped"},
		log:      "/logs/6.12-arm64.log",
		took:     61 * time.Second,
	}
	for _, test := range []struct {
		verbose bool
		passed  string
	}{{false, ""}, {true, "--- PASS: 6.12-arm64/TestEven (0.25s)\n"}} {
		var b strings.Builder
		r.print(&b, test.verbose)
		want := `--- FAIL: 6.12-arm64/TestOdd (1.50s)
    odd_test.go:9: got 1, want 2
--- FAIL: 6.12-arm64/TestOdd/first (0.50s)
    testenv.go:57: needs Linux 6.14, this is 6.12.1
--- SKIP: 6.12-arm64/TestOdd/second (0.00s)
` + test.passed + `    it stopped
--- FAIL: 6.12-arm64/machine (0.00s)
the whole console: /logs/6.12-arm64.log
FAIL	6.12-arm64	Linux 6.12.1-1	61s
`
		if b.String() != want {
			t.Errorf("got\n%s\nwant\n%s", b.String(), want)
		}
	}
	if got := r.counts(); got != (counts{1, 3, 1}) {
		t.Errorf("got %+v", got)
	}
}
