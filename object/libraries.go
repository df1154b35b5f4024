package object

import (
	"io/fs"
	"path"
	"runtime"
	"strings"
)

// libraryDirs returns where the dynamic loader looks for libraries: the directories that /etc/ld.so.conf names, then its
// own, of which those of this architecture come first. What a program names in itself (RUNPATH) or is told by its
// environment it does not know.
func libraryDirs(root fs.FS) []string {
	dirs := configuredDirs(root, "etc/ld.so.conf", 0)
	if triplet := map[string]string{
		"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu", "riscv64": "riscv64-linux-gnu", "s390x": "s390x-linux-gnu",
	}[runtime.GOARCH]; triplet != "" {
		dirs = append(dirs, "/lib/"+triplet, "/usr/lib/"+triplet)
	}
	return append(dirs, "/lib64", "/usr/lib64", "/lib", "/usr/lib")
}

// configuredDirs reads a file as ldconfig(8) does: a directory or "include PATTERN" on each line.
func configuredDirs(root fs.FS, name string, depth int) []string {
	const deepest = 8 // a file may include itself
	text, err := fs.ReadFile(root, name)
	if err != nil || depth > deepest {
		return nil
	}
	var dirs []string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		switch {
		case len(fields) > 1 && fields[0] == "include":
			for _, pattern := range fields[1:] {
				if !path.IsAbs(pattern) {
					pattern = path.Join("/", path.Dir(name), pattern)
				}
				included, _ := fs.Glob(root, strings.TrimPrefix(pattern, "/"))
				for _, file := range included {
					dirs = append(dirs, configuredDirs(root, file, depth+1)...)
				}
			}
		case len(fields) == 1 && path.IsAbs(fields[0]):
			dirs = append(dirs, fields[0])
		}
	}
	return dirs
}
