package e2e

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// TestRewrittenArguments has a thread change argv while another one execs,
// again and again: what was recorded is what the program received.
func TestRewrittenArguments(t *testing.T) {
	times := testenv.Times(1000, 200)
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	ran := r.run(t, command(t, "rewrite", trigger(t, "target"), strconv.Itoa(times)))
	r.stop(t)
	witnesses := readWitnesses(t, ran.log())

	recorded := map[uint32]*event.Exec{}
	for _, e := range of[*event.Exec](ran.events) {
		if e.PID != ran.pid {
			recorded[e.PID] = e
		}
	}
	if len(witnesses) != times || len(recorded) != times {
		t.Fatalf("%d programs ran, %d were recorded, want %d", len(witnesses), len(recorded), times)
	}
	right, torn := 0, 0
	for _, w := range witnesses {
		e := recorded[uint32(w.number(t, "pid", 10))]
		if e == nil {
			t.Errorf("process %s was not recorded", w.fields["pid"])
			continue
		}
		if bytes.Equal(e.Args.Raw, []byte(strings.Join(w.args, "\x00")+"\x00")) && e.Args.Missing() == 0 {
			right++
		}
		if tornArgument(w.args) {
			torn++
		}
	}
	if right != times {
		t.Errorf("the arguments of %d of %d are what the program received", right, times)
	}
	// Without one the test would prove nothing: the thread was too slow.
	if torn == 0 {
		t.Error("no argument was changed while the kernel copied it")
	}
	t.Logf("%d of %d right; the kernel copied %d while an argument changed", right, times, torn)
}

// tornArgument reports whether an argument holds more than one letter: each is
// written with one only.
func tornArgument(args []string) bool {
	for _, arg := range args[1:] {
		if strings.Trim(arg, arg[:1]) != "" {
			return true
		}
	}
	return false
}
