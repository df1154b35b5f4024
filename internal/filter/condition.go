package filter

import (
	"bytes"
	"regexp"

	"github.com/expr-lang/expr/ast"

	"github.com/exectrail/exectrail/event"
)

// condition is a part of an expression that holds for an event or does not.
type condition func(*look) bool

// condition compiles a node that is true or false.
func (c *compiler) condition(n ast.Node) (condition, *Error) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			holds, err := c.condition(n.Node)
			if err != nil {
				return nil, err
			}
			return func(k *look) bool { return !holds(k) }, nil
		}
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.choice(n)
	}
	o, err := c.operand(n)
	if err != nil {
		return nil, err
	}
	if o.typ != event.TypeBool {
		found := c.errorIn(location(n), c.describe(o)+" is no condition")
		found.Advice = "compare it with something"
		return nil, found
	}
	number := o.number
	return func(k *look) bool { v, ok := number(k); return ok && v != 0 }, nil
}

func (c *compiler) binary(n *ast.BinaryNode) (condition, *Error) {
	switch n.Operator {
	case "&&", "and", "||", "or":
		return c.logical(n)
	case "in":
		return c.membership(n)
	case "contains", "startsWith", "endsWith":
		return c.textOperator(n)
	case "matches":
		return c.pattern(n)
	}
	if isComparison(n.Operator) {
		return c.comparison(n)
	}
	if !isArithmetic(n.Operator) {
		return nil, c.unsupported(n)
	}
	if _, err := c.arithmetic(n); err != nil {
		return nil, err
	}
	return nil, c.errorAt(n, "the result of %s is no condition: compare it with something", n.Operator)
}

func (c *compiler) logical(n *ast.BinaryNode) (condition, *Error) {
	l, err := c.condition(n.Left)
	if err != nil {
		return nil, err
	}
	r, err := c.condition(n.Right)
	if err != nil {
		return nil, err
	}
	if n.Operator == "&&" || n.Operator == "and" {
		return func(k *look) bool { return l(k) && r(k) }, nil
	}
	return func(k *look) bool { return l(k) || r(k) }, nil
}

// choice compiles a ? b : c, where b and c are conditions.
func (c *compiler) choice(n *ast.ConditionalNode) (condition, *Error) {
	var parts [3]condition
	for i, part := range []ast.Node{n.Cond, n.Exp1, n.Exp2} {
		holds, err := c.condition(part)
		if err != nil {
			return nil, err
		}
		parts[i] = holds
	}
	which, yes, no := parts[0], parts[1], parts[2]
	return func(k *look) bool {
		if which(k) {
			return yes(k)
		}
		return no(k)
	}, nil
}

func (c *compiler) texts(n *ast.BinaryNode) (l, r *operand, err *Error) {
	if l, err = c.operand(n.Left); err != nil {
		return nil, nil, err
	}
	if r, err = c.operand(n.Right); err != nil {
		return nil, nil, err
	}
	for _, o := range []*operand{l, r} {
		if o.typ == event.TypeText {
			continue
		}
		found := c.errorAt(n, "%s is for text, and %s is none", n.Operator, c.describe(o))
		if o.typ == event.TypeList {
			found.Advice = "use \"x\" in args, or args any {# " + n.Operator + " \"x\"}"
		}
		return nil, nil, found
	}
	return l, r, nil
}

func (c *compiler) textOperator(n *ast.BinaryNode) (condition, *Error) {
	l, r, err := c.texts(n)
	if err != nil {
		return nil, err
	}
	var holds func(a, b []byte) bool
	switch n.Operator {
	case "contains":
		holds = bytes.Contains
	case "startsWith":
		holds = bytes.HasPrefix
	default:
		holds = bytes.HasSuffix
	}
	left, right := l.text, r.text
	return func(k *look) bool {
		a, ok := left(k)
		if !ok {
			return false
		}
		b, ok := right(k)
		return ok && holds(a, b)
	}, nil
}

func (c *compiler) pattern(n *ast.BinaryNode) (condition, *Error) {
	l, r, err := c.texts(n)
	if err != nil {
		return nil, err
	}
	if !r.constant {
		return nil, c.errorAt(n, "the pattern behind matches has to be a constant")
	}
	re, compileErr := regexp.Compile(r.literal)
	if compileErr != nil {
		return nil, c.errorAt(n.Right, "%v", compileErr)
	}
	get := l.text
	return func(k *look) bool {
		value, ok := get(k)
		return ok && re.Match(value)
	}, nil
}
