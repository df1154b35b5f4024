package probe

import (
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	const size = 32 << 20
	began := time.Unix(1000, 0)
	for _, tt := range []struct {
		name  string
		looks []uint64 // positions, one each 100 ms
		room  uint64
		want  bool
	}{
		{"nothing is known yet", []uint64{size}, 2 << 20, true},
		{"nearly full, and nothing comes", []uint64{0, size - 2<<20, size - 2<<20}, 2 << 20, true},
		{"nearly full, and very much comes", []uint64{0, size - 12<<20, size - 2<<20}, 2 << 20, false},
		{"half full, and very much comes", []uint64{0, size/2 - 10<<20, size / 2}, size / 2, true},
		{"full", []uint64{size, size, size}, 0, false},
	} {
		var p pace
		for i, position := range tt.looks {
			p.look(began.Add(time.Duration(i)*100*time.Millisecond), position)
		}
		if got := p.lasts(tt.room, size); got != tt.want {
			t.Errorf("%s: %v at %.0f bytes in a second", tt.name, got, p.rate)
		}
	}
}

// TestPaceOfSmallRing has room for what comes in some hundredths of a second only.
func TestPaceOfSmallRing(t *testing.T) {
	const size = 512 << 10
	p := pace{rate: 4 << 20}
	if !p.lasts(size/2, size) || p.lasts(size/4, size) {
		t.Errorf("half of it lasts: %v, a quarter: %v", p.lasts(size/2, size), p.lasts(size/4, size))
	}
}

// TestPaceOfManyLooks asks more often than the rate can be told.
func TestPaceOfManyLooks(t *testing.T) {
	var p pace
	now := time.Unix(1000, 0)
	for i := range uint64(1000) {
		p.look(now, i*1000) // 1 MB in a second
		now = now.Add(time.Millisecond)
	}
	if p.rate < 0.99e6 || p.rate > 1.01e6 {
		t.Errorf("the rate is %.0f bytes in a second", p.rate)
	}
}
