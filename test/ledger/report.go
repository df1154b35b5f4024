package ledger

import (
	"fmt"
	"slices"
)

// A Report is what came of a ledger.
type Report struct {
	Lives    int
	Events   int               // all that were read, the losses too
	Degraded map[string]int    // events by the part that was left out
	FilledIn map[string]int    // and by the part that was found out afterwards
	Lost     map[string]uint64 // events by the cause
	Missing  int               // events of the lives that are not there, all excused

	FaultCount int
	Faults     []string // the first ones
}

// Close finds out what is missing or was recorded more than once. Nothing can be entered afterwards.
func (l *Ledger) Close() Report {
	for _, k := range []struct {
		action string
		count  func(*account) (got, want int)
	}{
		{actionExec, func(a *account) (int, int) { return a.execs, a.wants(Executed) }},
		{actionFailed, func(a *account) (int, int) {
			if !l.options.Failures {
				return 0, 0
			}
			return a.failed, a.wants(Failed)
		}},
		{actionFork, func(a *account) (int, int) { return a.forks, 1 }},
		{actionExit, func(a *account) (int, int) { return a.exits, 1 }},
	} {
		var missing []*account
		for _, a := range l.accounts {
			switch got, want := k.count(a); {
			case got > want:
				l.fault("%s: %d events of %s instead of %d", a, got, k.action, want)
			case got < want:
				missing = append(missing, a)
			}
		}
		l.report.Missing += len(missing)
		l.excuse(k.action, missing)
	}
	return l.report
}

// excuse finds a loss for each event that is missing: in number, and by the time.
func (l *Ledger) excuse(action string, missing []*account) {
	var told uint64
	for _, loss := range l.losses {
		if loss.Kind == action {
			told += loss.Count
		}
	}
	if told < uint64(len(missing)) {
		l.fault("%d events of %s are missing, %d are told to be lost", len(missing), action, told)
	}
	for _, a := range missing {
		if !slices.ContainsFunc(l.losses, func(loss Loss) bool {
			return loss.Kind == action && loss.Since <= a.Until && a.From <= loss.until
		}) {
			l.fault("%s: its %s is missing", a, action)
		}
	}
}

// wants returns how many events of what it did there are of a life.
func (l *Life) wants(how How) int {
	if l.How == how {
		return 1
	}
	return 0
}

// String names a life in a message.
func (l *Life) String() string {
	return fmt.Sprintf("%s (process %d from %d to %d)", l.Marker, l.PID, l.From, l.Until)
}
