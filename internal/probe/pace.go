package probe

import "time"

// A pace tells how fast a ring is filled, by looking at it now and then.
type pace struct {
	at       time.Time
	position uint64
	rate     float64 // bytes in a second, between the last two looks
}

// window is the shortest time between two looks: long enough that the rate means something, and short enough that what begins
// to come is noticed while little of it is there.
const window = 10 * time.Millisecond

// look takes the position up to which the ring was filled at a moment.
func (p *pace) look(now time.Time, position uint64) {
	took := now.Sub(p.at)
	if !p.at.IsZero() && took < window {
		return
	}
	if !p.at.IsZero() {
		p.rate = float64(position-p.position) / took.Seconds()
	}
	p.at, p.position = now, position
}

// lasts reports whether so much room in a ring of a size is enough until the reader has looked again, and for a burst
// meanwhile.
func (p *pace) lasts(room, size uint64) bool {
	const (
		// It looks each millisecond, when it gets to run.
		seconds = 0.02
		// What some 2,500 programs take, of which the fork, the exec and the exit take 400 bytes.
		burst = 1 << 20
	)
	return float64(room) > p.rate*seconds+float64(min(burst, size/4))
}
