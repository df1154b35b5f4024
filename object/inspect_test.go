package object

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write what the tests compare with")

// TestInspectGolden compares what is told of objects with testdata/inspect, which was compared with llvm-objdump
// and the sources. What the kernel says is left out.
func TestInspectGolden(t *testing.T) {
	for _, name := range []string{"kinds", "refused", "legacy_iproute2", "legacy_iproute2.eb", "legacy_gobpf", "ring.eb"} {
		t.Run(name, func(t *testing.T) {
			o := open(t, name)
			got, err := json.MarshalIndent(map[string]any{
				"byte_order": o.ByteOrder().String(), "license": o.License(), "notes": o.Notes(),
				"maps": o.Maps(), "programs": o.Programs(),
			}, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			golden := filepath.Join("testdata", "inspect", name+".json")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s differs; go test -update writes it:\n%s", golden, got)
			}
		})
	}
}

func open(t *testing.T, name string) *Object {
	t.Helper()
	o, err := Open(filepath.Join("testdata", name+".elf"))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestInspectByteOrder finds the same in an object for either byte order.
func TestInspectByteOrder(t *testing.T) {
	describe := func(name string) string {
		o := open(t, name)
		j, err := json.Marshal([]any{o.Maps(), o.Programs(), o.Notes()})
		if err != nil {
			t.Fatal(err)
		}
		return string(j)
	}
	for _, name := range []string{"ring", "legacy_iproute2"} {
		if little, big := describe(name), describe(name+".eb"); little != big {
			t.Errorf("%s: little-endian:\n%s\nbig-endian:\n%s", name, little, big)
		}
	}
}
