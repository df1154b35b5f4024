package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLeftOut finds each test that machines leave out, so that the lists hold none that was renamed or removed.
func TestLeftOut(t *testing.T) {
	var source strings.Builder
	for _, pkg := range testPackages {
		files, err := filepath.Glob("../../" + pkg + "/*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(content)
		}
	}
	for _, name := range slices.Concat(hostOnly, notCore, hooks) {
		if !strings.Contains(source.String(), "\nfunc "+name+"(") {
			t.Errorf("there is no test %s", name)
		}
	}
}

// TestStepsAreRead finds that the tests of each step that is run are counted.
func TestStepsAreRead(t *testing.T) {
	for _, step := range steps("", testsAll) {
		if step.Name == doctorStep {
			continue
		}
		s := read(t, "@begin "+step.Name+"\n--- FAIL: TestOne (0.00s)\n@end "+step.Name+" 1\n")
		if len(s.tests) != 1 {
			t.Errorf("of the step %s %d tests were read, want 1", step.Name, len(s.tests))
		}
	}
}
