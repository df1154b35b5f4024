package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/livestest"
	"github.com/exectrail/exectrail/internal/printable"
)

var update = flag.Bool("update", false, "write what the tests compare with")

func build(t *testing.T) *lives.Run {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("testdata", "build.script"))
	if err != nil {
		t.Fatal(err)
	}
	return livestest.Run(t, []string{"make", "-j2"}, string(script))
}

func TestGolden(t *testing.T) {
	r := New(build(t), 5)
	guarded := New(build(t), 2)
	for i := range guarded.Run.Processes {
		for k := range guarded.Run.Processes[i].Programs {
			if p := &guarded.Run.Processes[i].Programs[k]; p.Name() == "as" || p.Name() == "prog" {
				guarded.Violations = append(guarded.Violations, lives.Violation{Process: i, Program: p, Path: p.Path(), Why: "no rule allows it"})
			}
		}
	}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"build.txt":      func(b *bytes.Buffer) error { return r.WriteText(b, 80) },
		"build-wide.txt": func(b *bytes.Buffer) error { return r.WriteText(b, 0) },
		"build-slim.txt": func(b *bytes.Buffer) error { return r.WriteText(b, 40) },
		"build.md":       func(b *bytes.Buffer) error { return r.WriteMarkdown(b) },
		"guarded.txt":    func(b *bytes.Buffer) error { return guarded.WriteText(b, 100) },
		"guarded.md":     func(b *bytes.Buffer) error { return guarded.WriteMarkdown(b) },
		"build.tree":     func(b *bytes.Buffer) error { return WriteTree(b, r.Run, 80) },
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := write(&got); err != nil {
				t.Fatal(err)
			}
			harmless(t, got.Bytes())
			golden(t, name, got.Bytes())
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("not as in %s:\n%s", file, got)
	}
}

// harmless fails the test when there is anything in text that must not reach a terminal, but for the ends of lines.
func harmless(t *testing.T, text []byte) {
	t.Helper()
	if !utf8.Valid(text) {
		t.Errorf("not UTF-8: %q", text)
	}
	for _, r := range string(text) {
		if r != '\n' && !printable.IsPrint(r) {
			t.Errorf("%U in %q", r, text)
			return
		}
	}
}

// fits fails the test when text takes more than the screen of a terminal.
func fits(t *testing.T, text string, columns, rows int) {
	t.Helper()
	if n := strings.Count(text, "\n"); n > rows {
		t.Errorf("%d lines:\n%s", n, text)
	}
	for line := range strings.Lines(text) {
		if w := printable.Width([]byte(strings.TrimSuffix(line, "\n"))); w > columns {
			t.Errorf("%d columns: %s", w, line)
		}
	}
}
