package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

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
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "KIND\tNAME\tSTATE")
	for _, r := range results {
		state := r.State
		if r.Reason != "" {
			state += ": " + r.Reason
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", r.Kind, printable.AppendEscaped(nil, r.Name), printable.AppendEscaped(nil, state))
	}
	return t.Flush()
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
