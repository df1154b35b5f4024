package filter

import (
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"

	"github.com/exectrail/exectrail/event"
)

// compiler checks an expression and turns it into closures.
type compiler struct {
	*source
	fields []*event.Field
	items  []*event.ProcessField
	inside scope
	late   bool // a field was named that is known late
}

// scope is what # and a name with a point before it stand for.
type scope uint8

const (
	ofEvent   scope = iota // nothing: outside of quantifiers
	ofProcess              // an ancestor
	ofText                 // an item of a list
)

func newCompiler(s *source) *compiler {
	return &compiler{source: s, fields: event.Fields(), items: event.ProcessFields()}
}

// dotted returns the name with points that a node is, and where it stands. A point before it is part of the name.
func dotted(n ast.Node) (name string, at file.Location, ok bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value, n.Location(), true
	case *ast.PointerNode:
		return "", n.Location(), n.Name == ""
	case *ast.MemberNode:
		property, ok := n.Property.(*ast.StringNode)
		if !ok || n.Optional || n.Method {
			return "", at, false
		}
		before, at, ok := dotted(n.Node)
		at.To = property.Location().To
		return before + "." + property.Value, at, ok
	}
	return "", at, false
}

// named returns the operand that a name stands for.
func (c *compiler) named(n ast.Node, name string, at file.Location) (*operand, *Error) {
	if member, ok := strings.CutPrefix(name, "."); ok {
		return c.member(n, member, at)
	}
	if name == "" { // #
		return c.pointer(n)
	}
	f := event.LookupField(c.fields, name)
	if f == nil {
		return nil, c.unknown(name, at)
	}
	c.late = c.late || f.Late
	o := fieldOperand(n, f)
	// This keeps the work in proportion to the event: no text of it is gone over once for each item of a list.
	if c.inside != ofEvent && o.number == nil {
		return nil, c.errorIn(at, c.describe(o)+" cannot be asked for each item of a list")
	}
	return o, nil
}

func (c *compiler) unknown(name string, at file.Location) *Error {
	err := c.errorIn(at, "unknown name "+name)
	if c.inside == ofProcess && c.itemField(name) != nil {
		err.Advice = "perhaps ." + name + "?"
		return err
	}
	var known []string
	for _, f := range c.fields {
		known = append(append(known, f.Name), f.Aliases...)
	}
	if near := event.NearestName(name, known); near != "" {
		err.Advice = "perhaps " + near + "?"
	} else {
		err.Advice = "exectrail fields lists them"
	}
	return err
}

// member returns the operand for a name with a point before it.
func (c *compiler) member(n ast.Node, name string, at file.Location) (*operand, *Error) {
	if c.inside != ofProcess {
		return nil, c.errorIn(at, "."+name+" has a meaning in ancestors any {...} only")
	}
	f := c.itemField(name)
	if f == nil {
		err := c.errorIn(at, "unknown name ."+name)
		var known []string
		for _, f := range c.items {
			known = append(append(known, f.Name), f.Aliases...)
		}
		if near := event.NearestName(name, known); near != "" {
			err.Advice = "perhaps ." + near + "?"
		} else {
			err.Advice = "of an ancestor are known ." + strings.Join(known, ", .")
		}
		return nil, err
	}
	return itemOperand(n, f), nil
}

func (c *compiler) itemField(name string) *event.ProcessField {
	for _, f := range c.items {
		if f.Name == name {
			return f
		}
		for _, alias := range f.Aliases {
			if alias == name {
				return f
			}
		}
	}
	return nil
}

// pointer returns the operand for #.
func (c *compiler) pointer(n ast.Node) (*operand, *Error) {
	switch c.inside {
	case ofText:
		return &operand{node: n, typ: event.TypeText, text: func(k *look) ([]byte, bool) { return k.item, true }}, nil
	case ofProcess:
		return nil, c.errorAt(n, "# is a process here: name what of it is meant, such as .name")
	}
	return nil, c.errorAt(n, "# has a meaning in args any {...} only")
}
