package main

import (
	"strings"
	"testing"
)

func TestCheckSummary(t *testing.T) {
	const (
		start = `{"message":"tracing by tp_btf/sched_process_exec; Ctrl-C ends it"}` + "\n"
		good  = `{"exectrail":{"summary":{"cost":{"cpu_ns":1},"execs":{"lost":{"buffer_full":1,"recursion":2},"recorded":4,"seen":7},"shown":4}},"message":"7 executed"}` + "\n"
	)
	for _, test := range []struct{ name, said, fault string }{
		{"balanced", start + good, ""},
		{"unbalanced", start + strings.Replace(good, `"seen":7`, `"seen":8`, 1), "8 execs seen, 4 recorded"},
		{"no summary", start, "without a summary"},
		{"no JSON", "panic: what\n", "parse a message"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var r tracerRun
			r.said.WriteString(test.said)
			err := r.checkSummary()
			if (err == nil) != (test.fault == "") || err != nil && !strings.Contains(err.Error(), test.fault) {
				t.Errorf("got %v, want %q", err, test.fault)
			}
		})
	}
}
