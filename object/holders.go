package object

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Holder is a process that has a map open.
type Holder struct {
	PID  int    `json:"pid"`
	Comm string `json:"comm"`
}

// MapHolders returns which other processes hold maps open, by the id of the map. Processes that must not be looked at are left
// out; so are programs and pins, which hold maps as well.
func MapHolders() (map[uint32][]Holder, error) {
	processes, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	holders := map[uint32][]Holder{}
	for _, p := range processes {
		pid, err := strconv.Atoi(p.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		dir := filepath.Join("/proc", p.Name())
		for _, id := range openMaps(filepath.Join(dir, "fd")) {
			comm, err := os.ReadFile(filepath.Join(dir, "comm"))
			if err != nil {
				break // it has ended
			}
			holders[id] = append(holders[id], Holder{pid, strings.TrimSuffix(string(comm), "\n")})
		}
	}
	return holders, nil
}

// openMaps returns the ids of maps among open files, each once.
func openMaps(dir string) []uint32 {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil // it has ended, or is somebody else's
	}
	var ids []uint32
	for _, f := range files {
		if target, err := os.Readlink(filepath.Join(dir, f.Name())); err != nil || target != "anon_inode:bpf-map" {
			continue
		}
		info, err := os.ReadFile(filepath.Join(dir+"info", f.Name()))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(info)) {
			if value, ok := strings.CutPrefix(line, "map_id:"); ok {
				if id, err := strconv.ParseUint(strings.TrimSpace(value), 10, 32); err == nil && !slices.Contains(ids, uint32(id)) {
					ids = append(ids, uint32(id))
				}
			}
		}
	}
	return ids
}
