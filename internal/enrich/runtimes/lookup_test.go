package runtimes

import (
	"os"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// answers waits for the next answers.
func answers(t *testing.T, l *Lookup, now time.Time) []Answer {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		var list []Answer
		before := len(l.answers)
		for a := range l.Answers(now) {
			list = append(list, *a)
		}
		if before > 0 {
			return list
		}
	}
	t.Fatal("no answer came")
	return nil
}

func TestLookup(t *testing.T) {
	file := "/var/lib/docker/containers/" + id + "/config.v2.json"
	s := tree(t, map[string]string{file + ".d/x": ""})
	l := NewLookup(s)
	defer l.Close()
	now := time.Unix(1000, 0)
	l.Ask(id, nil, now)
	if got := answers(t, l, now); len(got) != 0 {
		t.Fatalf("got %+v", got)
	}
	// There was none, which holds for a while.
	if l.Due(id, now) {
		t.Error("it would be asked again at once")
	}
	if err := os.WriteFile(s.at(file), []byte(ofDocker), 0o644); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * soon)
	l.Ask(id, nil, now)
	if got := answers(t, l, now); len(got) != 1 || got[0].Name != "web" || got[0].ID != id || got[0].Cgroup != "" {
		t.Fatalf("got %+v", got)
	}
	if l.Due(id, now.Add(fresh-1)) || !l.Due(id, now.Add(fresh)) {
		t.Error("an answer does not hold for as long as it should")
	}
}

// TestRetriesEnd has a container of which nothing is ever known.
func TestRetriesEnd(t *testing.T) {
	l := NewLookup(NewState(t.TempDir()))
	defer l.Close()
	now := time.Unix(1000, 0)
	for range maxRetries + 1 {
		l.Ask(id, nil, now)
		answers(t, l, now)
		now = now.Add(soon << maxRetries)
	}
	if l.Due(id, now) || !l.Due(id, now.Add(later)) {
		t.Error("it is asked for too often")
	}
}

// TestLookupNeverBlocks asks more than can be answered, as the goroutine waits for somebody to take the answers.
func TestLookupNeverBlocks(t *testing.T) {
	l := NewLookup(NewState(t.TempDir()))
	defer l.Close()
	now := time.Unix(1000, 0)
	for i := range 10 * maxJobs {
		l.AskPath(string(rune('a'+i)), []string{"x"}, now)
	}
	if n := len(l.asked); n > 2*maxJobs {
		t.Errorf("%d questions are under way", n)
	}
}

// TestFIFO has a FIFO in the place of the state of a runtime: whoever opened it to wait would wait without end.
func TestFIFO(t *testing.T) {
	s := tree(t, map[string]string{"/run/crun/job/x": ""})
	if err := unix.Mkfifo(s.at("/run/crun/job/status"), 0o600); err != nil {
		t.Fatal(err)
	}
	l := NewLookup(s)
	l.AskPath("job", []string{"job"}, time.Now())
	l.Close()
	select {
	case <-l.done:
	default:
		t.Error("the goroutine still runs")
	}
}

// TestAwait has a runtime that writes about a container when it was asked for already.
func TestAwait(t *testing.T) {
	file := "/var/lib/docker/containers/" + id + "/config.v2.json"
	s := tree(t, map[string]string{file + ".d/x": ""})
	l := NewLookup(s)
	defer l.Close()
	now := time.Unix(1000, 0)
	l.Await(id, time.Hour) // nobody asked
	l.Ask(id, nil, now)
	l.Await(id, time.Hour)
	for a := range l.Answers(now) {
		t.Errorf("got %+v", a)
	}
	if err := os.WriteFile(s.at(file), []byte(ofDocker), 0o644); err != nil {
		t.Fatal(err)
	}
	if !l.Due(id, now) {
		t.Error("the next event would not ask again")
	}
	l.Ask(id, nil, now)
	l.Await(id, time.Hour)
	var names []string
	for a := range l.Answers(now) {
		names = append(names, a.Name)
	}
	if !slices.Equal(names, []string{"web"}) {
		t.Errorf("got %q", names)
	}
}

// TestAwaitInVain has an answer that does not come: it is waited for once.
func TestAwaitInVain(t *testing.T) {
	l := &Lookup{asked: map[string]asked{"a": {}, "b": {}}, answers: make(chan Answer, 1)}
	l.Await("a", time.Millisecond)
	l.Await("b", time.Hour)
	l.answers <- Answer{key: "b"}
	for range l.Answers(time.Unix(1000, 0)) {
		t.Error("there is an answer")
	}
	l.answers <- Answer{key: "a", ok: true}
	l.Await("a", time.Hour)
	for a := range l.Answers(time.Unix(1000, 0)) {
		if a.key != "a" {
			t.Errorf("got %q", a.key)
		}
		return
	}
	t.Error("an answer that came is not there")
}
