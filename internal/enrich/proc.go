package enrich

import (
	"strings"
	"time"

	"github.com/prometheus/procfs"
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

// Describe returns argv, each string ended by a NUL, the path of the executable
// and the working directory of the process that has this id and was started
// start ns after boot. What cannot be read is empty: a kernel thread has
// nothing, and with too few privileges, or in another pid namespace, a process
// does not show it.
func (p *Proc) Describe(pid uint32, start uint64) (args []byte, executable, directory string) {
	if p == nil {
		return nil, "", ""
	}
	proc, err := p.fs.Proc(int(pid))
	if err != nil {
		return nil, "", ""
	}
	if list, err := proc.CmdLine(); err == nil {
		for _, arg := range list {
			args = append(append(args, arg...), 0)
		}
	}
	executable, _ = proc.Executable()
	directory, _ = proc.Cwd()
	// Looked at last: it tells whether all of this was of the same process.
	stat, err := proc.Stat()
	if err != nil || stat.Starttime != start/uint64(userTick) {
		return nil, "", ""
	}
	return args, strings.TrimSuffix(executable, " (deleted)"), strings.TrimSuffix(directory, " (deleted)")
}
