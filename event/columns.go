package event

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Column is one property of events, by the name under which users select and
// filter it. [Columns] is the one list of them: tables, templates and the
// documentation are made from it.
type Column struct {
	Name    string // lower case
	Type    ColumnType
	Width   int      // columns of a terminal that most values fit in
	Actions []Action // the kinds of event that have it
	Meaning string   // one sentence
	Example string   // a value as a table shows it

	form   Form
	text   func(dst []byte, e Event) []byte  // for TypeText and TypeList
	number func(e Event) (n uint64, ok bool) // for TypeNumber and TypeDuration
	cut    func(e Event) Cut
}

// ColumnType is the type of a column's values.
type ColumnType string

// The types of columns, and what [Column.Value] returns for them.
const (
	TypeText     ColumnType = "text"     // string
	TypeNumber   ColumnType = "number"   // uint64
	TypeDuration ColumnType = "duration" // time.Duration
	TypeTime     ColumnType = "time"     // time.Time
	TypeList     ColumnType = "list"     // []string
)

// Form tells what [Column.Append] wrote, and so how it is to be shown.
type Form uint8

// The forms of text.
const (
	// FormText is plain text. It may hold any byte: escape it.
	FormText Form = iota
	// FormCommand is argv, each argument ended by a NUL: quote it as a command.
	FormCommand
	// FormWords is a list of strings, each ended by a NUL: quote each of them.
	FormWords
)

// Cut tells what is missing of a value.
type Cut struct {
	Start, End bool
	// Hole is where in the text that [Column.Append] writes bytes are missing in the middle: so
	// many bytes from the beginning of the value; 0 when none are.
	Hole int
	// Missing is how many bytes were not recorded; 0 when that is not known.
	Missing uint64
}

// Header returns the heading of the column in a table: its name in upper case.
func (c *Column) Header() string { return strings.ToUpper(c.Name) }

// AlignRight reports whether values of the column are aligned to the right.
func (c *Column) AlignRight() bool { return c.Type == TypeNumber || c.Type == TypeDuration }

// AppliesTo reports whether events of the kind have the column.
func (c *Column) AppliesTo(a Action) bool { return slices.Contains(c.Actions, a) }

// Form returns how to show what [Column.Append] writes for e.
func (c *Column) Form(e Event) Form {
	if c.form == FormCommand && c.Type == TypeText {
		// Other events have a sentence there, and so has an exec without arguments.
		if a := attemptOf(e); a == nil || len(a.Args.Raw) == 0 {
			return FormText
		}
	}
	return c.form
}

// Cut returns what is missing of the value.
func (c *Column) Cut(e Event) Cut {
	if c.cut == nil {
		return Cut{}
	}
	return c.cut(e)
}

// Append appends the value for e, as it is and without any escape: see [Column.Form].
// It appends nothing when the event has no such value. It does not allocate.
func (c *Column) Append(dst []byte, e Event) []byte {
	switch c.Type {
	case TypeTime:
		return AppendTime(dst, e.Header().Time)
	case TypeNumber:
		if n, ok := c.number(e); ok {
			dst = strconv.AppendUint(dst, n, 10)
		}
		return dst
	case TypeDuration:
		if n, ok := c.number(e); ok {
			dst = AppendDuration(dst, time.Duration(n))
		}
		return dst
	default:
		return c.text(dst, e)
	}
}

// Value returns the value for e in the type that [ColumnType] tells, or nil
// when the event has no such value. It shares no memory with e.
func (c *Column) Value(e Event) any {
	if !c.AppliesTo(e.Action()) {
		return nil
	}
	switch c.Type {
	case TypeTime:
		return e.Header().Time
	case TypeNumber:
		if n, ok := c.number(e); ok {
			return n
		}
		return nil
	case TypeDuration:
		if n, ok := c.number(e); ok {
			return time.Duration(n)
		}
		return nil
	case TypeList:
		return Strings{Raw: c.text(nil, e)}.Slice()
	default:
		text := c.text(nil, e)
		if c.Form(e) == FormCommand {
			text = bytes.ReplaceAll(bytes.TrimSuffix(text, nul), nul, []byte{' '})
		}
		return string(text)
	}
}

// Columns returns all columns, the most wanted ones first.
func Columns() []*Column {
	return slices.Concat(
		commonColumns(), identityColumns(), fileColumns(), contextColumns(), containerColumns(), failureColumns(), usageColumns(),
		recordColumns(),
	)
}

// DefaultColumns returns the columns that are shown unless others are asked for.
func DefaultColumns() []*Column { return commonColumns() }

// LookupColumn returns the column of that name. For a name that is none, the
// error tells which ones there are.
func LookupColumn(name string) (*Column, error) {
	return lookup(Columns(), name)
}

func lookup(columns []*Column, name string) (*Column, error) {
	if i := index(columns, name); i >= 0 {
		return columns[i], nil
	}
	return nil, unknownColumn(name, columns)
}

func index(columns []*Column, name string) int {
	return slices.IndexFunc(columns, func(c *Column) bool { return c.Name == name })
}
