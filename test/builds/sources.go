package builds

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// writeSources writes files into parts that name the sources of all packages that apt is set up for: its own configuration, with
// the kind of each entry changed.
func writeSources(ctx context.Context, parts string) error {
	list, err := aptPath(ctx, "Dir::Etc::sourcelist/f")
	if err != nil {
		return err
	}
	dir, err := aptPath(ctx, "Dir::Etc::sourceparts/d")
	if err != nil {
		return err
	}
	files := []string{list}
	// In that directory apt reads no other files (sources.list(5)).
	for _, ending := range []string{"*.list", "*.sources"} {
		more, err := filepath.Glob(filepath.Join(dir, ending))
		if err != nil {
			return err
		}
		files = append(files, more...)
	}
	for i, file := range files {
		content, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			continue // either of the two places may be empty
		}
		if err != nil {
			return err
		}
		name := filepath.Join(parts, fmt.Sprintf("%d%s", i, filepath.Ext(file)))
		if err := os.WriteFile(name, []byte(sourcesOf(string(content))), 0o644); err != nil {
			return err
		}
	}
	return nil
}

var (
	line   = regexp.MustCompile(`(?m)^[ \t]*deb([ \t])`)           // of the form: deb URI SUITE COMPONENT
	stanza = regexp.MustCompile(`(?mi)^Types:[ \t]*deb\b.*$`)      // of deb822
	both   = regexp.MustCompile(`(?m)^[ \t]*deb-src[ \t].*(\n|$)`) // which the line for its packages makes again
)

// sourcesOf returns a file of apt's with the sources of what it has the packages of.
func sourcesOf(content string) string {
	content = both.ReplaceAllLiteralString(content, "")
	content = line.ReplaceAllString(content, "deb-src$1")
	return stanza.ReplaceAllLiteralString(content, "Types: deb-src")
}

// aptPath returns a path of apt's configuration.
func aptPath(ctx context.Context, name string) (string, error) {
	out, err := exec.CommandContext(ctx, "apt-config", "shell", "path", name).Output()
	if err != nil {
		return "", fmt.Errorf("apt-config %s: %w", name, err)
	}
	_, quoted, _ := strings.Cut(strings.TrimSpace(string(out)), "=")
	return strings.Trim(quoted, "'"), nil
}
