package exectrail

import (
	"regexp"

	"github.com/exectrail/exectrail/internal/redact"
)

// Redaction says where secrets are replaced. Which those are is known for common flags, names of variables and
// shapes of tokens; it cannot be known of others.
type Redaction struct {
	// Events replaces them in events, by [redacted], and RawCopy overwrites them in the recording that [WithRawCopy]
	// asked for, where only their length stays. A recording in which they were not overwritten holds them all, whatever Events says; so
	// does the memory of the kernel and of a pinned session.
	Events, RawCopy bool
	// Patterns tell more secrets: what the first group of one matches in an argument or a variable, or all that it
	// matches if it has no group.
	Patterns []*regexp.Regexp
}

// WithRedaction replaces secrets in the arguments and the environment of programs. [event.Attempt] tells how many were.
func WithRedaction(r Redaction) Option { return func(c *config) { c.redaction = r } }

// redactor returns what finds secrets for events, or nil.
func (c *config) redactor() *redact.Redactor {
	o := redact.Options{Known: c.redaction.Events, Filled: c.overwritten}
	if c.redaction.Events {
		o.Patterns = c.redaction.Patterns
	}
	if !o.Known && !o.Filled {
		return nil
	}
	return redact.New(o)
}
