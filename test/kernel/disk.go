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
	exampleDir = "/examples"
	sourceDir  = "/source" // only what tests read
)

// testPackages are those whose tests are run, in their order.
var testPackages = []string{"internal/probe", "object", "test/e2e"}

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
		"bin", "etc", "root", "tmp", "dev", "proc", "sys", triggerDir, exampleDir,
	} {
		if err := os.MkdirAll(filepath.Join(root, d), 0o755); err != nil {
			return s, err
		}
	}
	if err := os.Chmod(filepath.Join(root, "tmp"), 0o777|os.ModeSticky); err != nil {
		return s, err
	}
	commands := [][]string{
		{"build", "-o", s.init, "./test/kernel/init"},
		{"build", "-o", filepath.Join(root, binary), "./cmd/exectrail"},
		{"build", "-o", filepath.Join(root, exampleDir, "execve-go"), "./examples/execve-go"},
	}
	for _, pkg := range testPackages {
		if err := copySource(root, pkg); err != nil {
			return s, err
		}
		commands = append(commands, []string{"test", "-c", "-o", filepath.Join(root, testBinary(pkg)), "./" + pkg})
	}
	for _, args := range commands {
		cmd := exec.CommandContext(ctx, "scripts/go.sh", args...)
		cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch, "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return s, fmt.Errorf("build for %s: go %v: %w\n%s", arch, args, err, out)
		}
	}
	if err := triggers.BuildFor(ctx, arch, machines[arch].compiler, filepath.Join(root, triggerDir)); err != nil {
		return s, err
	}
	compile := exec.CommandContext(ctx, "scripts/compile-objects.sh", "examples/execve-kprobe", filepath.Join(root, exampleDir))
	if out, err := compile.CombinedOutput(); err != nil {
		return s, fmt.Errorf("compile the example: %w\n%s", err, out)
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

// copySource puts what the tests of a package read where they look for it.
func copySource(root, pkg string) error {
	to := filepath.Join(root, sourceDir, pkg)
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	testdata := filepath.Join(pkg, "testdata")
	if _, err := os.Stat(testdata); os.IsNotExist(err) {
		return nil
	}
	return os.CopyFS(filepath.Join(to, "testdata"), os.DirFS(testdata))
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
