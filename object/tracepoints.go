package object

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// tracefs returns the tracing file system. Where it is not mounted, this process mounts it for itself only.
func (k *kernel) tracefs() (*os.Root, error) {
	if k.tracing != nil {
		return k.tracing, nil
	}
	root, err := openTracefs()
	if err != nil {
		return nil, advise("cannot use tracefs", err,
			rightsHint("to mount it: mount -t tracefs tracefs /sys/kernel/tracing", unix.CAP_BPF, unix.CAP_PERFMON))
	}
	k.tracing = root
	return root, nil
}

// close gives up what was opened.
func (k *kernel) close() {
	if k.tracing != nil {
		k.tracing.Close()
		k.tracing = nil
	}
}

// tracepointID returns the number that perf events know a tracepoint by.
func (k *kernel) tracepointID(group, name string) (uint64, error) {
	root, err := k.tracefs()
	if err != nil {
		return 0, err
	}
	text, err := root.ReadFile(path.Join("events", group, name, "id"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, &advised{
			reason: fmt.Sprintf("the kernel has no tracepoint %s/%s", group, name),
			hint:   nearTracepoints(root.FS(), group, name),
		}
	}
	if err != nil {
		return 0, fmt.Errorf("read the number of tracepoint %s/%s: %w", group, name, err)
	}
	return strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
}

// nearTracepoints gives advice on a tracepoint that is not there.
func nearTracepoints(root fs.FS, group, name string) string {
	const otherwise = "perhaps a module has it that is not loaded"
	if in := directories(root, path.Join("events", group)); len(in) > 0 {
		return nearHint(name, slices.Values(in), otherwise)
	}
	groups := directories(root, "events")
	for _, other := range groups {
		if _, err := fs.Stat(root, path.Join("events", other, name, "id")); err == nil {
			return fmt.Sprintf("perhaps %s/%s?", other, name)
		}
	}
	return nearHint(group, slices.Values(groups), otherwise)
}

// directories returns the names of those in a directory.
func directories(root fs.FS, in string) []string {
	entries, err := fs.ReadDir(root, in)
	if err != nil {
		return nil
	}
	var all []string
	for _, e := range entries {
		if e.IsDir() {
			all = append(all, e.Name())
		}
	}
	return all
}
