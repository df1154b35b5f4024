package main

import (
	"encoding/json"
	"errors"
	"os"
	"path"
	"path/filepath"

	"github.com/cavaliergopher/cpio"

	"github.com/exectrail/exectrail/test/kernel/guest"
)

// writeInitramfs writes the file system that the kernel starts from: the first program, the modules that it needs
// to find the disk, and the steps.
func writeInitramfs(to, init, modules string, steps []guest.Step) (err error) {
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	archive := cpio.NewWriter(f)
	add := func(name, file string) error {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return addFile(archive, name, content)
	}
	if err := add("init", init); err != nil {
		return err
	}
	if err := archive.WriteHeader(&cpio.Header{Name: path.Base(guest.ModulesDir), Mode: cpio.TypeDir | 0o755}); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(modules, "*.ko"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := add(path.Join(guest.ModulesDir[1:], filepath.Base(file)), file); err != nil {
			return err
		}
	}
	encoded, err := json.Marshal(steps)
	if err != nil {
		return err
	}
	if err := addFile(archive, guest.StepsFile[1:], encoded); err != nil {
		return err
	}
	return archive.Close()
}

func addFile(archive *cpio.Writer, name string, content []byte) error {
	h := &cpio.Header{Name: name, Mode: cpio.TypeReg | 0o755, Size: int64(len(content))}
	if err := archive.WriteHeader(h); err != nil {
		return err
	}
	_, err := archive.Write(content)
	return err
}
