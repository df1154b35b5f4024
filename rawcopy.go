package exectrail

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/outlet"
	"github.com/exectrail/exectrail/internal/replay"
	"github.com/exectrail/exectrail/internal/wire"
)

// rawCopy writes a recording of a session. It waits for a slow file only while that costs nothing: else records for
// which there is no room are skipped, and a record in the recording says so once there is room again.
type rawCopy struct {
	outlet *outlet.Outlet
	writer *replay.Writer
	stats  RawCopyStats
	worth  func() bool // to wait for a file that is slow
	// redaction overwrites secrets; nil when they are to stay.
	redaction *rawRedaction

	skip  wire.Skip // not told yet
	clock []byte    // the last record of the clock that was skipped: later times need it
}

// rawInterval is how long records may wait to be written.
const rawInterval = 100 * time.Millisecond

// recordingOutput writes to the file itself before the session begins, when an error is still one of Open.
type recordingOutput struct {
	file   io.Writer
	outlet *outlet.Outlet // nil before that
}

func (o *recordingOutput) Write(p []byte) (int, error) {
	if o.outlet == nil {
		return o.file.Write(p)
	}
	if err := o.outlet.Put(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// newRawCopy writes the beginning of a recording to w. At most limit bytes, or some more, may wait to be written; worth tells
// whether it is worth to wait until they are.
func newRawCopy(w io.Writer, h replay.Header, limit int, worth func() bool, logger *slog.Logger) (*rawCopy, error) {
	output := &recordingOutput{file: w}
	writer, err := replay.NewWriter(output, h)
	if err != nil {
		return nil, fmt.Errorf("write the recording: %w", err)
	}
	output.outlet = outlet.New(w, outlet.Options{Limit: limit, Interval: rawInterval, DiskFull: func(err error) {
		if err != nil {
			logger.Warn("no room for the recording: waiting for some", "error", err)
		} else {
			logger.Info("there is room for the recording again")
		}
	}})
	return &rawCopy{outlet: output.outlet, writer: writer, worth: worth}, nil
}

// write takes a record, which was decoded as r, or skips it.
func (c *rawCopy) write(record []byte, r *wire.Record) error {
	if c.redaction == nil {
		return c.take(record, r)
	}
	for _, clean := range c.redaction.clean(record, r) {
		if err := c.take(clean, r); err != nil {
			return err
		}
	}
	return nil
}

func (c *rawCopy) take(record []byte, r *wire.Record) error {
	if err := c.outlet.Err(); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	switch {
	// What the whole recording depends on is taken always. It is little.
	case r.Kind == wire.Name, r.Kind == wire.Seen:
	case r.Kind == wire.Tally && r.Tally.When != wire.Now, c.admits():
		if err := c.tell(); err != nil {
			return err
		}
	case r.Kind == wire.Clock:
		c.clock = append(c.clock[:0], record...)
		return nil
	default:
		if c.skip.Records == 0 {
			c.skip.Since = r.Time
		}
		c.skip.Records++
		c.stats.Skipped++
		return nil
	}
	return c.put(record)
}

// admits reports whether there is room. After a loss there has to be much, so
// that there is not a gap after each record.
func (c *rawCopy) admits() bool {
	if c.skip.Records == 0 && len(c.clock) == 0 {
		return c.outlet.Room() > 0 || c.outlet.AwaitRoom(c.worth)
	}
	return c.outlet.Room() >= c.outlet.Limit()/2
}

// tell writes what came of the records that were skipped.
func (c *rawCopy) tell() error {
	if c.skip.Records > 0 {
		now := uint64(clock(unix.CLOCK_BOOTTIME))
		if err := c.put(wire.AppendSkipped(nil, now, c.skip)); err != nil {
			return err
		}
		c.skip = wire.Skip{}
	}
	if len(c.clock) == 0 {
		return nil
	}
	err := c.put(c.clock)
	c.clock = c.clock[:0]
	return err
}

func (c *rawCopy) put(record []byte) error {
	if err := c.writer.Write(record); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	c.stats.Records++
	return nil
}

// close waits until all that was taken is written. A disk that stays full is given up after some seconds.
func (c *rawCopy) close() error {
	if c.outlet.Err() == nil {
		if err := c.tell(); err != nil {
			return err
		}
	}
	if err := c.outlet.Close(); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	return nil
}
