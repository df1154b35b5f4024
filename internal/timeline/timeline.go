// Package timeline writes the page that shows the processes of a run over time.
//
// The page is one file that loads nothing: its program and style come from web/, and were built into page.html, the
// run's data stands in it as JSON. It is for the eye; what a recording has to prove stands in the events.
package timeline

import (
	"bytes"
	_ "embed" // for page.html
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/exectrail/exectrail/internal/lives"
)

//go:embed page.html
var page []byte

// mark stands in page.html where the data belongs, in a script element of the type application/json.
const mark = `{"exectrail":"run"}`

// Write writes the page for run. Nothing in run can break out of its place: all of its text is made safe to show by
// internal/printable, and the JSON has no <, > or & in it. An error is the writer's, or says which process has a parent that is not there.
func Write(w io.Writer, run *lives.Run) error {
	head, tail, found := bytes.Cut(page, []byte(mark))
	if !found {
		return errors.New("page has no place for its data")
	}
	encoded, err := encode(run)
	if err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	if err := json.NewEncoder(w).Encode(encoded); err != nil {
		return fmt.Errorf("write data: %w", err)
	}
	if _, err := w.Write(tail); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}
