package filter

import (
	"bytes"

	"github.com/expr-lang/expr/ast"

	"github.com/exectrail/exectrail/event"
)

// membership compiles "value in list".
func (c *compiler) membership(n *ast.BinaryNode) (condition, *Error) {
	l, err := c.operand(n.Left)
	if err != nil {
		return nil, err
	}
	switch right := n.Right.(type) {
	case *ast.ArrayNode:
		return c.oneOf(n, l, right)
	case *ast.BinaryNode:
		if right.Operator == ".." {
			return c.between(n, l, right)
		}
	}
	r, err := c.operand(n.Right)
	if err != nil {
		return nil, err
	}
	if r.typ != event.TypeList && r.typ != event.TypeProcesses {
		found := c.errorAt(n, "%s is no list", c.describe(r))
		if r.typ == event.TypeText {
			found.Advice = "use contains to look for a part of a text"
		}
		return nil, found
	}
	if l.typ != event.TypeText {
		return nil, c.errorAt(n, "%s is not text, as the items of the list are", c.describe(l))
	}
	if r.typ == event.TypeProcesses {
		return namesHave(r, l), nil
	}
	return listHas(r, l), nil
}

func listHas(list, item *operand) condition {
	items, value := list.text, item.text
	return func(k *look) bool {
		want, ok := value(k)
		if !ok {
			return false
		}
		raw, ok := items(k)
		for ok && len(raw) > 0 {
			var one []byte
			if one, raw, _ = bytes.Cut(raw, nul); bytes.Equal(one, want) {
				return true
			}
		}
		return false
	}
}

// namesHave compares with the names of processes.
func namesHave(list, item *operand) condition {
	lineage, value := list.lineage, item.text
	return func(k *look) bool {
		want, ok := value(k)
		if !ok {
			return false
		}
		p, ok := lineage(k)
		if !ok {
			return false
		}
		for a := range p.Ancestors {
			if a.Name == string(want) {
				return true
			}
		}
		return false
	}
}

// oneOf compiles "value in [a, b]".
func (c *compiler) oneOf(n *ast.BinaryNode, l *operand, list *ast.ArrayNode) (condition, *Error) {
	var equal []condition
	for _, item := range list.Nodes {
		r, err := c.operand(item)
		if err != nil {
			return nil, err
		}
		if !r.constant {
			return nil, c.errorIn(location(item), "the items of a list in brackets have to be constants")
		}
		holds, err := c.compare(n, l, "==", r)
		if err != nil {
			return nil, err
		}
		equal = append(equal, holds)
	}
	return func(k *look) bool {
		for _, holds := range equal {
			if holds(k) {
				return true
			}
		}
		return false
	}, nil
}

// between compiles "number in 1..5".
func (c *compiler) between(n *ast.BinaryNode, l *operand, r *ast.BinaryNode) (condition, *Error) {
	low, high, ok := c.constantRange(r)
	if !ok {
		return nil, c.errorAt(r, "a range goes from a number to another, as in uid in 1000..1999")
	}
	if l.typ != event.TypeNumber || l.float != nil {
		return nil, c.errorAt(n, "%s cannot be in a range of numbers", c.describe(l))
	}
	get := l.number
	return func(k *look) bool {
		v, ok := get(k)
		return ok && low <= v && v <= high
	}, nil
}

func (c *compiler) constantRange(n ast.Node) (low, high int64, ok bool) {
	b, ok := n.(*ast.BinaryNode)
	if !ok || b.Operator != ".." {
		return 0, 0, false
	}
	l, err := c.operand(b.Left)
	if err != nil || !l.constant || l.typ != event.TypeNumber || l.float != nil {
		return 0, 0, false
	}
	r, err := c.operand(b.Right)
	if err != nil || !r.constant || r.typ != event.TypeNumber || r.float != nil {
		return 0, 0, false
	}
	return l.integer, r.integer, true
}
