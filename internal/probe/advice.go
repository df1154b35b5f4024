package probe

import (
	"errors"
	"fmt"
	"os"

	"github.com/exectrail/exectrail/internal/machine"
)

// advise says in plain words what is behind an error of loading or attaching,
// and what to do. The error itself, which names the system call, stays in the chain.
func advise(err error) error {
	if a := (*advised)(nil); errors.As(err, &a) {
		return err
	}
	if p := (*machine.HintedError)(nil); errors.As(err, &p) {
		return err
	}
	reason := explain(machine.Read(os.DirFS("/")), err, "DEBUG_INFO_BTF")
	a := &advised{cause: err, reason: fmt.Sprintf("cannot load programs: %v", reason)}
	if p := (*machine.HintedError)(nil); errors.As(reason, &p) {
		a.hint = p.Next
	}
	if a.hint == "" {
		a.hint = "'exectrail doctor' tells what this machine lacks"
	}
	return a
}

type advised struct {
	cause        error
	reason, hint string
}

func (a *advised) Error() string { return a.reason }

// Hint returns what to do next.
func (a *advised) Hint() string { return a.hint }

// Unwrap returns the error as it came.
func (a *advised) Unwrap() error { return a.cause }
