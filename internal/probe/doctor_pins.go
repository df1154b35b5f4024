package probe

import (
	"fmt"
	"time"

	"github.com/exectrail/exectrail/internal/machine"
	"github.com/exectrail/exectrail/internal/pindir"
)

// pinTrials look at the bpf file system, and at each session that is pinned in it.
func pinTrials() []trial {
	const group = "pinned sessions"
	trials := []trial{{
		group: group, name: "bpf file system", purpose: "holds sessions that outlive exectrail (--pin)",
		try: func(*machine.Machine) (string, error) {
			if !pindir.Mounted() {
				return "", &machine.HintedError{Reason: "not mounted at " + pindir.BPFFS, Next: "--pin mounts it"}
			}
			return pindir.BPFFS, nil
		},
	}}
	pins, err := Pins()
	if err != nil {
		return append(trials, trial{group: group, name: "sessions", purpose: "what is pinned", try: func(*machine.Machine) (string, error) {
			return "", fmt.Errorf("cannot be listed: %w", err)
		}})
	}
	for _, p := range pins {
		trials = append(trials, trial{
			group: group, name: p.Name, purpose: "'exectrail unpin " + p.Name + "' removes it",
			try: func(*machine.Machine) (string, error) { return p.describe() },
		})
	}
	return trials
}

// describe tells of a session what is worth knowing.
func (p *PinInfo) describe() (string, error) {
	if p.Err != nil {
		return "", p.Err
	}
	use := "read by nobody"
	if p.InUse {
		use = fmt.Sprintf("read by process %d", p.Reader)
	}
	age := time.Duration(bootNow() - p.Began).Truncate(time.Second)
	return fmt.Sprintf("recording for %v with %d MiB of ring buffers, %s; pinned by exectrail %s", age, p.BufferSize>>20, use, p.Version), nil
}
