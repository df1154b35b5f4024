package probe

import (
	"errors"
	"fmt"
	"os"
)

// advise adds to an error of loading or attaching what is behind it and what
// to do, where that is known. The original stays in the chain.
func advise(err error) error {
	reason := explain(readMachine(os.DirFS("/")), err, "DEBUG_INFO_BTF")
	if errors.Is(reason, err) {
		return err
	}
	advised := &advised{error: fmt.Errorf("%w: %w", reason, err), hint: "'exectrail doctor' tells what this machine lacks"}
	if p := (*problem)(nil); errors.As(reason, &p) && p.hint != "" {
		advised.hint = p.hint
	}
	return advised
}

type advised struct {
	error
	hint string
}

// Hint returns what to do next.
func (a *advised) Hint() string { return a.hint }

// Unwrap returns the error without the hint.
func (a *advised) Unwrap() error { return a.error }
