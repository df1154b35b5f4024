package filter

import (
	"github.com/expr-lang/expr/ast"

	"github.com/exectrail/exectrail/event"
)

// operand is a value in an expression, which one of its functions gets. They report false where there is no such value.
type operand struct {
	node     ast.Node
	typ      event.ColumnType
	field    *event.Field // that it is, or nil
	constant bool
	literal  string // of a text that is constant
	integer  int64  // of a number, a duration, a time or a bool that is constant

	number  func(*look) (int64, bool)   // number, duration, time, bool; nil when float is set
	float   func(*look) (float64, bool) // number or duration that is no integer
	text    func(*look) ([]byte, bool)  // text; and list, where a NUL ends each item
	lineage func(*look) (*event.Process, bool)
}

func fieldOperand(n ast.Node, f *event.Field) *operand {
	o := &operand{node: n, typ: f.Type, field: f}
	switch f.Type {
	case event.TypeText, event.TypeList:
		o.text = buffered(func(dst []byte, k *look) ([]byte, bool) { return f.Append(dst, k.event) })
	case event.TypeProcesses:
		o.lineage = func(k *look) (*event.Process, bool) { return f.Lineage(k.event) }
	default:
		o.number = func(k *look) (int64, bool) { return f.Number(k.event) }
	}
	return o
}

func itemOperand(n ast.Node, f *event.ProcessField) *operand {
	o := &operand{node: n, typ: f.Type}
	switch f.Type {
	case event.TypeText, event.TypeList:
		o.text = buffered(func(dst []byte, k *look) ([]byte, bool) { return f.Append(dst, k.process) })
	default:
		o.number = func(k *look) (int64, bool) { return f.Number(k.process) }
	}
	return o
}

// keepBytes is up to which size the memory for a text is kept for the next event.
const keepBytes = 1 << 20

// buffered gives each operand memory of its own, so that two of them can be compared.
func buffered(get func(dst []byte, k *look) ([]byte, bool)) func(*look) ([]byte, bool) {
	var buf []byte
	return func(k *look) ([]byte, bool) {
		if cap(buf) > keepBytes {
			buf = nil
		}
		var ok bool
		buf, ok = get(buf[:0], k)
		return buf, ok
	}
}

func constantNumber(n ast.Node, t event.ColumnType, value int64) *operand {
	return &operand{
		node: n, typ: t, constant: true, integer: value,
		number: func(*look) (int64, bool) { return value, true },
	}
}

func constantText(n ast.Node, text string) *operand {
	b := []byte(text)
	return &operand{
		node: n, typ: event.TypeText, constant: true, literal: text,
		text: func(*look) ([]byte, bool) { return b, true },
	}
}

// asFloat returns the value of a number, whether it is an integer or not.
func (o *operand) asFloat() func(*look) (float64, bool) {
	if o.float != nil {
		return o.float
	}
	number := o.number
	return func(k *look) (float64, bool) {
		n, ok := number(k)
		return float64(n), ok
	}
}

// operand compiles a node that is a value.
func (c *compiler) operand(n ast.Node) (*operand, *Error) {
	if name, at, ok := dotted(n); ok {
		return c.named(n, name, at)
	}
	switch n := n.(type) {
	case *ast.IntegerNode:
		return constantNumber(n, event.TypeNumber, int64(n.Value)), nil
	case *ast.FloatNode:
		value := n.Value
		return &operand{node: n, typ: event.TypeNumber, constant: true, float: func(*look) (float64, bool) { return value, true }}, nil
	case *ast.BoolNode:
		value := int64(0)
		if n.Value {
			value = 1
		}
		return constantNumber(n, event.TypeBool, value), nil
	case *ast.StringNode:
		return constantText(n, n.Value), nil
	case *ast.UnaryNode:
		if n.Operator == "-" || n.Operator == "+" {
			return c.sign(n)
		}
	case *ast.BinaryNode:
		if isArithmetic(n.Operator) {
			return c.arithmetic(n)
		}
	case *ast.MemberNode:
		return c.indexed(n)
	case *ast.BuiltinNode, *ast.CallNode:
		return c.call(n)
	}
	return c.truth(n)
}

// truth compiles a condition that stands where a value is wanted.
func (c *compiler) truth(n ast.Node) (*operand, *Error) {
	switch n.(type) {
	case *ast.UnaryNode, *ast.BinaryNode, *ast.ConditionalNode:
	default:
		return nil, c.unsupported(n)
	}
	holds, err := c.condition(n)
	if err != nil {
		return nil, err
	}
	return boolOperand(n, holds), nil
}

func boolOperand(n ast.Node, holds condition) *operand {
	return &operand{node: n, typ: event.TypeBool, number: func(k *look) (int64, bool) {
		if holds(k) {
			return 1, true
		}
		return 0, true
	}}
}

// unsupported tells of what the library's grammar has and filters have not.
func (c *compiler) unsupported(n ast.Node) *Error {
	switch n := n.(type) {
	case *ast.ArrayNode:
		return c.errorAt(n, "a list in brackets may stand behind in only, as in uid in [0, 1000]")
	case *ast.BinaryNode:
		return c.errorAt(n, "the operator %s is not known in filters", n.Operator)
	case *ast.SliceNode:
		return c.errorAt(n, "parts of lists cannot be taken in filters")
	case *ast.VariableDeclaratorNode, *ast.SequenceNode:
		return c.errorAt(n, "a filter is one expression, without variables")
	case *ast.NilNode:
		return c.errorAt(n, "nil is not known in filters: a comparison with what an event does not have is false")
	case *ast.BytesNode:
		return c.errorAt(n, "text is written without the b")
	}
	return c.errorAt(n, "this is not known in filters")
}

// typeName names a type in a sentence.
func typeName(t event.ColumnType) string {
	switch t {
	case event.TypeText:
		return "text"
	case event.TypeProcesses:
		return "a list of processes"
	}
	return "a " + string(t)
}
