package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/exectrail/exectrail/object/layout"
)

// view is how the records of one buffer are shown.
type view struct {
	buffer  string
	typ     *layout.Type // nil: nothing is known of them
	stamp   []string     // the way to the member that is shown as wall time; nil: there is none
	columns []recordColumn
}

// recordColumn is a column of a table of records.
type recordColumn struct {
	header string
	path   []string // the way to the member; none: the record itself
	buffer bool     // shows the name of the buffer
	stamp  bool     // shows wall time
	right  bool
	width  int
}

const wallTimeWidth = len("15:04:05.000")

// newView lays out the columns: those that were asked for and are there, or all.
// Where there are several buffers their names stand in the first column, which is wide enough for all of them.
func newView(buffer string, typ *layout.Type, stamp, columns, buffers []string) *view {
	v := &view{buffer: buffer, typ: typ}
	if typ == nil {
		return v
	}
	if _, ok := memberAt(typ, stamp); ok && len(stamp) > 0 {
		v.stamp = stamp
	}
	if len(buffers) > 1 {
		c := recordColumn{header: "BUFFER", buffer: true, width: len("BUFFER")}
		for _, name := range buffers {
			c.width = max(c.width, len(name))
		}
		v.columns = append(v.columns, c)
	}
	if typ.Kind() != layout.Struct {
		v.add("value", nil, typ)
		return v
	}
	if len(columns) == 0 {
		for _, f := range typ.Fields() {
			v.add(f.Name, []string{f.Name}, f.Type)
		}
		return v
	}
	for _, name := range columns {
		path := strings.Split(name, ".")
		if t, ok := memberAt(typ, path); ok {
			v.add(name, path, t)
		}
	}
	return v
}

func (v *view) add(name string, path []string, t *layout.Type) {
	c := recordColumn{header: strings.ToUpper(name), path: path, right: t.AlignRight(), width: t.Width()}
	if v.stamp != nil && slices.Equal(path, v.stamp) {
		c.stamp, c.right, c.width = true, false, wallTimeWidth
	}
	c.width = max(c.width, len(c.header))
	v.columns = append(v.columns, c)
}

// memberAt returns the type of the member that a way leads to.
func memberAt(t *layout.Type, path []string) (*layout.Type, bool) {
	for _, name := range path {
		f, ok := t.Field(name)
		if !ok {
			return nil, false
		}
		t = f.Type
	}
	return t, true
}

// valueAt returns the member of a value.
func valueAt(v layout.Value, path []string) layout.Value {
	for _, name := range path {
		v = v.Field(name)
	}
	return v
}

// checkColumns finds columns that no buffer has.
func checkColumns(layouts map[string]*layout.Type, opts *recordOptions) error {
	if len(opts.columns) == 0 {
		return nil
	}
	if opts.output.value != formatTable {
		return &usageError{"--columns is for tables, and the output format is " + opts.output.value, "leave out --columns or -o"}
	}
	for _, name := range opts.columns {
		if !anyHas(layouts, strings.Split(name, ".")) {
			return &usageError{fmt.Sprintf("--columns: no field named %s", quote(name)), fieldsOf(layouts)}
		}
	}
	return nil
}

func anyHas(layouts map[string]*layout.Type, path []string) bool {
	for _, t := range layouts {
		if t == nil {
			continue
		}
		if _, ok := memberAt(t, path); ok {
			return true
		}
	}
	return false
}

// fieldsOf tells which fields there are.
func fieldsOf(layouts map[string]*layout.Type) string {
	var names []string
	for _, t := range layouts {
		if t == nil {
			continue
		}
		for _, f := range t.Fields() {
			names = append(names, f.Name)
		}
	}
	if len(names) == 0 {
		return "what the records are is not known: use --type or --format"
	}
	slices.Sort(names)
	return "there are " + listed(slices.Compact(names))
}
