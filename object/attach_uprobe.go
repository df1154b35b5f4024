package object

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/features"
	"github.com/cilium/ebpf/link"
)

// aimUprobe is for PATH:SYMBOL[+OFFSET], PATH:0xOFFSET in the file, and SYMBOL in the file that the options name. Where
// one program can have several places, SYMBOL may be a pattern.
func (p *plan) aimUprobe(h *hook) error {
	multi := strings.HasSuffix(h.kind, ".multi")
	path, symbol := p.splitUprobe(h.target)
	switch {
	case path == "" && symbol == "":
		return noTarget(h, true, "/bin/bash:readline")
	case path == "":
		return &advised{
			reason: fmt.Sprintf("the section of a %s does not say in which file %s is", h.kind, symbol),
			hint:   fmt.Sprintf("--path FILE, or --program %s=FILE:%s", h.spec.Name, symbol),
		}
	case symbol == "":
		return &advised{
			reason: fmt.Sprintf("%s says no function of %s", h.target, path),
			hint:   fmt.Sprintf("--program %s=%s:SYMBOL", h.spec.Name, path),
		}
	}
	if err := needProbes("uprobe", "UPROBES", "UPROBE_EVENTS"); err != nil {
		return err
	}
	if multi && errors.Is(features.HaveBPFLinkUprobeMulti(), ebpf.ErrNotSupported) {
		return unsupported("has no "+h.kind+", as Linux 6.6 and newer", "use uprobe and uretprobe programs, one for each function")
	}
	file, err := findExecutable(path)
	if err != nil {
		return err
	}
	offsets, err := uprobeOffsets(file, symbol, multi)
	if err != nil {
		return err
	}
	executable, err := link.OpenExecutable(file)
	if err != nil {
		return err
	}
	at := p.attachment(h, file+":"+symbol)
	isReturn := strings.HasPrefix(h.kind, "uret")
	h.places = []place{{at, func(_ *loaded, program *ebpf.Program) (io.Closer, error) {
		if multi {
			opts := &link.UprobeMultiOptions{Addresses: offsets, PID: uint32(p.opts.PID)}
			if isReturn {
				return closer(executable.UretprobeMulti(nil, program, opts))
			}
			return closer(executable.UprobeMulti(nil, program, opts))
		}
		opts := &link.UprobeOptions{Address: offsets[0], PID: p.opts.PID, TraceFSPrefix: tracePrefix}
		if isReturn {
			return closer(executable.Uretprobe("", program, opts))
		}
		return closer(executable.Uprobe("", program, opts))
	}}}
	return nil
}

// splitUprobe splits a target at its first colon, and takes the file from the options if there is none.
func (p *plan) splitUprobe(target string) (path, symbol string) {
	if path, symbol, ok := strings.Cut(target, ":"); ok {
		return path, symbol
	}
	if p.opts.Path == "" && strings.HasPrefix(target, "/") {
		return target, ""
	}
	return p.opts.Path, target
}

// uprobeOffsets returns where in a file the symbols are that are meant.
func uprobeOffsets(file, symbol string, multi bool) ([]uint64, error) {
	if strings.HasPrefix(symbol, "0x") {
		offset, err := strconv.ParseUint(symbol, 0, 64)
		if err != nil {
			return nil, &advised{reason: fmt.Sprintf("%q is no offset in a file", symbol), hint: "write " + file + ":0x1234"}
		}
		return []uint64{offset}, nil
	}
	all, err := readExecutable(file)
	if err != nil {
		return nil, err
	}
	if multi && strings.ContainsAny(symbol, "*?") {
		return matchSymbols(file, symbol, all)
	}
	name, offset, err := splitOffset(symbol)
	if err != nil {
		return nil, err
	}
	start, ok := all[name]
	if !ok {
		return nil, &advised{
			reason: fmt.Sprintf("%s has no function %s", file, name),
			hint:   nearHint(name, maps.Keys(all), "a file that was stripped has only the names that it offers to others: nm -D "+file),
		}
	}
	return []uint64{start + offset}, nil
}

func matchSymbols(file, pattern string, all map[string]uint64) ([]uint64, error) {
	found := map[uint64]bool{}
	for name, offset := range all {
		ok, err := filepath.Match(pattern, name)
		if err != nil {
			return nil, advise(fmt.Sprintf("%q is no pattern", pattern), err, "* stands for any text, ? for one letter")
		}
		if ok {
			found[offset] = true
		}
	}
	if len(found) == 0 {
		return nil, &advised{reason: fmt.Sprintf("%s has no function that matches %s", file, pattern), hint: "its names: nm " + file}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// readExecutable returns the functions of a file, each with its place in it, which is how the kernel takes them.
func readExecutable(file string) (map[string]uint64, error) {
	f, err := elf.Open(file)
	if err != nil {
		return nil, advise(file+" is no program or library", err, "a script runs in its interpreter: name that")
	}
	defer f.Close()
	static, err := f.Symbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return nil, fmt.Errorf("read the symbols of %s: %w", file, err)
	}
	dynamic, err := f.DynamicSymbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return nil, fmt.Errorf("read the symbols of %s: %w", file, err)
	}
	all := map[string]uint64{}
	for _, s := range append(static, dynamic...) {
		kind := elf.ST_TYPE(s.Info)
		if kind != elf.STT_FUNC && kind != elf.STT_GNU_IFUNC || s.Section == elf.SHN_UNDEF {
			continue
		}
		for _, segment := range f.Progs {
			if segment.Type == elf.PT_LOAD && segment.Vaddr <= s.Value && s.Value-segment.Vaddr < segment.Filesz {
				all[s.Name] = s.Value - segment.Vaddr + segment.Off
			}
		}
	}
	return all, nil
}

// findExecutable returns the path of a program or library. A name without a slash is looked for as the shell looks for
// programs, and the dynamic loader for libraries (see [libraryDirs]).
func findExecutable(name string) (string, error) {
	var tried []string
	switch {
	case filepath.IsAbs(name):
		tried = []string{name}
	case strings.Contains(name, "/"):
		// In a section the slash after uprobe is easily taken for the first one of the path.
		tried = []string{"/" + name, name}
	default:
		for _, dir := range append(libraryDirs(os.DirFS("/")), filepath.SplitList(os.Getenv("PATH"))...) {
			tried = append(tried, filepath.Join(dir, name))
		}
	}
	for _, path := range tried {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	if len(tried) == 1 || strings.Contains(name, "/") {
		return "", &advised{reason: "there is no file " + name, hint: "--path FILE names the program or library that a uprobe is in"}
	}
	return "", &advised{
		reason: fmt.Sprintf("there is no program or library %s", name),
		hint:   "name it with its directory; it was looked for in " + strings.Join(parents(tried), ", "),
	}
}

func parents(paths []string) []string {
	var dirs []string
	for _, p := range paths {
		if dir := filepath.Dir(p); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}
