package probe

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

// TestLoneRecord lets the reader fall asleep, and executes one program: its record
// wakes the reader, which is not left to find it at the end of its lap.
func TestLoneRecord(t *testing.T) {
	p := openProbe(t)
	// The machine may be too busy to do it within a lap, but not every time.
	for range 10 {
		p.lap = time.Now()
		executed := make(chan struct{})
		go func() {
			defer close(executed)
			for atomic.LoadUint32(p.asleep) == 0 {
				time.Sleep(time.Millisecond)
			}
			execute(t, "lone")
		}()
		for record, ok := next(t, p); ok && !isExecOf(record, "lone"); record, ok = next(t, p) {
		}
		woken := time.Since(p.lap) < lapTime
		<-executed
		if woken {
			return
		}
	}
	t.Error("the record came with the end of the lap only")
}

// TestWake wakes a reader that sleeps, and one that is about to.
func TestWake(t *testing.T) {
	p := openProbe(t)
	for name, wake := range map[string]func(){
		"asleep": func() {
			for atomic.LoadUint32(p.asleep) == 0 {
				time.Sleep(time.Millisecond)
			}
			p.Wake()
		},
		"about to sleep": func() { p.Wake() },
	} {
		woken := make(chan struct{})
		go func() {
			defer close(woken)
			wake()
		}()
		if name != "asleep" {
			<-woken
		}
		// Records of others come first, and laps go by.
		for {
			_, err := p.Next()
			if errors.Is(err, ErrWoken) {
				break
			}
			if err != nil && !errors.Is(err, ErrLap) {
				t.Fatal(err)
			}
		}
		<-woken
	}
}

func TestLap(t *testing.T) {
	p := openProbe(t)
	for range 2 {
		began := p.lap
		var err error
		for err == nil {
			_, err = p.Next()
		}
		if !errors.Is(err, ErrLap) || time.Since(began) < lapTime {
			t.Errorf("after %v: got %v", time.Since(began), err)
		}
	}
}
