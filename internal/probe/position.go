package probe

// Position is up to where the rings were read: the main one and the reserve.
type Position [2]uint64

// Position returns the position after the record that Next returned last.
func (p *Probe) Position() Position { return Position{p.rings[0].position, p.rings[1].position} }

// Consumed returns up to where room was given back.
func (p *Probe) Consumed() Position {
	return Position{p.rings[0].consumer.Load(), p.rings[1].consumer.Load()}
}

// Release gives the room of what was read back, up to a position. It is for a pinned session, which gives none
// back by itself, and may be called while Next runs, but by one goroutine at a time.
func (p *Probe) Release(to Position) {
	for i, r := range p.rings {
		if to[i] > r.consumer.Load() {
			r.consumer.Store(to[i])
		}
	}
}

// HoldsAtLeast reports whether what was read of a pinned session and not given back takes more than the n-th part of a ring.
func (p *Probe) HoldsAtLeast(n uint64) bool {
	return p.rings[0].held() > p.rings[0].size/n || p.rings[1].held() > p.rings[1].size/n
}

// End lets Next return [io.EOF] once it has returned all that was recorded until now. The hooks go on: it is for a
// pinned session, whose next reader goes on behind that.
func (p *Probe) End() { p.until = bootNow() }
