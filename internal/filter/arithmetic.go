package filter

import (
	"math"
	"math/bits"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/exectrail/exectrail/event"
)

func isArithmetic(op string) bool { return len(op) == 1 && strings.Contains("+-*/%", op) }

func (c *compiler) sign(n *ast.UnaryNode) (*operand, *Error) {
	o, err := c.operand(n.Node)
	if err != nil {
		return nil, err
	}
	if o.typ != event.TypeNumber && o.typ != event.TypeDuration {
		return nil, c.errorAt(n, "%s has no sign", typeName(o.typ))
	}
	if n.Operator == "+" {
		return o, nil
	}
	zero := constantNumber(n, o.typ, 0)
	return c.calculation(n, "-", zero, o, o.typ)
}

func (c *compiler) arithmetic(n *ast.BinaryNode) (*operand, *Error) {
	l, err := c.operand(n.Left)
	if err != nil {
		return nil, err
	}
	r, err := c.operand(n.Right)
	if err != nil {
		return nil, err
	}
	t, ok := resultType(n.Operator, l.typ, r.typ)
	if !ok {
		return nil, c.errorAt(n, "%s %s %s has no meaning", typeName(l.typ), n.Operator, typeName(r.typ))
	}
	return c.calculation(n, n.Operator, l, r, t)
}

// resultType returns the type of a calculation, and whether it makes sense.
func resultType(op string, l, r event.ColumnType) (event.ColumnType, bool) {
	const number, duration, time = event.TypeNumber, event.TypeDuration, event.TypeTime
	switch {
	case l == number && r == number:
		return number, true
	case l == duration && r == duration:
		if op == "/" {
			return number, true
		}
		return duration, op == "+" || op == "-" || op == "%"
	case l == duration && r == number:
		return duration, op == "*" || op == "/"
	case l == number && r == duration:
		return duration, op == "*"
	case l == time && r == time:
		return duration, op == "-"
	case l == time && r == duration:
		return time, op == "+" || op == "-"
	}
	return "", false
}

// calculation compiles a calculation with integers as far as they are: only a division of numbers gives no integer.
func (c *compiler) calculation(n ast.Node, op string, l, r *operand, t event.ColumnType) (*operand, *Error) {
	o := &operand{node: n, typ: t, constant: l.constant && r.constant}
	if l.float == nil && r.float == nil && op != "/" {
		left, right := l.number, r.number
		do := integers(op)
		o.number = func(k *look) (int64, bool) {
			a, ok := left(k)
			if !ok {
				return 0, false
			}
			b, ok := right(k)
			if !ok {
				return 0, false
			}
			return do(a, b)
		}
	} else {
		left, right := l.asFloat(), r.asFloat()
		do := floats(op)
		o.float = func(k *look) (float64, bool) {
			a, ok := left(k)
			if !ok {
				return 0, false
			}
			b, ok := right(k)
			if !ok {
				return 0, false
			}
			v := do(a, b)
			return v, !math.IsNaN(v) && !math.IsInf(v, 0)
		}
	}
	if !o.constant {
		return o, nil
	}
	if o.float != nil {
		if _, ok := o.float(nil); !ok {
			return nil, c.errorAt(n, "a number cannot be divided by 0")
		}
		return o, nil
	}
	value, ok := o.number(nil)
	if !ok {
		return nil, c.errorAt(n, "a number cannot be divided by 0")
	}
	return constantNumber(n, t, value), nil
}

// integers returns an operation that stays within the bounds of integers: what is beyond becomes the bound.
func integers(op string) func(a, b int64) (int64, bool) {
	switch op {
	case "+":
		return func(a, b int64) (int64, bool) { return add(a, b), true }
	case "-":
		return func(a, b int64) (int64, bool) { return add(a, -max(b, -math.MaxInt64)), true }
	case "*":
		return func(a, b int64) (int64, bool) { return multiply(a, b), true }
	default:
		return func(a, b int64) (int64, bool) {
			if b == 0 {
				return 0, false
			}
			return a % b, true
		}
	}
}

func add(a, b int64) int64 {
	switch sum := a + b; {
	case a > 0 && b > 0 && sum < 0:
		return math.MaxInt64
	case a < 0 && b < 0 && sum >= 0:
		return math.MinInt64
	default:
		return sum
	}
}

func multiply(a, b int64) int64 {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	if high != 0 || low > math.MaxInt64 {
		low = math.MaxInt64
	}
	if (a < 0) != (b < 0) {
		return -int64(low)
	}
	return int64(low)
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func floats(op string) func(a, b float64) float64 {
	switch op {
	case "+":
		return func(a, b float64) float64 { return a + b }
	case "-":
		return func(a, b float64) float64 { return a - b }
	case "*":
		return func(a, b float64) float64 { return a * b }
	case "/":
		return func(a, b float64) float64 { return a / b }
	default:
		return math.Mod
	}
}
