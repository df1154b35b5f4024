package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/exectrail/exectrail"
)

// source is where the events of a session come from, and the file that is
// read or written along with it.
type source struct {
	tracer *exectrail.Tracer
	file   *os.File // nil when there is none
}

func openSource(ctx context.Context, opts *traceOptions, std streams, more ...exectrail.Option) (*source, error) {
	if opts.replay != "" {
		return openRecording(opts, std)
	}
	options := append(opts.tracerOptions(std), more...)
	s := &source{}
	if opts.saveRaw != "" {
		f, err := createPrivate(opts.saveRaw)
		if err != nil {
			return nil, fmt.Errorf("create recording: %w", err)
		}
		s.file = f
		options = append(options, exectrail.WithRawCopy(f))
	}
	var err error
	if s.tracer, err = exectrail.Open(ctx, options...); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func openRecording(opts *traceOptions, std streams) (*source, error) {
	var in io.Reader = std.in
	s := &source{}
	if opts.replay != "-" {
		f, err := os.Open(opts.replay)
		if err != nil {
			return nil, fmt.Errorf("open recording: %w", err)
		}
		s.file, in = f, f
	}
	var err error
	if s.tracer, err = exectrail.OpenRecording(in, opts.tracerOptions(std)...); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close ends the session and closes its file, in this order.
func (s *source) Close() error {
	var err error
	if s.tracer != nil {
		err = s.tracer.Close()
	}
	if s.file != nil {
		err = errors.Join(err, s.file.Close())
	}
	return err
}

// tracerOptions returns the options as the library takes them.
func (o *traceOptions) tracerOptions(std streams) []exectrail.Option {
	options := append(o.failedOptions(), exectrail.WithBufferSize(int(o.bufferSize)), exectrail.WithRedaction(o.redaction(std.out)))
	if o.exits {
		options = append(options, exectrail.WithExits())
	}
	if o.forks {
		options = append(options, exectrail.WithForks())
	}
	switch {
	case len(o.env) == 1 && o.env[0] == envAll:
		options = append(options, exectrail.WithEnv())
	case len(o.env) > 0:
		options = append(options, exectrail.WithEnv(o.env...))
	}
	if o.tellsSignals() {
		options = append(options, exectrail.WithLoaderEnv())
	}
	if o.pin != "" {
		options = append(options, exectrail.WithPin(o.pin))
	}
	if o.seenFile != "" {
		options = append(options, exectrail.WithSeen(o.seenFile))
	}
	if o.noSelf {
		options = append(options, exectrail.WithoutSelf())
	}
	if o.verbose {
		options = append(options, exectrail.WithLogger(newLogger(std.err, o.output.kind)))
	}
	return options
}

// tellsSignals reports whether somebody may look at signals, now or in what is left behind.
func (o *traceOptions) tellsSignals() bool {
	return o.output.kind != formatTable || o.pin != "" || o.saveRaw != "" ||
		strings.Contains(o.columns, "signals") || strings.Contains(strings.Join(o.choose.exprs, " "), "signals")
}

func newLogger(stderr io.Writer, format string) *slog.Logger {
	level := &slog.HandlerOptions{Level: slog.LevelDebug}
	if format == formatJSON {
		return slog.New(slog.NewJSONHandler(stderr, level))
	}
	return slog.New(slog.NewTextHandler(stderr, level))
}
