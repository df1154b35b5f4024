package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/object"
)

// TestInspectText compares what is written of objects with testdata/inspect. What the kernel says is left out, but for one
// whose answers are given.
func TestInspectText(t *testing.T) {
	for _, name := range []string{"kinds", "refused", "legacy_iproute2", "legacy_gobpf", "ring.eb"} {
		t.Run(name, func(t *testing.T) {
			checkInspection(t, name, inspect(t, name))
		})
	}
	t.Run("support", func(t *testing.T) {
		i := inspect(t, "refused")
		i.addSupport(map[string]object.Support{
			"good":       {State: object.LoadableYes},
			"restricted": {State: object.LoadableUnknown, Reason: "not permitted without CAP_BPF and CAP_PERFMON; run it as root"},
			"no_target":  {State: object.LoadableNo, Reason: "the kernel has no target no_such_tracepoint for tp_btf programs"},
		})
		i.addPlacements(map[string]object.Placement{
			"good":       {Attachments: []object.Attachment{{Kind: "raw_tp", Target: "sched_process_exec"}}},
			"restricted": {Attachments: []object.Attachment{{Kind: "xdp", Target: "eth0"}, {Kind: "xdp", Target: "eth1"}}},
			"no_target":  {Reason: "the kernel has no tracepoint no_such_tracepoint", Hint: "perhaps such_tracepoint?"},
		})
		checkInspection(t, "support", i)
	})
	t.Run("loaded", func(t *testing.T) {
		i := inspect(t, "ring")
		log := []string{"0: (95) exit", "R0 !read_ok", "processed 1 insns (limit 1000000)"}
		i.addLoaded([]object.LoadResult{{Name: "events", FD: 5, ID: 17}},
			[]object.LoadResult{{Name: "on_exec", FD: 6, ID: 18, VerifiedInstructions: 26, Err: errors.New("R0 !read_ok"), Log: log}}, false)
		checkInspection(t, "loaded", i)
	})
}

func inspect(t *testing.T, name string) *inspection {
	t.Helper()
	o, err := object.Open("../../object/testdata/" + name + ".elf")
	if err != nil {
		t.Fatal(err)
	}
	return newInspection(name+".elf", o)
}

func checkInspection(t *testing.T, name string, i *inspection) {
	t.Helper()
	var got bytes.Buffer
	if err := writeInspection(&got, i); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "inspect", name+".txt")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s differs; go test -update writes it:\n%s", golden, got.Bytes())
	}
	for line := range strings.Lines(got.String()) {
		if n := len(strings.TrimRight(line, "\n")); n > 120 || strings.HasSuffix(line, " \n") {
			t.Errorf("a line of %d columns, or one that ends with a space: %q", n, line)
		}
	}
}

// TestInspectVerifierLog cuts the verifier's log to its last lines, unless all of it is asked for.
func TestInspectVerifierLog(t *testing.T) {
	log := strings.Split("1 2 3 4 5 6 7 8 9", " ")
	log = append(log, "processed 9 insns (limit 1000000)")
	results := []object.LoadResult{{Name: "on_exec", Err: errors.New("refused"), Log: log}}
	for _, tt := range []struct {
		whole bool
		want  string
		hint  bool
	}{
		{false, `["5","6","7","8","9"]`, true},
		{true, `["1","2","3","4","5","6","7","8","9","processed 9 insns (limit 1000000)"]`, false},
	} {
		i := inspect(t, "ring")
		i.addLoaded([]object.LoadResult{{Name: "events", FD: 5, ID: 17}}, results, tt.whole)
		got, err := json.Marshal(i.Programs[0].VerifierLog)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != tt.want {
			t.Errorf("whole: %v: %s, want %s", tt.whole, got, tt.want)
		}
		failure := i.err()
		if failure == nil || failure.Error() != "cannot load 1 program of ring.elf" {
			t.Errorf("whole: %v: error %v", tt.whole, failure)
		}
		if hinted := hintOf(failure) != ""; hinted != tt.hint {
			t.Errorf("whole: %v: hint %q", tt.whole, hintOf(failure))
		}
	}
}

// TestInspectHostileNames shows the names of a file, and does not obey them.
func TestInspectHostileNames(t *testing.T) {
	i := inspect(t, "ring")
	const name = "evil\x1b[31m\nloaded"
	i.File, i.License, i.Notes = name, name, []string{name}
	i.Maps[0].Name, i.Maps[0].Value = name, name
	p := &i.Programs[0].Program
	p.Name, p.Section, p.Target = name, name, name
	p.Maps, p.Helpers, p.Functions, p.KernelFunctions = []string{name}, []string{name}, []string{name}, []string{name}
	i.addLoaded([]object.LoadResult{{Err: errors.New(name)}}, []object.LoadResult{{Err: errors.New(name), Log: []string{name}}}, false)
	var got bytes.Buffer
	if err := writeInspection(&got, i); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(got.String(), "\x1b\x00\r") || strings.Contains(got.String(), "\nloaded") {
		t.Errorf("%q", got.String())
	}
}
