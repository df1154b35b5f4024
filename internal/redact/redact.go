package redact

import (
	"bytes"
	"regexp"

	"github.com/exectrail/exectrail/event"
)

// Mark stands in the place of a secret.
const Mark = "[redacted]"

// Options say what is a secret.
type Options struct {
	// Known are the flags, names and shapes that this package knows.
	Known bool
	// Patterns are the user's own: of each match in a string the first group is a secret, or all of it where the pattern has none.
	Patterns []*regexp.Regexp
	// Filled are those that [Fill] overwrote.
	Filled bool
}

// Redactor finds secrets. It is not for several goroutines at once.
type Redactor struct {
	options Options
	scan    scan
}

// New returns a Redactor.
func New(o Options) *Redactor { return &Redactor{options: o} }

// Args returns the places of secrets in the Raw of an argv, in their order. They are valid until the next call.
func (r *Redactor) Args(s event.Strings) []Span { return r.strings(s, (*scan).args) }

// Env does the same for an environment.
func (r *Redactor) Env(s event.Strings) []Span { return r.strings(s, (*scan).variables) }

// Text does the same for one string, such as the name of a file.
func (r *Redactor) Text(text []byte) []Span {
	return r.strings(event.Strings{Raw: text, Size: uint64(len(text))}, (*scan).args)
}

func (r *Redactor) strings(s event.Strings, known func(*scan, region)) []Span {
	if len(s.Raw) == 0 {
		return nil
	}
	r.scan.raw, r.scan.spans = s.Raw, r.scan.spans[:0]
	hole, missing := s.MissingAt(), s.Missing() > 0
	if r.options.Known {
		if needles.any(s.Raw[:hole]) {
			known(&r.scan, region{to: hole, cut: missing})
		}
		if hole < len(s.Raw) {
			r.scan.fragment(hole)
			known(&r.scan, region{from: hole, to: len(s.Raw)})
		}
	}
	if r.options.Filled {
		r.scan.filled(0, hole)
		r.scan.filled(hole, len(s.Raw))
	}
	if len(r.options.Patterns) > 0 {
		r.patterns(0, hole)
		r.patterns(hole, len(s.Raw))
	}
	r.scan.spans = merge(r.scan.spans, hole)
	return r.scan.spans
}

// patterns looks for what the user's patterns match in each of the strings.
func (r *Redactor) patterns(from, to int) {
	for from < to {
		end := from + lengthOf(r.scan.raw[from:to])
		for _, p := range r.options.Patterns {
			for _, at := range p.FindAllSubmatchIndex(r.scan.raw[from:end], -1) {
				group := at[:2]
				if len(at) > 2 {
					group = at[2:4]
				}
				if group[0] >= 0 {
					r.scan.add(from+group[0], from+group[1])
				}
			}
		}
		from = end + 1
	}
}

// lengthOf returns where the first string of list ends.
func lengthOf(list []byte) int {
	if end := bytes.IndexByte(list, 0); end >= 0 {
		return end
	}
	return len(list)
}
