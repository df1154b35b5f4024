package enrich

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLookupID(t *testing.T) {
	file := filepath.Join(t.TempDir(), "passwd")
	text := "root:x:0:0::/:/bin/sh\nlong:x:7:" + strings.Repeat("x", 9000) + "\n# ann:x:9:\nann:x:1000:1000::/home/ann:/bin/sh\nann:x:1001:\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint32{"root": 0, "ann": 1000, "long": 7} {
		if id, err := LookupID(file, name); id != want || err != nil {
			t.Errorf("%s: %d, %v", name, id, err)
		}
	}
	if _, err := LookupID(file, "bob"); !errors.Is(err, ErrNoName) {
		t.Errorf("bob: %v", err)
	}
	if _, err := LookupID(file+"x", "root"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
