package object

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/pindir"
)

// pins returns the pins that a pattern matches, or exectrail's own if it is empty. A bpf file system that is
// mounted nowhere has no pins: each mount is one of its own.
func (p *places) pins(pattern string) ([]Leftover, error) {
	chosen := func(name string) bool {
		ok, err := path.Match(pattern, name)
		return pattern == "" || ok && err == nil
	}
	runs, err := p.runPins(chosen)
	if err != nil {
		return nil, err
	}
	sessions, err := p.sessionPins(chosen)
	if err != nil || pattern == "" {
		return append(runs, sessions...), err
	}
	for i := range sessions {
		sessions[i].Kept = "" // it is named
	}
	others, err := p.otherPins(chosen)
	return append(append(runs, sessions...), others...), err
}

// runPins returns the directories of runs, whose names are numbers of processes.
func (p *places) runPins(chosen func(string) bool) ([]Leftover, error) {
	names, err := listDirectories(p.runs)
	if err != nil {
		return nil, err
	}
	var found []Leftover
	for _, name := range names {
		at := filepath.Join(p.runs, name)
		if _, err := strconv.ParseUint(name, 10, 32); err != nil || !chosen(at) {
			continue
		}
		found = append(found, Leftover{Kind: RunPins, Name: at, InUse: pindir.Locked(at), remove: func() error {
			err := pindir.RemoveUnused(at)
			// The last one takes the directory of all with it.
			_ = unix.Rmdir(p.runs)
			return err
		}})
	}
	return found, nil
}

func (p *places) sessionPins(chosen func(string) bool) ([]Leftover, error) {
	names, err := listDirectories(p.sessions)
	if err != nil {
		return nil, err
	}
	var found []Leftover
	for _, name := range names {
		at := filepath.Join(p.sessions, name)
		if !chosen(at) {
			continue
		}
		l := Leftover{Kind: SessionPins, Name: at, InUse: pindir.Locked(at)}
		if session, unfinished := strings.CutPrefix(name, pindir.Unfinished); unfinished {
			l.remove = func() error {
				_, err := pindir.RemoveUnfinished(p.sessions, session)
				_ = unix.Rmdir(p.sessions)
				return err
			}
		} else {
			l.Kept = "a session: 'exectrail unpin " + name + "' removes it"
			l.remove = func() error { return pindir.RemoveSession(p.sessions, name) }
		}
		found = append(found, l)
	}
	return found, nil
}

// listDirectories returns the names of the directories in one that may not be there.
func listDirectories(in string) ([]string, error) {
	entries, err := os.ReadDir(in)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list pins: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// otherPins returns pins and empty directories that exectrail did not make. What a process uses cannot be told.
func (p *places) otherPins(chosen func(string) bool) ([]Leftover, error) {
	mounts, err := p.bpffs()
	if err != nil {
		return nil, err
	}
	var found []Leftover
	for _, mount := range mounts {
		err := filepath.WalkDir(mount, func(at string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist): // removed meanwhile
				return nil
			case err != nil:
				return err
			case at == p.runs, at == p.sessions:
				return fs.SkipDir
			case filepath.Dir(at) == mount && (d.Name() == "maps.debug" || d.Name() == "progs.debug"):
				return nil // the kernel's own (bpf_preload)
			case at != mount && chosen(at) && (!d.IsDir() || isEmpty(at)):
				found = append(found, Leftover{Kind: OtherPin, Name: at, remove: func() error { return os.Remove(at) }})
			}
			return nil
		})
		if err != nil {
			return found, fmt.Errorf("list pins: %w", err)
		}
	}
	return found, nil
}

func isEmpty(directory string) bool {
	entries, err := os.ReadDir(directory)
	return err == nil && len(entries) == 0
}

// mountedBPFFS returns where bpf file systems are mounted.
func mountedBPFFS() ([]string, error) {
	mounts, err := procfs.GetMounts()
	if err != nil {
		return nil, fmt.Errorf("list mounts: %w", err)
	}
	var at []string
	for _, m := range mounts {
		if m.FSType == "bpf" && m.Root == "/" && pindir.IsBPFFS(m.MountPoint) {
			at = append(at, m.MountPoint)
		}
	}
	return at, nil
}
