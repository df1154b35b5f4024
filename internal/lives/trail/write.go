package trail

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"

	"github.com/exectrail/exectrail/internal/lives"
)

// Write writes a run as a file. It fails on one that [Read] would refuse.
func Write(w io.Writer, run *lives.Run) error {
	if err := bounds().check(run); err != nil {
		return fmt.Errorf("write trail: %w", err)
	}
	z := gzip.NewWriter(w)
	lines := writer{out: z}
	lines.encode = json.NewEncoder(&lines.line)
	lines.encode.SetEscapeHTML(false)
	lines.run(run)
	if lines.err != nil {
		return fmt.Errorf("write trail: %w", lines.err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write trail: %w", err)
	}
	return nil
}

// writer writes lines until one fails.
type writer struct {
	out    io.Writer
	line   bytes.Buffer
	encode *json.Encoder
	total  int
	err    error
}

func (w *writer) run(r *lives.Run) {
	w.put(header{
		Format: format, Version: version, Command: texts(r.Command), Begin: r.Begin, End: since(r.Begin, r.End), Host: text(r.Host),
		Processes: len(r.Processes), Recorded: r.Recorded, Lost: r.Lost, Filtered: r.Filtered, Omitted: r.Omitted, NoFailed: r.FailedUnknown,
	})
	for i := range r.Processes {
		p := &r.Processes[i]
		w.put(processLine(r.Begin, p))
		for k := range p.Programs {
			w.put(programLine(r.Begin, &p.Programs[k]))
		}
		for k := range p.Failed {
			w.put(failureLine(r.Begin, &p.Failed[k]))
		}
	}
}

func (w *writer) put(v any) {
	if w.err != nil {
		return
	}
	w.line.Reset()
	if w.err = w.encode.Encode(v); w.err != nil {
		return
	}
	w.total += w.line.Len()
	switch {
	case w.line.Len() > maxLine:
		w.err = fmt.Errorf("a command line takes %d bytes: there is room for %d", w.line.Len(), maxLine)
	case w.total > maxBytes:
		w.err = fmt.Errorf("the run takes more than %d MiB", maxBytes>>20)
	default:
		_, w.err = w.out.Write(w.line.Bytes())
	}
}
