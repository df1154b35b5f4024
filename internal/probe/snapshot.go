package probe

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/cilium/ebpf/link"

	"github.com/exectrail/exectrail/internal/wire"
)

// Snapshot calls yield with a record for each process that runs now. The
// record is valid until yield returns.
func (p *Probe) Snapshot(yield func(record []byte) error) error {
	iter, err := link.AttachIter(link.IterOptions{Program: p.objects.Snapshot})
	if err != nil {
		return advise(fmt.Errorf("attach the task iterator: %w", err))
	}
	defer iter.Close()
	r, err := iter.Open()
	if err != nil {
		return fmt.Errorf("open the task iterator: %w", err)
	}
	defer r.Close()

	buffered := bufio.NewReaderSize(r, 64<<10)
	var record [wire.SnapshotSize]byte
	for {
		if _, err := io.ReadFull(buffered, record[:]); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the task iterator: %w", err)
		}
		if err := yield(record[:]); err != nil {
			return err
		}
	}
}
