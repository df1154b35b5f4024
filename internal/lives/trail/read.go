package trail

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/exectrail/exectrail/internal/lives"
)

// Read reads a run that [Write] wrote.
func Read(r io.Reader) (*lives.Run, error) {
	run, err := read(r)
	if err != nil {
		return nil, fmt.Errorf("read trail: %w", err)
	}
	return run, nil
}

// errNoTrail tells that a file is something else.
var errNoTrail = errors.New("this is not a trail, as 'exectrail run --save' writes them")

func read(r io.Reader) (*lives.Run, error) {
	z, err := gzip.NewReader(r)
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errNoTrail
	case err != nil:
		return nil, err
	}
	lines := bufio.NewScanner(&bounded{in: z, left: maxBytes})
	lines.Buffer(nil, maxLine)
	d := decoder{limits: bounds()}
	for lines.Scan() {
		d.line++
		if err := d.decode(lines.Bytes()); err != nil {
			switch broken := lines.Err(); {
			case broken != nil: // it is the first part of a line
				return nil, scanError(broken, d.line)
			case d.line == 1:
				return nil, err
			}
			return nil, fmt.Errorf("line %d: %w", d.line, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, scanError(err, d.line+1)
	}
	return d.finish()
}

// scanError puts into words why a line could not be read.
func scanError(err error, line int) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the file is cut off in line %d", line)
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return fmt.Errorf("the file is damaged: %w", err)
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("line %d has more than %d MiB", line, maxLine>>20)
	}
	return fmt.Errorf("line %d: %w", line, err)
}

// decoder puts a run together from its lines.
type decoder struct {
	limits
	run  lives.Run
	line int
	want int // processes
	seen int // execs
}

func (d *decoder) decode(b []byte) error {
	if d.line == 1 {
		return d.header(b)
	}
	var l line
	if err := json.Unmarshal(b, &l); err != nil {
		return err
	}
	if l.Process != nil {
		if len(d.run.Processes) == d.want {
			return fmt.Errorf("more than %d processes, which the first line tells", d.want)
		}
		d.run.Processes = append(d.run.Processes, l.Process.process(d.run.Begin))
		return nil
	}
	if len(d.run.Processes) == 0 {
		return errors.New("an exec without a process")
	}
	if d.seen++; d.seen > d.execs {
		return fmt.Errorf("more than %d execs", d.execs)
	}
	p := &d.run.Processes[len(d.run.Processes)-1]
	switch {
	case l.Program != nil:
		p.Programs = append(p.Programs, l.Program.program(d.run.Begin))
	case l.Failure != nil:
		p.Failed = append(p.Failed, l.Failure.failure(d.run.Begin))
	}
	return nil
}

func (d *decoder) header(b []byte) error {
	var h header
	if err := json.Unmarshal(b, &h); err != nil {
		// A later version may have other types.
		var v struct {
			Format  string
			Version int
		}
		if json.Unmarshal(b, &v) != nil || v.Format != format || v.Version <= version {
			return errNoTrail
		}
		h.Format, h.Version = v.Format, v.Version
	}
	switch {
	case h.Format != format:
		return errNoTrail
	case h.Version > version:
		return fmt.Errorf("it has version %d, and this exectrail reads up to version %d: use a newer one", h.Version, version)
	case h.Version < 1:
		return fmt.Errorf("there is no version %d", h.Version)
	case h.Processes < 0 || h.Processes > d.processes:
		return fmt.Errorf("%d processes: there may be %d", h.Processes, d.processes)
	}
	d.want = h.Processes
	begin := h.Begin.UTC()
	d.run = lives.Run{
		Command: plain(h.Command), Begin: begin, End: h.End.after(begin), Host: string(h.Host),
		Recorded: h.Recorded, Lost: h.Lost, Filtered: h.Filtered, Omitted: h.Omitted, FailedUnknown: h.NoFailed,
	}
	return nil
}

// finish returns the run when all of it was there.
func (d *decoder) finish() (*lives.Run, error) {
	switch {
	case d.line == 0:
		return nil, errNoTrail
	case len(d.run.Processes) < d.want:
		return nil, fmt.Errorf("the file is cut off: %d of %d processes are there", len(d.run.Processes), d.want)
	}
	if err := d.check(&d.run); err != nil {
		return nil, err
	}
	return &d.run, nil
}

// bounded reads no more than is left, and fails behind that.
type bounded struct {
	in   io.Reader
	left int64
}

// Read implements [io.Reader].
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("more than %d MiB when it is not compressed", maxBytes>>20)
	}
	n, err := b.in.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
