package probe

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/exectrail/exectrail/internal/machine"
)

func tracingTrials() []trial {
	return []trial{{"tracing", "session", "everything together, for a moment", true, trySession}}
}

// trySession begins a session with the real programs, which the verifier of
// this kernel may judge otherwise than that of the kernels they were tried on.
func trySession(m *machine.Machine) (string, error) {
	p, err := open(trialConfig())
	if err != nil && machine.IsVerifier(err) {
		return "", machine.NewError(err.Error(), "this is a fault of exectrail: please report it, with the version of the kernel")
	}
	if err != nil {
		return "", explain(m, err, "DEBUG_INFO_BTF")
	}
	defer p.Close()
	processes := 0
	count := func([]byte) error { processes++; return nil }
	if err := p.Snapshot(count); err != nil {
		return "", err
	}
	return fmt.Sprintf("attached %s; %d processes run", strings.Join(p.Hooks(), ", "), processes), nil
}

func trialConfig() Config {
	return Config{BufferSize: trialRingSize, Logger: slog.New(slog.DiscardHandler)}
}
