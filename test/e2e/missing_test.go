package e2e

import (
	"bytes"
	"testing"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
)

// TestMissingArguments runs a program with 6 MB of arguments, for which the
// buffer has no room: what is there is the beginning, and how much is not is told.
func TestMissingArguments(t *testing.T) {
	r := open(t, exectrail.WithBufferSize(1<<20))
	cmd := command(t, "huge", trigger(t, "target"))
	pid := execute(t, cmd)
	go r.read()
	events := r.stop(t)
	truth := readWitnesses(t, cmd.ExtraFiles[0].Name())[0]

	var e *event.Exec
	for _, exec := range of[*event.Exec](events) {
		if exec.PID == pid && string(exec.Comm) == "target" {
			e = exec
		}
	}
	if e == nil {
		t.Fatal("the exec itself was not recorded, though it is small")
	}
	var whole []byte
	for _, arg := range truth.args {
		whole = append(append(whole, arg...), 0)
	}
	if e.Args.Size != uint64(len(whole)) || int(e.ArgCount) != len(truth.args) {
		t.Errorf("%d arguments of %d bytes, want %d of %d", e.ArgCount, e.Args.Size, len(truth.args), len(whole))
	}
	if n := len(e.Args.Raw); n == 0 || n >= len(whole) || e.Args.Missing() != uint64(len(whole)-n) {
		t.Errorf("%d bytes are there and %d are missing of %d", n, e.Args.Missing(), len(whole))
	}
	if !bytes.HasPrefix(whole, e.Args.Raw) {
		t.Error("what is there is not the beginning of the arguments")
	}
	if r.stats.ChunksLost == 0 {
		t.Error("the parts that were lost are not counted")
	}
}
