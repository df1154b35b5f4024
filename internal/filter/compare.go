package filter

import (
	"bytes"
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"github.com/exectrail/exectrail/event"
)

func isComparison(op string) bool {
	switch op {
	case "==", "!=", "<", "<=", ">", ">=":
		return true
	}
	return false
}

// normalize puts a constant to the right.
func normalize(l *operand, op string, r *operand) (*operand, string, *operand) {
	if !l.constant || r.constant {
		return l, op, r
	}
	switch op {
	case "<":
		op = ">"
	case "<=":
		op = ">="
	case ">":
		op = "<"
	case ">=":
		op = "<="
	}
	return r, op, l
}

func (c *compiler) comparison(n *ast.BinaryNode) (condition, *Error) {
	l, err := c.operand(n.Left)
	if err != nil {
		return nil, err
	}
	r, err := c.operand(n.Right)
	if err != nil {
		return nil, err
	}
	return c.compare(n, l, n.Operator, r)
}

// compare compiles a comparison at n.
func (c *compiler) compare(n ast.Node, l *operand, op string, r *operand) (condition, *Error) {
	l, op, r = normalize(l, op, r)
	if err := c.convert(l, r); err != nil {
		return nil, err
	}
	switch {
	case l.typ == event.TypeList || l.typ == event.TypeProcesses || r.typ == event.TypeList || r.typ == event.TypeProcesses:
		return nil, c.errorAt(n, "a list cannot be compared: use \"x\" in args, or args any {# startsWith \"x\"}, or len(args)")
	case !haveOrder(l.typ, r.typ):
		return nil, c.errorAt(n, "%s cannot be compared with %s", c.describe(l), c.describe(r))
	case l.typ == event.TypeBool && op != "==" && op != "!=":
		return nil, c.errorAt(n, "%s is true or false: it can be compared by == and != only", c.describe(l))
	case l.typ == event.TypeText && l.field != nil && l.field.Prefix && r.constant && (op == "==" || op == "!="):
		return compareID(l, op, r.literal), nil
	case l.typ == event.TypeText:
		return compareTexts(l, op, r), nil
	case l.float != nil || r.float != nil:
		return compareFloats(l, op, r), nil
	case r.constant:
		return compareConstant(l.number, op, r.integer), nil
	default:
		return compareIntegers(l, op, r), nil
	}
}

func haveOrder(l, r event.ColumnType) bool {
	return l == r || l == event.TypeDuration && r == event.TypeNumber || l == event.TypeNumber && r == event.TypeDuration
}

// convert makes of a constant text what it is compared with, where one may write that as text: a time, a duration, or an id that is
// text in JSON.
func (c *compiler) convert(l, r *operand) *Error {
	if !r.constant || r.typ != event.TypeText {
		return nil
	}
	switch l.typ {
	case event.TypeTime:
		t, ok := parseTime(r.literal)
		if !ok {
			return c.errorAt(r.node, "%q is no time: it is written %q or %q", r.literal, "2026-01-31", "2026-01-31T15:04:05Z")
		}
		*r = *constantNumber(r.node, event.TypeTime, t.UnixNano())
	case event.TypeDuration:
		if d, err := time.ParseDuration(r.literal); err == nil {
			*r = *constantNumber(r.node, event.TypeDuration, int64(d))
		}
	case event.TypeNumber:
		if n, err := strconv.ParseInt(r.literal, 10, 64); err == nil {
			*r = *constantNumber(r.node, event.TypeNumber, n)
		}
	}
	return nil
}

func parseTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil && t.Year() > 1700 && t.Year() < 2200 {
			return t, true
		}
	}
	return time.Time{}, false
}

// describe names an operand with its type.
func (c *compiler) describe(o *operand) string {
	if name, _, ok := dotted(o.node); ok && name != "" {
		return name + " (" + strings.TrimPrefix(typeName(o.typ), "a ") + ")"
	}
	return typeName(o.typ)
}

// compareConstant is the most common case, and quicker for that.
func compareConstant(get func(*look) (int64, bool), op string, c int64) condition {
	switch op {
	case "==":
		return func(k *look) bool { n, ok := get(k); return ok && n == c }
	case "!=":
		return func(k *look) bool { n, ok := get(k); return ok && n != c }
	case "<":
		return func(k *look) bool { n, ok := get(k); return ok && n < c }
	case "<=":
		return func(k *look) bool { n, ok := get(k); return ok && n <= c }
	case ">":
		return func(k *look) bool { n, ok := get(k); return ok && n > c }
	default:
		return func(k *look) bool { n, ok := get(k); return ok && n >= c }
	}
}

func compareIntegers(l *operand, op string, r *operand) condition {
	left, right, holds := l.number, r.number, order(op)
	return func(k *look) bool {
		a, ok := left(k)
		if !ok {
			return false
		}
		b, ok := right(k)
		return ok && holds(cmp.Compare(a, b))
	}
}

func compareFloats(l *operand, op string, r *operand) condition {
	left, right, holds := l.asFloat(), r.asFloat(), order(op)
	return func(k *look) bool {
		a, ok := left(k)
		if !ok {
			return false
		}
		b, ok := right(k)
		return ok && holds(cmp.Compare(a, b))
	}
}

func compareTexts(l *operand, op string, r *operand) condition {
	left, right, holds := l.text, r.text, order(op)
	return func(k *look) bool {
		a, ok := left(k)
		if !ok {
			return false
		}
		b, ok := right(k)
		return ok && holds(bytes.Compare(a, b))
	}
}

// order returns which results of a three-way comparison satisfy an operator.
func order(op string) func(int) bool {
	switch op {
	case "==":
		return func(n int) bool { return n == 0 }
	case "!=":
		return func(n int) bool { return n != 0 }
	case "<":
		return func(n int) bool { return n < 0 }
	case "<=":
		return func(n int) bool { return n <= 0 }
	case ">":
		return func(n int) bool { return n > 0 }
	default:
		return func(n int) bool { return n >= 0 }
	}
}

// minPrefix is how many digits of a long id have to be given.
const minPrefix = 4

// compareID compares a long id with one that may be its beginning.
func compareID(l *operand, op, id string) condition {
	get, want, equal := l.text, []byte(id), op == "=="
	short := len(id) >= minPrefix
	return func(k *look) bool {
		value, ok := get(k)
		begins := short && bytes.HasPrefix(value, want) && event.IsContainerHash(string(value))
		return ok && equal == (begins || bytes.Equal(value, want))
	}
}
