package pindir

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

const (
	// BPFFS is where the bpf file system is mounted by convention.
	BPFFS = "/sys/fs/bpf"
	// Sessions has a directory for each pinned session of exectrail trace.
	Sessions = BPFFS + "/exectrail"
	// Runs has a directory for each run of exectrail object, named for its process id.
	Runs = BPFFS + "/exectrail-object"
	// Unfinished is before the name of a session that is being pinned or removed. No name of a session has it in it.
	Unfinished = "+"
)

// Mounted reports whether there is a bpf file system at [BPFFS].
func Mounted() bool { return IsBPFFS(BPFFS) }

// IsBPFFS reports whether a path is in a bpf file system.
func IsBPFFS(path string) bool {
	var stat unix.Statfs_t
	return unix.Statfs(path, &stat) == nil && stat.Type == unix.BPF_FS_MAGIC
}

// Mount mounts the bpf file system at [BPFFS] where there is none, and reports whether it did.
func Mount() (mounted bool, err error) {
	if Mounted() {
		return false, nil
	}
	if err := unix.Mount("bpf", BPFFS, "bpf", 0, "mode=0700"); err != nil {
		return false, err
	}
	return true, nil
}

// IsPrivate reports whether path is a directory of this user that no other one can write to. Where others may write, they
// could put pins of theirs in the place of ours.
func IsPrivate(path string) (bool, error) {
	var stat unix.Stat_t
	if err := unix.Lstat(path, &stat); err != nil {
		return false, fmt.Errorf("look at %s: %w", path, err)
	}
	return stat.Mode&unix.S_IFMT == unix.S_IFDIR && int(stat.Uid) == os.Geteuid() && stat.Mode&0o022 == 0, nil
}
