package enrich

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// Proc tells of running processes what the task iterator cannot read.
type Proc struct {
	fs procfs.FS
}

// NewProc opens /proc.
func NewProc() (*Proc, error) {
	fs, err := procfs.NewDefaultFS()
	if err != nil {
		return nil, err
	}
	return &Proc{fs}, nil
}

// userTick is the unit of times in /proc/PID/stat: USER_HZ is 100 on every machine.
const userTick = 10 * time.Millisecond

// Process is what /proc tells of a process. What cannot be read is empty: a
// kernel thread has no argv, and with too few privileges paths are not shown.
type Process struct {
	Comm       string
	ParentPID  uint32
	Args       []byte // each string ended by a NUL
	Executable string
	Inode      uint64 // of the executable
	Directory  string
	Cgroup     string // path of its control group: the unified one, or that of the pids controller where that is not used
}

// Describe describes the process that has this id and was started start ns
// after boot. It reports false when there is none, as in another pid namespace.
func (p *Proc) Describe(pid uint32, start uint64) (Process, bool) {
	if p == nil {
		return Process{}, false
	}
	proc, err := p.fs.Proc(int(pid))
	if err != nil {
		return Process{}, false
	}
	var d Process
	d.Args = commandLine(proc.PID)
	d.Executable, _ = proc.Executable()
	d.Inode = inodeOf(proc.PID)
	d.Directory, _ = proc.Cwd()
	d.Cgroup = cgroupOf(proc)
	d.Executable, d.Directory = strings.TrimSuffix(d.Executable, deleted), strings.TrimSuffix(d.Directory, deleted)
	// Looked at last: it tells whether all of this was of the same process.
	stat, err := proc.Stat()
	if err != nil || stat.Starttime != start/uint64(userTick) {
		return Process{}, false
	}
	d.Comm, d.ParentPID = stat.Comm, uint32(stat.PPID)
	return d, true
}

// cgroupOf returns the path of the control group that the kernel programs take.
func cgroupOf(proc procfs.Proc) string {
	groups, err := proc.Cgroups()
	if err != nil {
		return ""
	}
	path := ""
	for _, g := range groups {
		switch {
		case g.HierarchyID == 0 && g.Path != "/":
			return g.Path
		case slices.Contains(g.Controllers, "pids"):
			path = g.Path
		}
	}
	return path
}

const deleted = " (deleted)"

// inodeOf returns the inode number of the file that a process executes, or 0.
func inodeOf(pid int) uint64 {
	var st unix.Stat_t
	if unix.Stat(filepath.Join(procfs.DefaultMountPoint, strconv.Itoa(pid), "exe"), &st) != nil {
		return 0
	}
	return st.Ino
}

// commandLine returns argv as it is in the file: package procfs drops empty arguments at its end.
func commandLine(pid int) []byte {
	args, err := os.ReadFile(filepath.Join(procfs.DefaultMountPoint, strconv.Itoa(pid), "cmdline"))
	if err != nil || len(args) == 0 {
		return nil
	}
	if args[len(args)-1] != 0 { // the process has written over it
		args = append(args, 0)
	}
	return args
}
