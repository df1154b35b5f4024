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
	"github.com/exectrail/exectrail/internal/enrich"
	"github.com/exectrail/exectrail/internal/probe"
	"github.com/exectrail/exectrail/internal/replay"
	"github.com/exectrail/exectrail/internal/wire"
)

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
	host, err := thisHost()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := probe.Open(probe.Config{BufferSize: c.bufferSize, Env: c.env, Logger: c.logger})
	if err != nil {
		return nil, err
	}
	t := newTracer(c, host)
	l := &live{
		tracer: t, probe: p,
		users: enrich.NewNames("/etc/passwd"), groups: enrich.NewNames("/etc/group"),
	}
	t.source = l
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
		t.raw, err = replay.NewWriter(t.config.rawCopy, replay.Header{
			Layout: wire.Layout, Hostname: t.host.Name, BootID: t.host.BootID, Kernel: t.host.Kernel, Arch: t.host.Arch,
			Env: t.config.env, EnvNames: t.config.envNames, BufferSize: l.probe.BufferSize(),
		})
		if err != nil {
			return fmt.Errorf("write the recording: %w", err)
		}
	}
	l.queueClock()
	for record := range l.dequeue {
		if err := t.take(record); err != nil {
			return err
		}
	}
	proc, err := enrich.NewProc()
	if err != nil {
		t.config.logger.Warn("cannot tell what runs already by its arguments", "error", err)
	}
	var self uint32
	err = l.probe.Snapshot(func(record []byte) error {
		id, reader, _ := wire.SnapshotHead(record)
		if reader {
			self = id.PID
		}
		args, executable, directory := proc.Describe(id.PID, id.Start)
		full, ok := wire.AppendSnapshot(l.buf[:0], record, args, executable, directory)
		l.buf = full
		if !ok {
			return errors.New("the task iterator wrote no snapshot")
		}
		return t.take(full)
	})
	if err != nil {
		return fmt.Errorf("list the processes: %w", err)
	}
	if t.config.withoutSelf {
		return l.probe.SetSelf(self)
	}
	return nil
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
