package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// witness is what a program wrote down about how it was started: see target.c.
type witness struct {
	fields map[string]string
	args   []string
	env    []string
}

// readWitnesses parses the records in a file.
func readWitnesses(t testing.TB, path string) []witness {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	list, err := parseWitnesses(strings.Split(strings.TrimSuffix(string(content), "\x00"), "\x00"))
	if err != nil {
		t.Fatalf("parse %s: %v", path, err)
	}
	return list
}

func parseWitnesses(words []string) ([]witness, error) {
	var list []witness
	for len(words) > 0 && words[0] != "" {
		w := witness{fields: map[string]string{}}
		for len(words) > 0 && words[0] != "end" {
			name, value, ok := strings.Cut(words[0], "=")
			if !ok {
				return nil, fmt.Errorf("%q is no field", words[0])
			}
			words = words[1:]
			if name != "argc" && name != "envc" {
				w.fields[name] = value
				continue
			}
			n, err := strconv.Atoi(value)
			if err != nil || n > len(words) {
				return nil, fmt.Errorf("%s=%s with %d words left", name, value, len(words))
			}
			if name == "argc" {
				w.args = words[:n]
			} else {
				w.env = words[:n]
			}
			words = words[n:]
		}
		if len(words) == 0 {
			return nil, fmt.Errorf("a record has no end")
		}
		words = words[1:]
		list = append(list, w)
	}
	return list, nil
}

// has reports whether the witness could find the field out.
func (w witness) has(name string) bool {
	_, ok := w.fields[name]
	return ok
}

// number returns a field. One that is missing makes the test fail.
func (w witness) number(t testing.TB, name string, base int) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(w.fields[name], base, 64)
	if err != nil {
		t.Fatalf("witness: field %s: %v", name, err)
	}
	return n
}

// namespace returns the number in a link like pid:[4026531836].
func (w witness) namespace(t testing.TB, name string) uint32 {
	t.Helper()
	_, number, _ := strings.Cut(strings.TrimSuffix(w.fields[name], "]"), "[")
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		t.Fatalf("witness: field %s: %v", name, err)
	}
	return uint32(n)
}

// path returns a path as the kernel words it in /proc, and whether it marks it as deleted.
func (w witness) path(name string) (path string, deleted bool) {
	return strings.CutSuffix(w.fields[name], " (deleted)")
}

// newWitnessFile returns a file for descriptor 3 that any user may write to.
func newWitnessFile(t testing.TB) *os.File {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(publicDir(t), "witness"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if err := f.Chmod(0o666); err != nil {
		t.Fatal(err)
	}
	return f
}
