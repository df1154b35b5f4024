package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
)

// attach records what runs already.
func (r *recording) attach(parent context.Context) error {
	ctx, stop := context.WithCancel(parent)
	defer stop()
	var err error
	if r.guard, err = newGuard(r.opts); err != nil {
		return err
	}
	terms, watch, err := r.opts.target()
	if err != nil {
		return err
	}
	defer watch.close()
	if err := r.prepare(ctx, terms, nil); err != nil {
		if errors.Is(err, ctx.Err()) {
			return nil // Ctrl-C came first
		}
		return err
	}
	tree := newLiveTree(stop)
	if r.opts.waitTree {
		if err := tree.addBelow(int(r.opts.pid)); err != nil {
			return errors.Join(fmt.Errorf("list the processes below %d: %w", r.opts.pid, err), r.close(ctx))
		}
	}
	r.giveUpPrivileges(0)
	if r.opts.duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.opts.duration)
		defer cancel()
	}
	r.attached = time.Now()
	r.notice("recording; Ctrl-C ends it")
	go func() {
		watch.wait(ctx)
		if r.opts.waitTree {
			tree.waitForRest(ctx)
		}
		stop()
	}()
	err = r.record(ctx, tree)
	if parent.Err() != nil && isTerminal(r.std.err) {
		_, _ = r.std.err.Write([]byte("\n")) // the terminal shows ^C, and stays on its line
	}
	return r.finish(ctx, 0, err)
}

// watch is for the end of what one attaches to.
type watch struct {
	process int    // a descriptor of it; -1 for none
	dir     string // of the control group; empty for none
}

// target returns what one attaches to: as terms for the kernel, and to watch for its end.
func (o *runOptions) target() (exectrail.Terms, *watch, error) {
	if o.cgroup != "" {
		dir, id, err := findCgroup(o.cgroup)
		return exectrail.Terms{Cgroup: id}, &watch{process: -1, dir: dir}, err
	}
	fd, err := unix.PidfdOpen(int(o.pid), 0)
	if err != nil {
		if errors.Is(err, unix.ESRCH) {
			return exectrail.Terms{}, nil, noProcess("pid", o.pid)
		}
		return exectrail.Terms{}, nil, fmt.Errorf("watch process %d: %w", o.pid, err)
	}
	return exectrail.Terms{Under: uint32(o.pid)}, &watch{process: fd}, nil
}

// watchInterval is how often it is looked whether something is still there.
const watchInterval = 100 * time.Millisecond

// wait returns at the end, or when the context is done.
func (w *watch) wait(ctx context.Context) {
	for tick := time.NewTicker(watchInterval); ; {
		if w.ended() {
			tick.Stop()
			return
		}
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
	}
}

func (w *watch) ended() bool {
	if w.dir != "" {
		_, err := os.Stat(w.dir)
		return errors.Is(err, os.ErrNotExist)
	}
	fds := []unix.PollFd{{Fd: int32(w.process), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0
}

func (w *watch) close() {
	if w.process >= 0 {
		_ = unix.Close(w.process) // it was only watched
	}
}
