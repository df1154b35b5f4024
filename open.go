package exectrail

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/diagnose"
	"github.com/exectrail/exectrail/internal/enrich"
	"github.com/exectrail/exectrail/internal/enrich/runtimes"
	"github.com/exectrail/exectrail/internal/outlet"
	"github.com/exectrail/exectrail/internal/probe"
	"github.com/exectrail/exectrail/internal/redact"
	"github.com/exectrail/exectrail/internal/replay"
	"github.com/exectrail/exectrail/internal/seenfile"
	"github.com/exectrail/exectrail/internal/wire"
)

// maxComm is how long the name of a process can be, in bytes (TASK_COMM_LEN with its NUL is 16).
const maxComm = 15

// Open begins a session: it loads the programs into the kernel, attaches them
// and looks up what runs already. From then on every exec is recorded; read
// the events before the kernel's buffer is full.
//
// It needs CAP_BPF and CAP_PERFMON, and Linux 5.10 or newer with BTF. An error
// may have a method Hint() string that tells what to do.
func Open(ctx context.Context, options ...Option) (*Tracer, error) {
	c := newConfig(options)
	if c.bufferSize < 1 || c.bufferSize > probe.MaxBufferSize {
		return nil, fmt.Errorf("buffer of %d bytes: it must be from 1 to %d", c.bufferSize, probe.MaxBufferSize)
	}
	if len(c.terms.Comm) > maxComm {
		return nil, fmt.Errorf("name %q of a process: the kernel keeps at most %d bytes", c.terms.Comm, maxComm)
	}
	host, err := thisHost()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := probe.Open(probe.Config{
		BufferSize: c.bufferSize, Env: c.env, LoaderEnv: c.loaderEnv, Terms: c.terms, Failed: c.failed, Logger: c.logger,
		Pin: c.pin, Version: version(), Idle: c.idle != nil, Nap: c.latency,
	})
	if err != nil {
		return nil, err
	}
	t := newTracer(c, host)
	l := &live{
		tracer: t, probe: p,
		users: enrich.NewNames("/etc/passwd"), groups: enrich.NewNames("/etc/group"),
		owners: enrich.NewOwners(), containers: runtimes.NewLookup(runtimes.NewState("/")),
	}
	t.source = l
	if c.seenFile != "" {
		l.files, l.filesErr = seenfile.Open(c.seenFile)
	}
	if c.pin != "" {
		if l.pin, err = newPin(p); err != nil {
			t.Close()
			return nil, err
		}
	}
	if l.diagnoser, err = diagnose.New("/proc"); err != nil {
		c.logger.Warn("cannot tell why execs fail", "error", err)
	}
	if err := t.begin(l); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// begin takes in what is there before the first event.
func (t *Tracer) begin(l *live) error {
	if t.config.rawCopy != nil {
		var err error
		t.raw, err = newRawCopy(t.config.rawCopy, replay.Header{
			Layout: wire.Layout, Hostname: t.host.Name, BootID: t.host.BootID, Kernel: t.host.Kernel, Arch: t.host.Arch,
			Env: t.config.env, EnvNames: t.config.envNames, BufferSize: l.probe.BufferSize(), Redacted: t.config.redaction.RawCopy,
		}, outlet.DefaultLimit, l.probe.Relaxed, t.config.logger)
		if err != nil {
			return err
		}
		if r := t.config.redaction; r.RawCopy {
			t.raw.redaction = newRawRedaction(redact.Options{Known: true, Patterns: r.Patterns})
		}
	}
	if l.pin != nil {
		var err error
		if l.queue, err = l.pin.begin(uint64(clock(unix.CLOCK_BOOTTIME))); err != nil {
			return err
		}
	}
	l.queueClock()
	for record := range l.dequeue {
		if err := t.take(record); err != nil {
			return err
		}
	}
	self, err := t.takeSnapshot(l)
	if err != nil {
		return fmt.Errorf("list the processes: %w", err)
	}
	if !t.config.withoutSelf {
		self = 0 // what an earlier tracer of a pinned session left out is not left out any more
	}
	return l.probe.SetSelf(self)
}

// takeSnapshot takes in the processes that run. It returns the id of this process in
// the initial pid namespace.
func (t *Tracer) takeSnapshot(l *live) (self uint32, err error) {
	if l.proc, err = enrich.NewProc(); err != nil {
		t.config.logger.Warn("cannot tell what runs already by its arguments", "error", err)
	}
	var buf []byte
	listed, parents := map[uint32]bool{0: true}, map[uint32]wire.ID{}
	err = l.probe.Snapshot(func(record []byte) error {
		id, parent, reader := wire.SnapshotHead(record)
		listed[id.PID], parents[parent.PID] = true, parent
		if reader {
			self = id.PID
		}
		d, _ := l.proc.Describe(id.PID, id.Start)
		full, ok := wire.AppendSnapshot(buf[:0], record, textsOf(d))
		if buf = full; !ok {
			return errors.New("the task iterator wrote no snapshot")
		}
		return t.take(full)
	})
	if err != nil {
		return 0, err
	}
	for pid, id := range parents {
		if listed[pid] {
			continue
		}
		if d, ok := l.proc.Describe(pid, id.Start); ok {
			now := uint64(clock(unix.CLOCK_BOOTTIME))
			if err := t.take(wire.AppendUnlisted(buf[:0], now, id, parents[d.ParentPID], d.Comm, textsOf(d))); err != nil {
				return 0, err
			}
		}
	}
	return self, nil
}

func textsOf(d enrich.Process) wire.Texts {
	return wire.Texts{Args: d.Args, Executable: d.Executable, Directory: d.Directory, Cgroup: d.Cgroup}
}

func thisHost() (*event.Host, error) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return nil, fmt.Errorf("uname: %w", err)
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return nil, fmt.Errorf("read the boot id: %w", err)
	}
	return &event.Host{
		Name: unix.ByteSliceToString(u.Nodename[:]), BootID: strings.TrimSpace(string(boot)),
		Kernel: unix.ByteSliceToString(u.Release[:]), Arch: runtime.GOARCH,
	}, nil
}
