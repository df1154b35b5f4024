package probe

import (
	"fmt"
	"io"
	"slices"

	"github.com/cilium/ebpf/link"

	"github.com/exectrail/exectrail/internal/wire"
)

// openTasks makes the task iterator ready, once.
func (p *Probe) openTasks() (err error) {
	if p.tasks != nil {
		return nil
	}
	if p.tasks, err = link.AttachIter(link.IterOptions{Program: p.objects.snapshot.program}); err != nil {
		p.tasks = nil
		return fmt.Errorf("attach the task iterator: %w", err)
	}
	return nil
}

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
