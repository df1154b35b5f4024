package wire

// maxStrings bounds what is kept of the strings of one exec: execve takes no
// more than 6 MiB of argv and environment together.
const maxStrings = 6<<20 + 64<<10

// keepBuffer is how large a buffer may be to be kept for the next exec of the stream.
const keepBuffer = 256 << 10

// assembly collects the chunks of an exec in a stream, until its record comes.
type assembly struct {
	seq       uint64
	args, env []byte
}

func (a *assembly) start(seq uint64) {
	a.seq = seq
	a.args, a.env = reuse(a.args), reuse(a.env)
}

func reuse(b []byte) []byte {
	if cap(b) > keepBuffer {
		return nil
	}
	return b[:0]
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
	if len(*dst)+len(tail) > maxStrings {
		return false
	}
	// After a chunk that was lost the rest is left out too: what is there is
	// always the beginning.
	if uint64(x.Offset) == uint64(len(*dst)) {
		*dst = append(*dst, tail...)
	}
	return true
}

// assembled returns what came in chunks for the exec with this number.
func (d *Decoder) assembled(s Stream, seq uint64) assembly {
	if int(s) < len(d.assemblies) && d.assemblies[s].seq == seq {
		return d.assemblies[s]
	}
	return assembly{}
}
