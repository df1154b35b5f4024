// Package ledger holds what exectrail wrote down against what really happened: every process that the spawners of
// test/triggers logged must be there with its fork, its execs and its exit, each exactly once.
package ledger

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// Options says what is to be expected.
type Options struct {
	// Failures is whether failed execs are recorded.
	Failures bool
	// Excused are the causes of loss, as lost events name them, that the test brought about on purpose. An event may be
	// missing where one of these tells of it. Any other loss is a fault.
	Excused []string
	// Device ("major:minor") and Inode are those of the program that all lives execute. "" and 0 are not compared.
	Device string
	Inode  uint64
}

// A Ledger has an account for each life.
type Ledger struct {
	options  Options
	accounts []*account
	byMarker map[string]*account
	byPID    map[uint32][]*account // by the time of their beginning
	streams  map[stream]uint64
	losses   []Loss
	report   Report
}

// account is a life, and what was recorded of it.
type account struct {
	Life
	execs, failed, forks, exits int
}

// stream is where the kernel numbers events.
type stream struct {
	action string
	cpu    uint32
	lane   uint8
}

// New opens an account for each of the lives.
func New(lives []Life, options Options) *Ledger {
	l := &Ledger{options: options, byMarker: map[string]*account{}, byPID: map[uint32][]*account{}, streams: map[stream]uint64{}}
	l.report.Degraded, l.report.FilledIn, l.report.Lost = map[string]int{}, map[string]int{}, map[string]uint64{}
	for _, life := range lives {
		a := &account{Life: life}
		l.accounts = append(l.accounts, a)
		l.byPID[a.PID] = append(l.byPID[a.PID], a)
		if l.byMarker[a.Marker] != nil {
			l.fault("the marker %s is that of two processes", a.Marker)
		}
		l.byMarker[a.Marker] = a
	}
	for _, list := range l.byPID {
		slices.SortFunc(list, func(a, b *account) int { return cmp.Compare(a.From, b.From) })
	}
	l.report.Lives = len(lives)
	return l
}

// Read enters all events of one output, in which they are numbered without a hole. Its error is io.ErrUnexpectedEOF if the last
// line has no end.
func (l *Ledger) Read(r io.Reader) error {
	var last uint64
	for e, err := range events(r) {
		if err != nil {
			return err
		}
		step := uint64(1)
		if e.Event.Action == actionLost {
			step = e.Exectrail.Lost.Count
		}
		// A loss has the first of its numbers.
		if n := e.Event.Sequence; last != 0 && n != last+1 {
			l.fault("the event after number %d has number %d", last, n)
		}
		last = e.Event.Sequence + step - 1
		l.enter(e)
	}
	return nil
}

// enter enters one event.
func (l *Ledger) enter(e *Event) {
	l.report.Events++
	for _, part := range e.Exectrail.Degraded {
		l.report.Degraded[part]++
	}
	for _, part := range e.Exectrail.FilledIn {
		l.report.FilledIn[part]++
	}
	l.checkNumber(e)
	switch e.Event.Action {
	case actionLost:
		l.enterLoss(e)
	case actionExec, actionFailed:
		l.enterExec(e)
	case actionFork:
		if a := l.find(e); a != nil {
			a.forks++
		}
	case actionExit:
		if a := l.find(e); a != nil {
			a.exits++
		}
	}
}

// checkNumber finds that the kernel's own numbers rise, whatever the process: else an event came again, or out of order.
func (l *Ledger) checkNumber(e *Event) {
	h := &e.Exectrail.Hook
	if h.Sequence == 0 || e.Event.Action == actionLost {
		return
	}
	s := stream{e.Event.Action, h.CPU, h.Lane}
	if last := l.streams[s]; h.Sequence <= last {
		l.fault("%s %d on CPU %d came after number %d", s.action, h.Sequence, s.cpu, last)
	}
	l.streams[s] = h.Sequence
}

// find returns the account of the process that an event is of, or nil if it is of none.
func (l *Ledger) find(e *Event) *account {
	for _, a := range l.byPID[e.Process.PID] {
		if a.From <= e.Exectrail.Boot && e.Exectrail.Boot <= a.Until {
			return a
		}
	}
	return nil
}

func (l *Ledger) enterLoss(e *Event) {
	loss := e.Exectrail.Lost
	loss.until = e.Exectrail.Boot
	l.losses = append(l.losses, loss)
	l.report.Lost[loss.Cause] += loss.Count
	if !slices.Contains(l.options.Excused, loss.Cause) {
		l.fault("%d events of %s were lost: %s", loss.Count, loss.Kind, loss.Cause)
	}
}

// fault notes that something is wrong.
func (l *Ledger) fault(format string, args ...any) {
	const most = 20
	if l.report.FaultCount++; l.report.FaultCount <= most {
		l.report.Faults = append(l.report.Faults, fmt.Sprintf(format, args...))
	}
}
