package outlet

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"
)

// slow is an output that takes its time for each chunk.
type slow struct {
	recorder
	takes time.Duration
}

func (s *slow) Write(p []byte) (int, error) {
	time.Sleep(s.takes * time.Duration((len(p)+chunkSize-1)/chunkSize))
	return s.recorder.Write(p)
}

func TestAwaitRoom(t *testing.T) {
	for _, test := range []struct {
		name  string
		takes time.Duration
		file  bool
		worth bool
		want  bool
		waits time.Duration
	}{
		{"a slow output", stalled / 2, false, true, true, stalled / 2},
		{"a blocked one", time.Hour, false, true, false, stalled},
		{"a slow one that is not worth it", stalled / 2, false, false, false, 0},
		{"a disk that is busy", stalledFile / 2, true, true, true, stalledFile / 2},
		{"a disk that does not answer", time.Hour, true, true, false, stalledFile},
	} {
		synctest.Test(t, func(t *testing.T) {
			out := &slow{takes: test.takes}
			o := New(out, Options{Limit: 3})
			o.file.regular = test.file
			if !o.AwaitRoom(func() bool { return false }) {
				t.Errorf("%s: there is no room at the beginning", test.name)
			}
			offer(t, o, "one")
			began := time.Now()
			got := o.AwaitRoom(func() bool { return test.worth })
			if took := time.Since(began); got != test.want || took < test.waits || took > test.waits+2*roomPause {
				t.Errorf("%s: got %v after %v", test.name, got, took)
			}
			closed(t, o)
			if o.AwaitRoom(func() bool { return true }) != (o.Room() > 0) {
				t.Errorf("%s: it waits for an outlet that is closed", test.name)
			}
		})
	}
}

// TestAwaitRoomBehindLongLine has a line for which a slow output takes longer than a blocked one is waited for.
func TestAwaitRoomBehindLongLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := New(&slow{takes: stalled / 2}, Options{Limit: 2 * chunkSize})
		offer(t, o, strings.Repeat("x", 6*chunkSize))
		if !o.AwaitRoom(func() bool { return true }) {
			t.Error("an output that moves is taken to be blocked")
		}
		closed(t, o)
	})
}

// TestAwaitRoomOnFullDisk has a disk that is full: that does not pass by waiting a while.
func TestAwaitRoomOnFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{full: unix.ENOSPC}
		o := New(d, Options{Limit: 3})
		o.file.regular = true
		offer(t, o, "one")
		synctest.Wait()
		began := time.Now()
		if o.AwaitRoom(func() bool { return true }) || time.Since(began) != 0 {
			t.Errorf("it waited %v for a full disk", time.Since(began))
		}
		d.give(100)
		closed(t, o)
	})
}
