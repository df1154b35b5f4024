package filter

import (
	"bytes"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"

	"github.com/exectrail/exectrail/event"
)

// quantified is a list, and a condition that its items are asked for.
type quantified struct {
	list  *operand
	holds condition
}

// quantified compiles the arguments of any(list, {...}) and its like.
func (c *compiler) quantified(n *ast.BuiltinNode) (*quantified, *Error) {
	var body *ast.PredicateNode
	if len(n.Arguments) == 2 {
		body, _ = n.Arguments[1].(*ast.PredicateNode)
	}
	if body == nil {
		return nil, c.errorAt(n, "%s is written %s(args, {# startsWith \"-\"})", n.Name, n.Name)
	}
	list, err := c.operand(n.Arguments[0])
	if err != nil {
		return nil, err
	}
	if c.inside != ofEvent {
		return nil, c.errorAt(n, "%s cannot stand within another list", n.Name)
	}
	switch list.typ {
	case event.TypeProcesses:
		c.inside = ofProcess
	case event.TypeList:
		c.inside = ofText
	default:
		return nil, c.errorAt(n, "%s asks the items of a list, and %s is none", n.Name, c.describe(list))
	}
	defer func() { c.inside = ofEvent }()
	holds, err := c.condition(body.Node)
	if err != nil {
		return nil, err
	}
	return &quantified{list, holds}, nil
}

// count returns how many of the items satisfy the condition, and how many there are. It ends when more than enough do, or more than enough
// do not. ok is false when the event has no such list.
func (q *quantified) count(k *look, enough, tooMany int) (yes, all int, ok bool) {
	visit := func() bool {
		if q.holds(k) {
			yes++
		}
		all++
		return yes < enough && all-yes < tooMany
	}
	if q.list.lineage != nil {
		p, ok := q.list.lineage(k)
		if !ok {
			return 0, 0, false
		}
		for a := range p.Ancestors {
			if k.process = a; !visit() {
				break
			}
		}
		k.process = nil
		return yes, all, true
	}
	raw, ok := q.list.text(k)
	for ok && len(raw) > 0 {
		if k.item, raw, _ = bytes.Cut(raw, nul); !visit() {
			break
		}
	}
	k.item = nil
	return yes, all, ok
}

var nul = []byte{0}

// never is a bound that no list reaches.
const never = 1 << 40

// ask compiles any, all, none, one and count.
func (c *compiler) ask(n *ast.BuiltinNode) (*operand, *Error) {
	q, err := c.quantified(n)
	if err != nil {
		return nil, err
	}
	var holds condition
	switch n.Name {
	case "any":
		holds = func(k *look) bool { yes, _, _ := q.count(k, 1, never); return yes > 0 }
	case "all":
		holds = func(k *look) bool { yes, all, ok := q.count(k, never, 1); return ok && yes == all }
	case "none":
		holds = func(k *look) bool { yes, _, ok := q.count(k, 1, never); return ok && yes == 0 }
	case "one":
		holds = func(k *look) bool { yes, _, _ := q.count(k, 2, never); return yes == 1 }
	default:
		return &operand{node: n, typ: event.TypeNumber, number: func(k *look) (int64, bool) {
			yes, _, ok := q.count(k, never, never)
			return int64(yes), ok
		}}, nil
	}
	return boolOperand(n, holds), nil
}

// location returns where a node stands, with all of a name that has points.
func location(n ast.Node) file.Location {
	if _, at, ok := dotted(n); ok {
		return at
	}
	return n.Location()
}
