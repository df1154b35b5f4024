package probe

import (
	"fmt"
	"io"
	"slices"

	"github.com/exectrail/exectrail/internal/wire"
)

// Snapshot calls yield with a record for each process that runs now. The
// record is valid until yield returns.
func (p *Probe) Snapshot(yield func(record []byte) error) error {
	r, err := p.tasks.Open()
	if err != nil {
		return fmt.Errorf("open the task iterator: %w", err)
	}
	defer r.Close()

	// Read at once: what happens between the visits of two processes is not seen in both.
	all, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("read the task iterator: %w", err)
	}
	for record := range slices.Chunk(all, wire.SnapshotSize) {
		if err := yield(record); err != nil {
			return err
		}
	}
	return nil
}
