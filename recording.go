package exectrail

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/replay"
	"github.com/exectrail/exectrail/internal/wire"
)

// OpenRecording reads a recording that [WithRawCopy] wrote, on any machine and
// without privileges. Its events are those of the session. The options that
// say what to record are those of the session too: [WithExits], [WithForks], [WithoutFailed], [WithRedaction]
// and [WithLogger] may be given. The tracer does not close r.
func OpenRecording(r io.Reader, options ...Option) (*Tracer, error) {
	c := newConfig(options)
	reader, err := replay.NewReader(r)
	if err != nil {
		return nil, err
	}
	h := &reader.Header
	if h.Layout != wire.Layout {
		return nil, fmt.Errorf("%w: %d, and this version of exectrail reads %d", ErrLayout, h.Layout, wire.Layout)
	}
	c.envNames, c.rawCopy = h.EnvNames, nil
	c.overwritten = h.Redacted
	t := newTracer(c, &event.Host{Name: h.Hostname, BootID: h.BootID, Kernel: h.Kernel, Arch: h.Arch})
	t.source = &recording{Reader: reader}
	return t, nil
}

// recording is a file as the source of records.
type recording struct {
	*replay.Reader
	complete bool // the final counts were read
}

func (r *recording) next(ctx context.Context) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, io.EOF
	}
	record, err := r.Next()
	if errors.Is(err, io.EOF) && !r.complete {
		return nil, r.Damage(nil, errNoEnd)
	}
	return record, err
}

var errNoEnd = errors.New("it has no end: the session was killed, or the file was cut off")

func (r *recording) before(x *wire.Record) [][]byte {
	r.complete = r.complete || x.Kind == wire.Tally && x.Tally.When == wire.Final
	return nil
}

func (r *recording) wake() {}

func (r *recording) hooks() []string { return nil }

func (r *recording) stats(s *Stats) { s.BufferSize = r.Header.BufferSize }

func (r *recording) counters(wire.Kind) ([]wire.Counter, uint64) { return nil, 0 }

func (r *recording) close() error { return nil }
