// Package triggers holds small C programs, each of which does one odd thing
// with exec, fork or exit, and the program that bears witness of what really ran.
package triggers

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

//go:embed src
var sources embed.FS

// Build compiles every program that exists for this processor into the
// directory dir. The compiler is that of the environment variable CC, or else cc.
func Build(ctx context.Context, dir string) error {
	cc := os.Getenv("CC")
	if cc == "" {
		cc = "cc"
	}
	return BuildFor(ctx, runtime.GOARCH, cc, dir)
}

// BuildFor compiles every program that exists for the processor arch, named as
// Go does, with the compiler cc into the directory dir: statically, so that
// they also run where there is no C library. A program is named like its file,
// without .c and _ARCH.
func BuildFor(ctx context.Context, arch, cc, dir string) error {
	copied, err := os.MkdirTemp("", "triggers-")
	if err != nil {
		return fmt.Errorf("make source directory: %w", err)
	}
	defer os.RemoveAll(copied)
	if err := os.CopyFS(copied, sources); err != nil {
		return fmt.Errorf("copy sources: %w", err)
	}
	files, err := fs.Glob(sources, "src/*.c")
	if err != nil {
		return fmt.Errorf("list sources: %w", err)
	}
	return inParallel(files, func(file string) error {
		name, ok := programName(filepath.Base(file), arch)
		if !ok {
			return nil
		}
		return compile(ctx, cc, filepath.Join(copied, file), filepath.Join(dir, name))
	})
}

// programName returns the name of the program that file is compiled to, and
// whether it is one for the processor arch.
func programName(file, arch string) (name string, ok bool) {
	name = strings.TrimSuffix(file, ".c")
	for _, only := range []string{"amd64", "arm64"} {
		if rest, found := strings.CutSuffix(name, "_"+only); found {
			return rest, only == arch
		}
	}
	return name, true
}

func compile(ctx context.Context, cc, source, program string) error {
	args := append(flags(filepath.Base(source)), "-Wall", "-Wextra", "-o", program, source)
	out, err := exec.CommandContext(ctx, cc, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("compile %s: %w\n%s", filepath.Base(source), err, out)
	}
	return nil
}

// flags returns how a file is compiled. Those without a C library are special.
func flags(file string) []string {
	switch file {
	case "nothing.c":
		return []string{"-static", "-O1", "-nostdlib"}
	case "thirtytwo_amd64.c":
		return []string{"-static", "-O1", "-nostdlib", "-m32", "-fno-pic", "-fno-stack-protector"}
	}
	return []string{"-static", "-O1", "-pthread"}
}

// inParallel calls f for each of the items, on as many processors as there
// are, and returns the first error.
func inParallel(items []string, f func(string) error) error {
	var (
		workers sync.WaitGroup
		queue   = make(chan string)
		errs    = make(chan error, len(items))
	)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for item := range queue {
				if err := f(item); err != nil {
					errs <- err
				}
			}
		})
	}
	for _, item := range items {
		queue <- item
	}
	close(queue)
	workers.Wait()
	close(errs)
	return <-errs
}
