package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"

	"github.com/exectrail/exectrail/test/triggers"
)

// What stands where on the disk.
const (
	binary     = "/bin/exectrail"
	triggerDir = "/triggers"
	sourceDir  = "/source" // only what tests read
)

// The packages whose tests are run.
const (
	probePackage = "internal/probe"
	e2ePackage   = "test/e2e"
)

// testBinary returns where the tests of a package stand.
func testBinary(pkg string) string { return "/bin/" + path.Base(pkg) + ".test" }

// software is what machines of an architecture run: the same on each kernel.
type software struct {
	init string // the first program
	disk string // an image with the rest, which a machine may write to: its changes are dropped
}

// build compiles what the machines of an architecture run, into dir.
func build(ctx context.Context, arch, dir string) (software, error) {
	s := software{init: filepath.Join(dir, "init"), disk: filepath.Join(dir, "disk.img")}
	root := filepath.Join(dir, "root")
	for _, d := range []string{
		"bin", "etc", "root", "tmp", "dev", "proc", "sys", triggerDir,
		filepath.Join(sourceDir, probePackage), filepath.Join(sourceDir, e2ePackage),
	} {
		if err := os.MkdirAll(filepath.Join(root, d), 0o755); err != nil {
			return s, err
		}
	}
	if err := os.Chmod(filepath.Join(root, "tmp"), 0o777|os.ModeSticky); err != nil {
		return s, err
	}
	for _, args := range [][]string{
		{"build", "-o", s.init, "./test/kernel/init"},
		{"build", "-o", filepath.Join(root, binary), "./cmd/exectrail"},
		{"test", "-c", "-o", filepath.Join(root, testBinary(probePackage)), "./" + probePackage},
		{"test", "-c", "-o", filepath.Join(root, testBinary(e2ePackage)), "./" + e2ePackage},
	} {
		cmd := exec.CommandContext(ctx, "scripts/go.sh", args...)
		cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch, "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return s, fmt.Errorf("build for %s: go %v: %w\n%s", arch, args, err, out)
		}
	}
	if err := triggers.BuildFor(ctx, arch, machines[arch].compiler, filepath.Join(root, triggerDir)); err != nil {
		return s, err
	}
	for name, content := range map[string]string{
		"etc/passwd": "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/nonexistent:/bin/sh\n",
		"etc/group":  "root:x:0:\nnogroup:x:65534:\n",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o644); err != nil {
			return s, err
		}
	}
	if err := os.CopyFS(filepath.Join(root, sourceDir, "testdata"), os.DirFS("testdata")); err != nil {
		return s, err
	}
	if err := copyFile(s.init, filepath.Join(root, "bin/sh")); err != nil {
		return s, err
	}
	return s, makeDisk(ctx, root, s.disk)
}

// makeDisk puts a directory on a disk of 1 GiB, most of which is a hole.
func makeDisk(ctx context.Context, root, image string) error {
	mke2fs, err := exec.LookPath("mke2fs")
	if err != nil {
		mke2fs = "/usr/sbin/mke2fs" // only root has that on its path
	}
	cmd := exec.CommandContext(ctx, mke2fs, "-q", "-F", "-t", "ext4", "-E", "root_owner=0:0", "-d", root, image, "1G")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make the disk: %w\n%s", err, out)
	}
	return nil
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o755)
}
