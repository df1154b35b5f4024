package e2e

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
)

// TestObjectMapsWatch has exectrail watch a map while it changes, and until it is gone.
func TestObjectMapsWatch(t *testing.T) {
	binary := exectrailBinary(t)
	m, err := ebpf.NewMap(&ebpf.MapSpec{Name: "watched", Type: ebpf.Hash, KeySize: 4, ValueSize: 4, MaxEntries: 8})
	must(t, err)
	defer m.Close()
	info, err := m.Info()
	must(t, err)
	id, _ := info.ID()

	cmd := exec.Command(binary, "object", "maps", strconv.Itoa(int(id)), "--watch", "50ms", "-o", "json")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	rounds := json.NewDecoder(stdout)
	entries := func() int {
		t.Helper()
		var round struct {
			Time string
			Map  struct {
				ID      ebpf.MapID
				Name    string
				Type    string
				Holders []struct{ Comm string }
			}
			Entries []struct{ Key, Value string }
		}
		if err := rounds.Decode(&round); err != nil {
			t.Fatalf("%v, and exectrail says: %s", err, stderr.String())
		}
		if round.Time == "" || round.Map.ID != id || round.Map.Name != "watched" || round.Map.Type != "hash" || len(round.Map.Holders) != 1 {
			t.Errorf("shown is %+v", round)
		}
		for _, e := range round.Entries {
			if e.Key != e.Value {
				t.Errorf("an entry is %+v", e)
			}
		}
		return len(round.Entries)
	}
	for n := range uint32(3) {
		for entries() != int(n) {
		}
		must(t, m.Put(n+1, n+1))
	}
	for entries() != 3 {
	}
	must(t, m.Close())
	for rounds.More() {
		var round json.RawMessage
		must(t, rounds.Decode(&round))
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, stderr.String())
	}
	if !strings.Contains(stderr.String(), "no longer loaded") {
		t.Errorf("it ended with %q", stderr.String())
	}
}
