package main

import (
	"encoding/json"
	"io"

	"github.com/exectrail/exectrail/internal/printable"
	"github.com/exectrail/exectrail/object"
)

// cleanupResult tells what became of a leftover.
type cleanupResult struct {
	Kind   object.LeftoverKind `json:"kind"`
	Name   string              `json:"name"`
	State  string              `json:"state"`
	Reason string              `json:"reason,omitempty"` // why it is kept, or not removed
}

func writeCleanup(w io.Writer, results []cleanupResult) error {
	if len(results) == 0 {
		return nil
	}
	rows := [][]string{{"KIND", "NAME", "STATE"}}
	for _, r := range results {
		state := r.State
		if r.Reason != "" {
			state += ": " + r.Reason
		}
		rows = append(rows, []string{
			string(r.Kind), string(printable.AppendEscaped(nil, r.Name)), string(printable.AppendEscaped(nil, state)),
		})
	}
	return writeAligned(w, rows)
}

func writeCleanupJSON(w io.Writer, results []cleanupResult) error {
	encoder := json.NewEncoder(w)
	for _, r := range results {
		if err := encoder.Encode(r); err != nil {
			return err
		}
	}
	return nil
}
