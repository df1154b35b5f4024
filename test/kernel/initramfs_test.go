package main

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/cavaliergopher/cpio"

	"github.com/exectrail/exectrail/test/kernel/guest"
)

func TestWriteInitramfs(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	init := write("first", "the first program")
	write("01-ring.ko", "a module")
	write("02-block.ko", "another")
	want := steps("TestOne", testsAll)
	to := filepath.Join(dir, "initramfs")
	if err := writeInitramfs(to, init, dir, want); err != nil {
		t.Fatal(err)
	}

	f, err := os.Open(to)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found := map[string]string{}
	for archive := cpio.NewReader(f); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		found[h.Name] = string(content)
		if h.Name == "init" && h.Mode.Perm() != 0o755 {
			t.Errorf("init has the mode %v", h.Mode)
		}
	}
	names := slices.Sorted(maps.Keys(found))
	if !slices.Equal(names, []string{"init", "modules", "modules/01-ring.ko", "modules/02-block.ko", "steps.json"}) {
		t.Errorf("it holds %q", names)
	}
	if found["init"] != "the first program" || found["modules/02-block.ko"] != "another" {
		t.Errorf("the files are %q", found)
	}
	var got []guest.Step
	if err := json.Unmarshal([]byte(found["steps.json"]), &got); err != nil || len(got) != len(want) || got[2].Dir != want[2].Dir {
		t.Errorf("the steps are %+v, want %+v: %v", got, want, err)
	}
}
