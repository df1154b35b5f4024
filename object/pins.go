package object

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/pindir"
)

// privatePins is a directory for maps that ask to be pinned by name where nobody said in which place. It goes with the
// session; what a process leaves that was killed is found by its lock, and removed by [CleanupOwn].
type privatePins struct{ directory *pindir.Directory }

// makePrivatePins makes the directory in root, which it makes too.
func makePrivatePins(root string) (*privatePins, error) {
	if err := os.Mkdir(root, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make the directory of private pins: %w", err)
	}
	private, err := pindir.IsPrivate(root)
	if err != nil {
		return nil, err
	}
	if !private {
		return nil, &advised{
			reason: "cannot pin maps: " + root + " is not a directory that only this user can write to",
			hint:   "name another one with --pin-path, or see who made it: ls -ld " + root,
		}
	}
	// One process can have several sessions, and processes in other pid namespaces have the same id: then the name is a
	// number beyond all ids (PID_MAX_LIMIT).
	const idBits = 22
	for i := 0; ; i++ {
		path := filepath.Join(root, fmt.Sprint(os.Getpid()+i<<idBits))
		err := os.Mkdir(path, 0o700)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("make a directory for private pins: %w", err)
		}
		directory, err := pindir.Lock(path)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, pindir.ErrLocked) {
			// Whoever removes what is left took it for that.
			continue
		}
		if err != nil {
			return nil, err
		}
		return &privatePins{directory}, nil
	}
}

// remove removes the pins.
func (p *privatePins) remove() error {
	err := errors.Join(p.directory.Remove(), p.directory.Close())
	// The last one takes the directory of all with it.
	_ = unix.Rmdir(filepath.Dir(p.directory.At("")))
	return err
}

// pinPath returns where maps are pinned that ask for it, and what removes them when the session ends, or nil if they stay.
func (p *plan) pinPath() (string, *privatePins, error) {
	if !p.hasPinnedMaps() {
		return "", nil, nil
	}
	if dir := p.opts.PinPath; dir != "" {
		if pindir.IsBPFFS(filepath.Dir(dir)) {
			if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
				return "", nil, fmt.Errorf("make the directory for pins: %w", err)
			}
		}
		if !pindir.IsBPFFS(dir) {
			return "", nil, &advised{
				reason: "cannot pin maps: " + dir + " is not in a bpf file system",
				hint:   "name a directory below " + pindir.BPFFS,
			}
		}
		return dir, nil, nil
	}
	mounted, err := pindir.Mount()
	if err != nil {
		hint := rightsHint("mount -t bpf bpf "+pindir.BPFFS, unix.CAP_BPF)
		return "", nil, advise("cannot pin maps: there is no bpf file system at "+pindir.BPFFS+", and mounting it fails", err, hint)
	}
	if mounted {
		p.log.Info("mounted a bpf file system", "at", pindir.BPFFS)
	}
	private, err := makePrivatePins(pindir.Runs)
	if err != nil {
		return "", nil, err
	}
	return private.directory.At(""), private, nil
}

func (p *plan) hasPinnedMaps() bool {
	for _, m := range p.spec.Maps {
		if m.Pinning == ebpf.PinByName {
			return true
		}
	}
	return false
}
