package event

import (
	"bytes"
	"slices"
	"strings"
)

// Field is one property of events, by the names under which filters use it. [Fields] is the one list of them: what a
// filter may name, the types that are checked, and the documentation are made from it. The columns are in it.
type Field struct {
	Name string
	// Aliases are further names for the same value: that of the field in JSON, unless it is Name.
	Aliases []string
	Type    ColumnType
	Actions []Action // the kinds of event that have it
	Meaning string   // one sentence
	Example string   // a value as one writes it in a filter
	// Prefix tells that the value may be an id of 64 digits: a constant that is compared with it for equality may be the
	// beginning of that, of at least four digits.
	Prefix bool
	// Late tells that the value stands in files of a container's runtime: the first events of a container may come before
	// those were read.
	Late bool

	kinds  kindSet
	part   Parts // where it is left out of a record, it has no value unless it was filled in
	text   func(dst []byte, e Event) []byte
	number func(e Event) (n int64, ok bool)
}

// The types of fields that no column has.
const (
	TypeBool      ColumnType = "bool"
	TypeProcesses ColumnType = "processes" // the parent, its parent and so on; see [ProcessFields]
)

// AppliesTo reports whether events of the kind have the field.
func (f *Field) AppliesTo(a Action) bool { return slices.Contains(f.Actions, a) }

// Append appends the value of a text or a list for e; the strings of a list are ended by a NUL each. It reports false, and appends
// nothing, when the event has no such value, which is not the same as an empty one. It does not allocate.
func (f *Field) Append(dst []byte, e Event) (value []byte, ok bool) {
	if f.text == nil || !f.has(e) {
		return dst, false
	}
	return f.text(dst, e), true
}

// Number returns the value for e: a number as it is, a duration in nanoseconds, a time in nanoseconds since
// 1970, a bool as 0 or 1. It reports false when the event has no such value.
func (f *Field) Number(e Event) (n int64, ok bool) {
	if f.number == nil || !f.has(e) {
		return 0, false
	}
	return f.number(e)
}

// Lineage returns the process whose ancestors are the value of a field of [TypeProcesses].
func (f *Field) Lineage(e Event) (p *Process, ok bool) {
	if f.Type != TypeProcesses {
		return nil, false
	}
	p = processOf(e)
	return p, p != nil
}

// has reports whether events of the kind of e have the field, and its part was not left out of this one.
func (f *Field) has(e Event) bool {
	if !f.kinds.has(e) {
		return false
	}
	if f.part == 0 {
		return true
	}
	a := attemptOf(e)
	return a == nil || a.Degraded&f.part&^a.FilledIn == 0
}

// Fields returns all fields: the columns in their order, and then what only JSON has.
func Fields() []*Field {
	var fields []*Field
	for _, c := range Columns() {
		fields = append(fields, fieldOf(c))
	}
	fields = append(fields, identityFields()...)
	fields = append(fields, containerFields()...)
	fields = append(fields, parentFields()...)
	fields = append(fields, recordFields()...)
	for _, f := range fields {
		f.kinds = kindsOf(f.Actions)
	}
	return fields
}

// LookupField returns the field of that name or alias among fields, and nil if there is none.
func LookupField(fields []*Field, name string) *Field {
	for _, f := range fields {
		if f.Name == name || slices.Contains(f.Aliases, name) {
			return f
		}
	}
	return nil
}

// NearestName returns the name among known that is most like name, and "" if none is.
func NearestName(name string, known []string) string {
	best, least := "", 0
	for _, k := range known {
		if !resembles(strings.ToLower(name), k) {
			continue
		}
		if d := distance(strings.ToLower(name), k); best == "" || d < least {
			best, least = k, d
		}
	}
	return best
}

// kindSet is a set of kinds of event, which is quicker to look into than a list of their names.
type kindSet uint8

func kindsOf(actions []Action) (set kindSet) {
	for i, a := range everyAction() {
		if slices.Contains(actions, a) {
			set |= 1 << i
		}
	}
	return set
}

// has reports whether the kind of e is in the set. The cases are in the order of everyAction.
func (s kindSet) has(e Event) bool {
	switch e.(type) {
	case *Exec:
		return s&1 != 0
	case *ExecFailed:
		return s&2 != 0
	case *Fork:
		return s&4 != 0
	case *Exit:
		return s&8 != 0
	case *Lost:
		return s&16 != 0
	case *Clock:
		return s&32 != 0
	}
	return false
}

// appendSpaced appends argv with spaces between the arguments.
func appendSpaced(dst, argv []byte) []byte {
	start := len(dst)
	dst = append(dst, bytes.TrimSuffix(argv, nul)...)
	for i := start; i < len(dst); i++ {
		if dst[i] == 0 {
			dst[i] = ' '
		}
	}
	return dst
}
