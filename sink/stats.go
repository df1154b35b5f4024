package sink

import (
	"github.com/exectrail/exectrail/event"
)

// Stats is the account of a sink, by kind of event. [event.Lost] events are in none of its
// accounts: they tell of others.
type Stats struct {
	Execs, Failed, Forks, Exits, Clocks Account
	// Untold is how many events are missing in the output without a word of it there: what waited to be
	// written when the output was given up, and what was lost before and still to be told.
	Untold uint64
}

// Account accounts for the events of one kind.
type Account struct {
	Offered uint64 // to the sink
	Written uint64 // by the output
	// Dropped is how many found no room, and Abandoned how many waited to be written when the output failed.
	Dropped, Abandoned uint64
}

// Lost returns how many events are missing in the output, whatever the cause.
func (a Account) Lost() uint64 { return a.Dropped + a.Abandoned }

// Balanced reports whether every event is accounted for. It holds once the sink
// is closed; before that, events may wait to be written.
func (a Account) Balanced() bool { return a.Offered == a.Written+a.Lost() }

// Of returns the account of a kind of event.
func (s Stats) Of(a event.Action) Account {
	if account := accountOf(&s, kindOf(a)); account != nil {
		return *account
	}
	return Account{}
}

// accountOf returns the account of a kind, or nil for numKinds.
func accountOf(s *Stats, kind int) *Account {
	accounts := [...]*Account{&s.Execs, &s.Failed, &s.Forks, &s.Exits, &s.Clocks, nil}
	return accounts[kind]
}

// Total returns the account of all kinds together.
func (s Stats) Total() Account {
	var t Account
	for _, a := range []Account{s.Execs, s.Failed, s.Forks, s.Exits, s.Clocks} {
		t.Offered += a.Offered
		t.Written += a.Written
		t.Dropped += a.Dropped
		t.Abandoned += a.Abandoned
	}
	return t
}

// Kinds returns the kinds of event that have an account.
func Kinds() []event.Action {
	return []event.Action{event.ActionExec, event.ActionExecFailed, event.ActionFork, event.ActionExit, event.ActionClock}
}

// numKinds is how many Kinds there are, and stands for [event.ActionLost].
const numKinds = 5

// kindOf returns the place of a kind in Kinds.
func kindOf(a event.Action) int {
	switch a {
	case event.ActionExec:
		return 0
	case event.ActionExecFailed:
		return 1
	case event.ActionFork:
		return 2
	case event.ActionExit:
		return 3
	case event.ActionClock:
		return 4
	}
	return numKinds
}

// countOf returns how many events e stands for.
func countOf(e event.Event) uint64 {
	if lost, ok := e.(*event.Lost); ok {
		return lost.Count
	}
	return 1
}

// books are the Stats of a sink while they are kept.
type books struct{ stats Stats }

func (b *books) offer(e event.Event) {
	if account := accountOf(&b.stats, kindOf(e.Action())); account != nil {
		account.Offered++
	}
}

func (b *books) drop(e event.Event) {
	if account := accountOf(&b.stats, kindOf(e.Action())); account != nil {
		account.Dropped++
	}
}

func (b *books) write(kind int) {
	if account := accountOf(&b.stats, kind); account != nil {
		account.Written++
	}
}

func (b *books) abandon(kind int, count uint64) {
	if account := accountOf(&b.stats, kind); account != nil {
		account.Abandoned++
	}
	b.stats.Untold += count
}
