// Package sink defines where events go. Each kind of output is a package below
// this one; what all of them must do is in package sinktest.
package sink

import "github.com/exectrail/exectrail/event"

// Sink turns events into output.
//
// One goroutine calls Write. Flush may be called by another one at any time.
// An error of the output is kept: each later call returns it.
type Sink interface {
	// Write takes one event. It keeps nothing of it: the caller may reuse the
	// event at once. The output may be buffered.
	Write(e event.Event) error
	// Flush writes out what is buffered.
	Flush() error
	// Close flushes and releases what the sink holds. It does not close the
	// output that the sink was given. A second call does nothing and returns
	// the same. After it, Write returns an error that wraps [os.ErrClosed].
	Close() error
}

// Holder is a sink that may keep an event back for a while, to tell of several in one line.
type Holder interface {
	// Holds reports whether something that was written is not handed on to the output yet.
	Holds() bool
}
