// Package builds has a real project to build, for tests and measurements: one that is configured and made with a C compiler and a
// make alone, in more than 1,000 processes, within some seconds. Its source is that of the distribution.
package builds

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Package is the source package of the project: a shell, of some forty files of C, four of which make others.
const Package = "dash"

// Command builds the project, in its directory.
const Command = "./configure && make -j2"

// Unpack puts the source of the project into dir, which it creates, and which must not be there. It is fetched first if need be; see [Fetch].
func Unpack(ctx context.Context, dir string) error {
	archive, err := Fetch(ctx)
	if err != nil {
		return err
	}
	return unpack(ctx, archive, dir)
}

// unpack is tar without the first part of each path, which has the version in it.
func unpack(ctx context.Context, archive, dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "tar", "-xf", archive, "-C", dir, "--strip-components=1", "--no-same-owner")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("unpack %s: %w\n%s", filepath.Base(archive), err, out)
	}
	return nil
}
