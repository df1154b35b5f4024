package runtimes

import (
	"time"

	"github.com/exectrail/exectrail/event"
)

// Lookup looks up containers in a goroutine of its own, so that whoever asks never waits for a file. Its
// methods are for one goroutine.
type Lookup struct {
	asked   map[string]asked
	jobs    chan job
	answers chan Answer
	early   []Answer // that came while one was awaited
	stuck   bool     // no answer came since one was awaited in vain
	done    chan struct{}
}

// Answer is what was found out about a container.
type Answer struct {
	// Cgroup is the path of its control group, where nothing but the state of its runtime tells that it is one.
	Cgroup string
	event.Container

	key string
	ok  bool
}

type job struct {
	key  string
	id   string // "": only a runtime may know that it is the control group of a container
	path []string
}

// asked is what is known of a question.
type asked struct {
	until   time.Time // when to ask again; while it is zero, an answer is due
	retries int
	found   bool
	awaited bool // by an event, so that the next one is to ask at once
}

const (
	// maxJobs is how many questions can wait. More are not asked now, and again by the next event.
	maxJobs = 256
	// maxAsked is how many questions are remembered.
	maxAsked = 16384
	// fresh is for how long an answer holds: a container can be renamed.
	fresh = 5 * time.Minute
	// soon and later are when to ask again when there was no answer: a runtime can begin a container before it writes about it.
	soon  = 100 * time.Millisecond
	later = time.Minute
	// maxRetries is how often soon.
	maxRetries = 5
)

// NewLookup starts a goroutine, which ends after Close.
func NewLookup(s *State) *Lookup {
	l := &Lookup{
		asked: map[string]asked{}, jobs: make(chan job, maxJobs), answers: make(chan Answer, maxJobs+2), done: make(chan struct{}),
	}
	go l.work(s)
	return l
}

func (l *Lookup) work(s *State) {
	defer close(l.done)
	for j := range l.jobs {
		a := Answer{key: j.key}
		if j.id == "" {
			a.Container, a.Cgroup, a.ok = s.Direct(j.path)
		} else {
			a.Container, a.ok = s.Of(j.id, j.path)
		}
		// There is room: no more questions are under way than both channels hold.
		l.answers <- a
	}
}

// Due reports whether it is time to ask for a container by its id, or by the path of a control group which only a runtime may know
// to be that of a container.
func (l *Lookup) Due(key string, now time.Time) bool {
	known, ok := l.asked[key]
	return !ok || !known.until.IsZero() && !now.Before(known.until)
}

// GaveUp reports whether nothing was found, however often it was asked.
func (l *Lookup) GaveUp(key string) bool {
	known := l.asked[key]
	return !known.found && known.retries >= maxRetries
}

// Ask begins to look up the container with an id. path is that of a control group in it, from its last component to its first.
func (l *Lookup) Ask(id string, path []string, now time.Time) {
	l.ask(job{key: id, id: id, path: path}, now)
}

// AskPath begins to find out whether a control group is that of a container.
func (l *Lookup) AskPath(key string, path []string, now time.Time) {
	l.ask(job{key: key, path: path}, now)
}

func (l *Lookup) ask(j job, now time.Time) {
	if !l.Due(j.key, now) {
		return
	}
	if len(l.asked) >= maxAsked {
		clear(l.asked)
	}
	if len(l.early)+len(l.answers)+len(l.jobs) >= maxJobs {
		return
	}
	select {
	case l.jobs <- j:
		known := l.asked[j.key]
		known.until = time.Time{}
		l.asked[j.key] = known
	default:
	}
}

// Answers yields what was found since the last call. It does not wait.
func (l *Lookup) Answers(now time.Time) func(yield func(*Answer) bool) {
	return func(yield func(*Answer) bool) {
		for {
			var a Answer
			if len(l.early) > 0 {
				a, l.early = l.early[0], l.early[1:]
			} else {
				select {
				case a = <-l.answers:
				default:
					return
				}
			}
			l.stuck = false
			l.note(&a, now)
			if a.ok && !yield(&a) {
				return
			}
		}
	}
}

// Await waits until [Lookup.Answers] has the answer to a question that is under way, but no longer than d. If there is
// none, it is time to ask again with the next event. After a wait in vain it does not wait until an answer has come: a file system that
// does not answer holds up one event, and not each.
func (l *Lookup) Await(key string, d time.Duration) {
	known, ok := l.asked[key]
	if !ok || !known.until.IsZero() || l.stuck {
		return
	}
	known.awaited = true
	l.asked[key] = known
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		select {
		case a := <-l.answers:
			l.early = append(l.early, a)
			if a.key == key {
				return
			}
		case <-timer.C:
			l.stuck = true
			return
		}
	}
}

func (l *Lookup) note(a *Answer, now time.Time) {
	known := l.asked[a.key]
	switch {
	case a.ok:
		known = asked{until: now.Add(fresh), found: true}
	case known.found: // the container has ended
		known.until = now.Add(fresh)
	case known.retries < maxRetries:
		known.retries++
		if known.until = now; !known.awaited {
			known.until = now.Add(soon << known.retries)
		}
	default:
		known.until = now.Add(later)
	}
	l.asked[a.key] = known
}

// Close ends the goroutine. It waits for it no longer than a moment: a file system may never answer.
func (l *Lookup) Close() {
	close(l.jobs)
	select {
	case <-l.done:
	case <-time.After(time.Second):
	}
}
