package probe

import (
	"testing"
	"time"
)

func TestNapFor(t *testing.T) {
	for _, test := range []struct {
		buffer     int
		nap, least time.Duration
		most       time.Duration
	}{
		{64 << 20, 0, napTime, napTime},
		{64 << 20, 20 * time.Millisecond, 20 * time.Millisecond, 20 * time.Millisecond},
		{64 << 20, time.Hour, 20 * time.Millisecond, 50 * time.Millisecond},
		{MinBufferSize, time.Hour, napTime, napTime},
	} {
		if got := napFor(Config{BufferSize: test.buffer, Nap: test.nap}); got < test.least || got > test.most {
			t.Errorf("a buffer of %d and a nap of %v: %v, want %v to %v", test.buffer, test.nap, got, test.least, test.most)
		}
	}
}
