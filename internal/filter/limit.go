package filter

import (
	"math"

	"github.com/expr-lang/expr/ast"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/filter/term"
)

// limit is what a clause says in the terms that the kernel knows.
type limit struct {
	set   func(*term.Terms) bool // false if there is no room for it, since another clause took it; nil for none
	exact bool                   // it says all that the clause says
}

func (l limit) add(t *term.Terms) bool { return l.set != nil && l.set(t) }

// limitOf returns what a condition that compiles limits.
func (c *compiler) limitOf(n ast.Node) limit {
	b, ok := n.(*ast.BinaryNode)
	if !ok {
		return limit{}
	}
	switch b.Operator {
	case "in":
		return c.limitOfMembership(b)
	case "&&", "and": // of a chain, as in 5 < gid < 8: all others were split
		return both(c.limitOf(b.Left), c.limitOf(b.Right))
	}
	l, err := c.operand(b.Left)
	if err != nil {
		return limit{}
	}
	r, err := c.operand(b.Right)
	if err != nil {
		return limit{}
	}
	l, op, r := normalize(l, b.Operator, r)
	if l.field == nil || !r.constant || !isComparison(op) || c.convert(l, r) != nil {
		return limit{}
	}
	if rangeOf(l.field.Name) != nil {
		low, high, ok := interval(op, r)
		if !ok {
			return limit{}
		}
		return limitRange(l.field.Name, low, high, true)
	}
	if op != "==" {
		return limit{}
	}
	return limitEqual(l.field.Name, r)
}

// both returns what two conditions limit together.
func both(l, r limit) limit {
	if l.set == nil || r.set == nil {
		return limit{}
	}
	return limit{exact: l.exact && r.exact, set: func(t *term.Terms) bool {
		left, right := l.set(t), r.set(t)
		return left && right
	}}
}

// interval returns the integers for which "n op constant" holds, of those that an id can have.
func interval(op string, r *operand) (low, high int64, ok bool) {
	const most = math.MaxUint32
	if r.typ != event.TypeNumber || r.float != nil {
		return 0, 0, false
	}
	n := r.integer
	switch op {
	case "==":
		return n, n, true
	case "<":
		return 0, max(n, math.MinInt64+1) - 1, true
	case "<=":
		return 0, n, true
	case ">":
		return min(n, math.MaxInt64-1) + 1, most, true
	case ">=":
		return n, most, true
	case "!=":
		switch {
		case n < 0 || n > most:
			return 0, most, true
		case n == 0:
			return 1, most, true
		case n == most:
			return 0, most - 1, true
		}
	}
	return 0, 0, false
}

func (c *compiler) limitOfMembership(b *ast.BinaryNode) limit {
	l, err := c.operand(b.Left)
	if err != nil || l.field == nil || rangeOf(l.field.Name) == nil {
		return limit{}
	}
	if low, high, ok := c.constantRange(b.Right); ok {
		return limitRange(l.field.Name, low, high, true)
	}
	list, ok := b.Right.(*ast.ArrayNode)
	if !ok || len(list.Nodes) == 0 {
		return limit{}
	}
	low, high := int64(math.MaxInt64), int64(math.MinInt64)
	for _, n := range list.Nodes {
		item, err := c.operand(n)
		if err != nil || !item.constant || c.convert(l, item) != nil || item.typ != event.TypeNumber || item.float != nil {
			return limit{}
		}
		low, high = min(low, item.integer), max(high, item.integer)
	}
	return limitRange(l.field.Name, low, high, low == high)
}

// rangeOf returns the range of the terms that a field of that name is in, or nil.
func rangeOf(field string) func(*term.Terms) *term.Range {
	switch field {
	case "uid":
		return func(t *term.Terms) *term.Range { return &t.UID }
	case "gid":
		return func(t *term.Terms) *term.Range { return &t.GID }
	case "pid":
		return func(t *term.Terms) *term.Range { return &t.PID }
	case "ppid":
		return func(t *term.Terms) *term.Range { return &t.PPID }
	}
	return nil
}

func limitRange(field string, low, high int64, exact bool) limit {
	r := term.Range{Set: true, Min: 1, Max: 0} // nothing
	if low, high = max(low, 0), min(high, math.MaxUint32); low <= high {
		r.Min, r.Max = uint32(low), uint32(high)
	}
	of := rangeOf(field)
	return limit{exact: exact, set: func(t *term.Terms) bool {
		*of(t) = of(t).And(r)
		return true
	}}
}

// limitEqual is for what has one place in the terms: the first one to come takes it.
func limitEqual(field string, r *operand) limit {
	switch field {
	case "mntns":
		return limitNamespace(r, func(t *term.Terms) *uint32 { return &t.MountNS })
	case "pidns":
		return limitNamespace(r, func(t *term.Terms) *uint32 { return &t.PIDNS })
	case "cgroupid":
		if r.integer <= 0 {
			return limit{}
		}
		// The kernel takes what is below as well.
		return limit{set: func(t *term.Terms) bool { return place(&t.Cgroup, uint64(r.integer)) }}
	case "container.id":
		if r.literal == "" {
			return limit{}
		}
		// What the kernel was not told yet of a control group passes.
		return limit{set: func(t *term.Terms) bool { return place(&t.Container, r.literal) }}
	case "comm":
		const commSize = 15 // TASK_COMM_LEN of the kernel, less the NUL
		if r.literal == "" || len(r.literal) > commSize {
			return limit{}
		}
		return limit{exact: true, set: func(t *term.Terms) bool { return place(&t.Comm, r.literal) }}
	}
	return limit{}
}

func limitNamespace(r *operand, of func(*term.Terms) *uint32) limit {
	if r.float != nil || r.integer <= 0 || r.integer > math.MaxUint32 {
		return limit{}
	}
	return limit{exact: true, set: func(t *term.Terms) bool { return place(of(t), uint32(r.integer)) }}
}

// place puts a value where there is none, or the same.
func place[T comparable](at *T, value T) bool {
	var none T
	if *at != none && *at != value {
		return false
	}
	*at = value
	return true
}
