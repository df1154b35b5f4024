package exectrail

import (
	"errors"

	"github.com/exectrail/exectrail/internal/probe"
	"github.com/exectrail/exectrail/internal/replay"
)

// Errors that callers may want to tell apart.
var (
	// ErrClosed is the error of a tracer that was closed.
	ErrClosed = errors.New("tracer is closed")
	// ErrBusy is the error of a second iteration over the same tracer's events.
	ErrBusy = errors.New("events are being read already")
	// ErrFormat is the error of a file that is no recording.
	ErrFormat = replay.ErrFormat
	// ErrLayout is the error of a recording by a version of exectrail whose records this one cannot read.
	ErrLayout = errors.New("recording has another layout of records")
	// ErrPinInUse is the error of a pinned session that another tracer has.
	ErrPinInUse = probe.ErrPinInUse
	// ErrNoPin is the error of a name that no pinned session has.
	ErrNoPin = probe.ErrNoPin
)

// DamageError tells at which offset a recording is damaged or cut off. The
// events before it were delivered.
type DamageError = replay.DamageError
