package object

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"regexp"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/pindir"
)

// LeftoverKind is what something in the kernel is that outlives its maker.
type LeftoverKind string

// The kinds of [Leftover].
const (
	KprobeEvent LeftoverKind = "kprobe"  // an entry of kprobe_events in tracefs
	UprobeEvent LeftoverKind = "uprobe"  // an entry of uprobe_events in tracefs
	RunPins     LeftoverKind = "run"     // the directory with the private pins of a run
	SessionPins LeftoverKind = "session" // the directory with the pins of a session of trace --pin, complete or not
	OtherPin    LeftoverKind = "pin"     // a pin, or an empty directory, of another program
)

// Leftover is something that outlives its maker in the kernel.
type Leftover struct {
	Kind LeftoverKind
	// Name is GROUP/EVENT of a probe, and the path of pins.
	Name string
	// InUse tells that a process is known to use it, so it cannot be removed. Of a probe that
	// perf events use, only [Leftover.Remove] finds that out.
	InUse bool
	// Kept is why it is not to be removed unless a pattern names it; empty for what is.
	Kept string

	remove func() error
}

// ErrInUse is the error of removing what a process uses.
var ErrInUse = errors.New("it is in use")

// ErrPattern is the error of a pattern that can match nothing.
var ErrPattern = errors.New("a pattern is GROUP/EVENT of probes or the path of pins, with *, ? and [...] for parts of a name")

// Leftovers returns what exectrail left in the kernel and nobody is known to use any more, after what is in use: its probes in
// tracefs, pins of its runs, and sessions of trace --pin that were not finished. Complete sessions, which are meant to
// outlive their maker, are among them, as kept.
//
// With a pattern it returns what that matches instead, whoever made it, as [path.Match] does: probes by GROUP/EVENT, and pins
// by their path in any bpf file system.
//
// It takes the rights of root, and up to a fifth of a second when there are probes.
func Leftovers(pattern string) ([]Leftover, error) { return machinePlaces().leftovers(pattern) }

// Remove removes it. The error is [ErrInUse] if a process uses it, and nil if it is gone already. What
// is [Leftover.Kept] is removed as well.
func (l Leftover) Remove() error {
	err := l.remove()
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, unix.EBUSY), errors.Is(err, pindir.ErrLocked):
		err = ErrInUse
	}
	return fmt.Errorf("remove %s %s: %w", l.Kind, l.Name, err)
}

// CleanupOwn removes what [Leftovers] returns without a pattern and need not be kept. It is for the start of a run: what it
// cannot look at or remove it tells the logger, if that is not nil, and nobody else.
func CleanupOwn(logger *slog.Logger) { machinePlaces().cleanupOwn(logger) }

func (p *places) cleanupOwn(logger *slog.Logger) {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	list, err := p.leftovers("")
	if err != nil {
		logger.Debug("cannot look for what earlier runs left", "error", err)
	}
	for _, l := range list {
		if l.InUse || l.Kept != "" {
			continue
		}
		switch err := l.Remove(); {
		case err == nil:
			logger.Info("removed what an earlier run left", "kind", string(l.Kind), "name", l.Name)
		case !errors.Is(err, ErrInUse):
			logger.Debug("cannot remove what an earlier run left", "error", err)
		}
	}
}

// places are where leftovers are looked for.
type places struct {
	group          *regexp.Regexp // of exectrail's own probes
	tracefs        func() (*os.Root, error)
	bpffs          func() ([]string, error) // where bpf file systems are mounted
	sessions, runs string
}

func machinePlaces() *places {
	return &places{group: eventGroup, tracefs: openTracefs, bpffs: mountedBPFFS, sessions: pindir.Sessions, runs: pindir.Runs}
}

// leftovers returns what it finds with an error as well.
func (p *places) leftovers(pattern string) ([]Leftover, error) {
	find := []func(string) ([]Leftover, error){p.probeEvents, p.pins}
	if pattern != "" {
		if _, err := path.Match(pattern, ""); err != nil || !strings.Contains(pattern, "/") {
			return nil, ErrPattern
		}
		find = find[:1]
		if path.IsAbs(pattern) {
			find = []func(string) ([]Leftover, error){p.pins}
		}
	}
	var all []Leftover
	var errs []error
	for _, f := range find {
		found, err := f(pattern)
		all, errs = append(all, found...), append(errs, err)
	}
	return all, errors.Join(errs...)
}
