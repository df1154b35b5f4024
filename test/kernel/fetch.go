package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// kernel is a target whose files are there.
type kernel struct {
	target
	dir string // vmlinuz, modules/, version
	got string // the version that was fetched, which is another where the wanted one is gone
}

// fetch returns the kernel from the cache, where it is put first if need be.
func fetch(ctx context.Context, cache string, t target, out io.Writer) (kernel, error) {
	k := kernel{target: t, dir: filepath.Join(cache, strings.Join([]string{t.series, t.flavour, t.arch, t.version}, "-"))}
	version := filepath.Join(k.dir, "version")
	if _, err := os.Stat(version); err != nil {
		cmd := exec.CommandContext(ctx, "scripts/kernels.sh", k.dir, t.series, t.flavour, t.arch, t.version, t.suite)
		cmd.Stdout, cmd.Stderr = out, os.Stderr
		if err := cmd.Run(); err != nil {
			return kernel{}, fmt.Errorf("fetch the kernel %s for %s: %w", t.name, t.arch, err)
		}
	}
	content, err := os.ReadFile(version)
	if err != nil {
		return kernel{}, err
	}
	k.got = strings.TrimSpace(string(content))
	if k.got != t.version {
		fmt.Fprintf(out, "%s: %s instead of %s, which %s no longer has\n", t.id(), k.got, t.version, t.suite)
	}
	return k, nil
}
