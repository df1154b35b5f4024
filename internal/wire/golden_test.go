package wire_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is in testdata anew, the records from this kernel (as root)")

// TestGolden decodes the records that kernels have written: testdata has a
// folder for each, and beside the records what they say.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.bin")
	if err != nil || len(files) == 0 {
		t.Fatalf("no records: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(file, "testdata/"), ".bin"), func(t *testing.T) {
			records, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.TrimSuffix(file, ".bin") + ".txt"
			got := textOf(t, records)
			if *update {
				if err := os.WriteFile(text, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(text)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s: got\n%s", text, got)
			}
		})
	}
}
