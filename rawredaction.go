package exectrail

import (
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/redact"
	"github.com/exectrail/exectrail/internal/wire"
)

// rawRedaction overwrites secrets in records on their way into a recording. A secret can begin in one chunk of an exec and end in the
// next, so chunks are held back until the record of their exec comes; they may stand anywhere before that.
type rawRedaction struct {
	redactor *redact.Redactor
	held     map[wire.Stream]*heldChunks
	out      [][]byte
	record   []byte
	masked   [2][]byte // argv and the environment, without secrets
}

// heldChunks are those of the exec with a number.
type heldChunks struct {
	seq    uint64
	chunks [][]byte
}

func newRawRedaction(o redact.Options) *rawRedaction {
	return &rawRedaction{redactor: redact.New(o), held: map[wire.Stream]*heldChunks{}}
}

// clean returns what to write in the place of a record, which was decoded as r. It is valid until the next call.
func (d *rawRedaction) clean(record []byte, r *wire.Record) [][]byte {
	d.out = d.out[:0]
	if r.Kind == wire.Chunk {
		d.hold(record, r)
		return nil
	}
	// The record may be in the ring, which is not to be written to.
	d.record = append(d.record[:0], record...)
	args, name := wire.StringsIn(d.record)
	switch r.Kind {
	case wire.Exec:
		d.exec(args, r)
	case wire.Failed:
		redact.Fill(args, d.redactor.Args(r.Failed.Args))
	default:
		redact.Fill(args, d.redactor.Args(event.Strings{Raw: args, Size: uint64(len(args))}))
	}
	redact.Fill(name, d.redactor.Text(name))
	d.out = append(d.out, d.record)
	return d.out
}

func (d *rawRedaction) hold(record []byte, r *wire.Record) {
	h := d.held[r.Stream]
	if h == nil {
		h = &heldChunks{}
		d.held[r.Stream] = h
	}
	if h.seq != r.Seq {
		// The record of that exec was lost, and nothing can be made of its chunks.
		h.seq, h.chunks = r.Seq, nil
	}
	h.chunks = append(h.chunks, append([]byte(nil), record...))
}

// exec overwrites secrets in the argv of the record of an exec, and lets go of its chunks.
func (d *rawRedaction) exec(args []byte, r *wire.Record) {
	e := &r.Exec
	known := [2]event.Strings{e.Args, e.Env}
	if e.FilledIn.Has(event.PartArgs | event.PartArgsMiddle) {
		known[0] = event.Strings{} // it came from elsewhere, and nobody needs what is here
	}
	d.mask(0, known[0], d.redactor.Args)
	overwrite(args, 0, known[0], d.masked[0])
	h := d.held[r.Stream]
	if h == nil || h.seq != r.Seq {
		return
	}
	d.mask(1, known[1], d.redactor.Env)
	for _, c := range h.chunks {
		ofEnv, offset, part := wire.ChunkIn(c)
		of := 0
		if ofEnv {
			of = 1
		}
		overwrite(part, uint64(offset), known[of], d.masked[of])
		d.out = append(d.out, c)
	}
	h.chunks = nil
}

func (d *rawRedaction) mask(of int, s event.Strings, find func(event.Strings) []redact.Span) {
	d.masked[of] = append(d.masked[of][:0], s.Raw...)
	redact.Fill(d.masked[of], find(s))
}

// overwrite puts into part, which begins at offset in the whole that s is of, what is in masked: the Raw of s without secrets. What is not
// in s was not looked at, and is overwritten.
func overwrite(part []byte, offset uint64, s event.Strings, masked []byte) {
	redact.FillAll(part)
	hole := s.MissingAt()
	put(part, offset, masked[:hole], 0)
	if tail := masked[hole:]; len(tail) > 0 {
		put(part, offset, tail, s.Size-uint64(len(tail)))
	}
}

// put copies what part, at offset, and piece, at another one, have in common.
func put(part []byte, offset uint64, piece []byte, at uint64) {
	switch {
	case at >= offset && at-offset < uint64(len(part)):
		copy(part[at-offset:], piece)
	case at < offset && offset-at < uint64(len(piece)):
		copy(part, piece[offset-at:])
	}
}
