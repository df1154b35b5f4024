package builds

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/exectrail/exectrail/internal/testenv"
)

// TestUnpack finds the source of the project, fetched where it was not before.
func TestUnpack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "source")
	if err := Unpack(t.Context(), dir); errors.Is(err, ErrNoApt) {
		testenv.Skip(t, "%v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"configure", "Makefile.in", "src"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if err := Unpack(t.Context(), dir); !errors.Is(err, os.ErrExist) {
		t.Errorf("unpacked over what was there: %v", err)
	}
}

func TestFetchKeeps(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	downloaded := filepath.Join(t.TempDir(), "dash_1.orig.tar.gz")
	if err := os.WriteFile(downloaded, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	kept, err := keep(downloaded, filepath.Join(cache, "exectrail", "sources"))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", "") // so that nothing can be fetched
	if got, err := Fetch(t.Context()); got != kept || err != nil {
		t.Errorf("the archive is %s (%v), want %s", got, err, kept)
	}
	if content, err := os.ReadFile(kept); string(content) != "content" || err != nil {
		t.Errorf("it has %q (%v)", content, err)
	}
	if err := os.Remove(kept); err != nil {
		t.Fatal(err)
	}
	if _, err := Fetch(t.Context()); !errors.Is(err, ErrNoApt) {
		t.Errorf("without apt the error is %v", err)
	}
}

func TestSourcesOf(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{
			"a line each", "# deb one\ndeb [signed-by=/k.gpg] mirror:/list stable main\ndeb-src mirror:/list stable main\n",
			"# deb one\ndeb-src [signed-by=/k.gpg] mirror:/list stable main\n",
		},
		{
			"deb822", "Types: deb\nURIs: mirror:/list\nSuites: stable\n\nTypes: deb deb-src\nURIs: mirror:/other\n",
			"Types: deb-src\nURIs: mirror:/list\nSuites: stable\n\nTypes: deb-src\nURIs: mirror:/other\n",
		},
	} {
		if got := sourcesOf(c.in); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestUnpackFails finds that a damaged archive is an error.
func TestUnpackFails(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "bad.tar.gz")
	if err := os.WriteFile(archive, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := unpack(t.Context(), archive, filepath.Join(t.TempDir(), "source")); !errors.As(err, &exit) {
		t.Errorf("the error is %v, want one of tar", err)
	}
}
