package wire

import "github.com/exectrail/exectrail/event"

// maxStrings bounds what is kept of the strings of one exec: execve takes no
// more than 6 MiB of argv and environment together.
const maxStrings = 6<<20 + 64<<10

// keepBuffer is how large a buffer may be to be kept for the next exec of the stream.
const keepBuffer = 256 << 10

// assembly collects the chunks of an exec in a stream, until its record comes.
type assembly struct {
	seq       uint64
	args, env gathered
}

// gathered are strings of which parts came: their beginning, and perhaps their end.
type gathered struct {
	raw        []byte
	head       int    // how much of raw is the beginning, when something is missing after it
	tailOffset uint32 // of the rest of raw in the whole; 0 as long as nothing is missing
}

func (a *assembly) start(seq uint64) {
	a.seq = seq
	a.args.clear()
	a.env.clear()
}

func (g *gathered) clear() {
	raw := g.raw[:0]
	if cap(raw) > keepBuffer {
		raw = nil
	}
	*g = gathered{raw: raw}
}

// end returns the offset after what was gathered.
func (g *gathered) end() uint64 {
	if g.tailOffset == 0 {
		return uint64(len(g.raw))
	}
	return uint64(g.tailOffset) + uint64(len(g.raw)-g.head)
}

// add takes in a part, unless it overlaps what is there or leaves a second gap.
func (g *gathered) add(offset uint32, part []byte) {
	switch end := g.end(); {
	case uint64(offset) < end, uint64(offset) > end && g.tailOffset > 0:
		return
	case uint64(offset) > end:
		g.head, g.tailOffset = len(g.raw), offset
	}
	g.raw = append(g.raw, part...)
}

// strings returns what was gathered of size bytes. What comes after a gap counts only if it is the end.
func (g *gathered) strings(size uint32) event.Strings {
	if g.tailOffset == 0 {
		return event.Strings{Raw: clip(g.raw, size), Size: uint64(size)}
	}
	if g.end() != uint64(size) {
		return event.Strings{Raw: clip(g.raw[:g.head], size), Size: uint64(size)}
	}
	return event.Strings{Raw: g.raw, Size: uint64(size), Tail: len(g.raw) - g.head}
}

func (d *Decoder) decodeChunk(record []byte, s Stream) bool {
	x := &d.chunk
	tail, ok := load(x, record)
	if !ok {
		return false
	}
	if int(s) >= len(d.assemblies) {
		d.assemblies = append(d.assemblies, make([]assembly, int(s)+1-len(d.assemblies))...)
	}
	a := &d.assemblies[s]
	if a.seq != x.Head.Seq {
		a.start(x.Head.Seq)
	}
	dst := &a.args
	if x.OfEnv != 0 {
		dst = &a.env
	}
	if len(dst.raw)+len(tail) > maxStrings {
		return false
	}
	dst.add(x.Offset, tail)
	return true
}

// assembled returns what came in chunks for the exec with this number.
func (d *Decoder) assembled(s Stream, seq uint64) assembly {
	if int(s) < len(d.assemblies) && d.assemblies[s].seq == seq {
		return d.assemblies[s]
	}
	return assembly{}
}
