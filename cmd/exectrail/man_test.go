package main

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

//go:generate go test -run ^TestManPages$ -update .

var update = flag.Bool("update", false, "write what the tests compare with")

const manDir = "../../docs/man"

// TestManPages compares docs/man with the commands. With -update it writes docs/man.
func TestManPages(t *testing.T) {
	root := newRootCommand(nil)
	root.InitDefaultCompletionCmd()
	pages := map[string][]byte{}
	addManPages(t, root, pages)
	if *update {
		writeManPages(t, pages)
	}

	files, err := os.ReadDir(manDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, ok := pages[f.Name()]; !ok {
			t.Errorf("docs/man/%s belongs to no command", f.Name())
		}
	}
	for name, page := range pages {
		got, err := fs.ReadFile(os.DirFS(manDir), name)
		if err != nil || !bytes.Equal(got, page) {
			t.Errorf("docs/man/%s is out of date: run go generate ./cmd/exectrail", name)
		}
	}
}

func addManPages(t *testing.T, cmd *cobra.Command, pages map[string][]byte) {
	t.Helper()
	var page bytes.Buffer
	header := doc.GenManHeader{Section: "1", Source: "exectrail", Manual: "exectrail manual", Date: &time.Time{}}
	if err := doc.GenMan(cmd, &header, &page); err != nil {
		t.Fatal(err)
	}
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
	// A page says the same on every day that it is made.
	pages[name] = bytes.Replace(page.Bytes(), []byte(`"Jan 0001"`), []byte(`""`), 1)
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
			addManPages(t, c, pages)
		}
	}
}

func writeManPages(t *testing.T, pages map[string][]byte) {
	t.Helper()
	if err := os.RemoveAll(manDir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(manDir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, page := range pages {
		if err := os.WriteFile(filepath.Join(manDir, name), page, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
