package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"

	"github.com/exectrail/exectrail/test/ledger"
)

// A scenario is something that creates processes and logs them.
type scenario interface {
	fmt.Stringer
	// run returns what was logged once all of its processes are gone.
	run(ctx context.Context, w *world) ([]ledger.Life, error)
}

// world is what a scenario has at hand.
type world struct {
	programs
	dir string
}

// command prepares a command that writes its log to the file of this name. A Ctrl-C reaches it through ctx only, which
// kills all of its process group, and it ends with this program at the latest.
func (w *world) command(ctx context.Context, log *os.File, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.ExtraFiles = []*os.File{log}
	cmd.Stderr = os.Stderr
	return cmd
}

// log makes the log of a scenario. Each write to it is appended, whichever process makes it.
func (w *world) log(name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(w.dir, name+".log"), os.O_CREATE|os.O_EXCL|os.O_RDWR|os.O_APPEND, 0o600)
}

// readLog returns what was logged, and closes the log.
func readLog(log *os.File) ([]ledger.Life, error) {
	if _, err := log.Seek(0, 0); err != nil {
		return nil, err
	}
	return ledger.ReadLives(log)
}

// flood is spawners that run a program one time after the other, as fast as they can.
type flood struct {
	name            string
	spawners, execs int // execs of all of them together
	bytes           int // of arguments, beside the first two
}

func (f flood) String() string {
	return fmt.Sprintf("flood of %d execs by %d with %d bytes each", f.execs, f.spawners, f.bytes)
}

func (f flood) run(ctx context.Context, w *world) ([]ledger.Life, error) {
	var (
		group sync.WaitGroup
		lists = make([][]ledger.Life, f.spawners)
		errs  = make([]error, f.spawners)
	)
	for i := range f.spawners {
		group.Go(func() { lists[i], errs[i] = f.spawn(ctx, w, fmt.Sprintf("%s%d", f.name, i)) })
	}
	group.Wait()
	var lives []ledger.Life
	for _, list := range lists {
		lives = append(lives, list...)
	}
	return lives, errors.Join(errs...)
}

// spawn runs one spawner.
func (f flood) spawn(ctx context.Context, w *world, name string) ([]ledger.Life, error) {
	log, err := w.log(name)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	count := max(1, f.execs/f.spawners)
	cmd := w.command(ctx, log, w.spawner, name, strconv.Itoa(count), w.nothing, strconv.Itoa(f.bytes))
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("run %s: %w", name, err)
	}
	lives, err := readLog(log)
	if err == nil && len(lives) != count {
		err = fmt.Errorf("%s logged %d execs instead of %d", name, len(lives), count)
	}
	for i := range lives {
		lives[i].Parent, lives[i].UID = uint32(cmd.Process.Pid), "0"
	}
	return lives, err
}

// bomb is a fork bomb that cannot have more than a number of processes at a time.
type bomb struct {
	name      string
	processes int    // of all time
	ways      string // to live: see test/triggers/src/bomb.c
	limit     int    // of those that live
}

func (b bomb) String() string {
	return fmt.Sprintf("fork bomb %s of %d processes, %d at a time", b.ways, b.processes, b.limit)
}

func (b bomb) run(ctx context.Context, w *world) (lives []ledger.Life, err error) {
	log, err := w.log(b.name)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	f, err := newFence(b.name, b.limit)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	cmd := w.command(ctx, log, w.bomb, b.name, strconv.Itoa(b.processes), w.nothing, b.ways)
	f.prepare(cmd)
	// It begins when this ends.
	gate, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := f.admit(cmd.Process.Pid); err != nil {
		return nil, errors.Join(err, cmd.Cancel(), cmd.Wait())
	}
	gate.Close()
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("run %s: %w", b.name, err)
	}
	if lives, err = readLog(log); err == nil && len(lives) < b.processes/4 {
		err = fmt.Errorf("%s logged %d processes of %d", b.name, len(lives), b.processes)
	}
	return lives, err
}
