package filter

import (
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/filter/term"
)

// Filter is an expression that was compiled. It is for one goroutine at a time, as it keeps memory between events.
// The zero value, and nil, match everything.
type Filter struct {
	clauses []clause // all of which must hold
	late    bool     // see Late
	look    look     // kept, so that a match allocates nothing
}

// clause is a part of an expression that stands between and.
type clause struct {
	text    string
	matches condition
	limit   limit
}

// look is an event that a filter looks at, and within a quantifier the item of a list.
type look struct {
	event   event.Event
	process *event.Process
	item    []byte
}

// Compile compiles an expression. The error is an [*Error], which knows the place.
func Compile(text string) (*Filter, error) {
	s, err := parse(text)
	if err != nil {
		return nil, err
	}
	c := newCompiler(s)
	f := &Filter{}
	for _, part := range s.clauses() {
		matches, err := c.condition(part.node)
		if err != nil {
			return nil, err
		}
		f.clauses = append(f.clauses, clause{part.text, matches, c.limitOf(part.node)})
	}
	f.late = c.late
	return f, nil
}

// And returns a filter that matches what all of filters match. Those may be nil, and must not be used beside it by another goroutine.
func And(filters ...*Filter) *Filter {
	all := &Filter{}
	for _, f := range filters {
		if f != nil {
			all.clauses = append(all.clauses, f.clauses...)
			all.late = all.late || f.late
		}
	}
	return all
}

// Match reports whether the user asked for an event. Those that tell of loss and of the clock always match.
func (f *Filter) Match(e event.Event) bool {
	if f == nil || len(f.clauses) == 0 {
		return true
	}
	switch e.(type) {
	case *event.Lost, *event.Clock:
		return true
	}
	f.look.event = e
	for i := range f.clauses {
		if !f.clauses[i].matches(&f.look) {
			return false
		}
	}
	return true
}

// Empty reports whether the filter matches everything because nothing was asked for.
func (f *Filter) Empty() bool { return f == nil || len(f.clauses) == 0 }

// Late reports whether the filter asks for a field whose value may become known only after the first events that have it.
func (f *Filter) Late() bool { return f != nil && f.late }

// Clauses returns the parts of the expression that stand between and, as the user wrote them.
func (f *Filter) Clauses() []string {
	var texts []string
	if f != nil {
		for _, c := range f.clauses {
			texts = append(texts, c.text)
		}
	}
	return texts
}

// Terms splits f in two: terms that the kernel can decide, and the rest. An event matches f if and only if it
// matches both. A clause of which the terms say less than it does is in both.
func (f *Filter) Terms() (terms term.Terms, rest *Filter) {
	rest = &Filter{}
	if f == nil {
		return terms, rest
	}
	for _, c := range f.clauses {
		if !c.limit.add(&terms) || !c.limit.exact {
			rest.clauses = append(rest.clauses, c)
		}
	}
	return terms, rest
}

// Pushed returns the clauses of which the terms that [Filter.Terms] returns say something.
func (f *Filter) Pushed() []string {
	var terms term.Terms
	var texts []string
	if f != nil {
		for _, c := range f.clauses {
			if c.limit.add(&terms) {
				texts = append(texts, c.text)
			}
		}
	}
	return texts
}

// part is a clause that is not compiled yet.
type part struct {
	node ast.Node
	text string
}

// clauses splits an expression at the ands that nothing but parentheses stands around.
func (s *source) clauses() []part {
	text := []rune(s.text)
	var parts []part
	var split func(n ast.Node, from, to int)
	split = func(n ast.Node, from, to int) {
		if b, ok := n.(*ast.BinaryNode); ok && (b.Operator == "&&" || b.Operator == "and") {
			at := s.places.original(b.Location().From)
			// a < b < c is an and, too, for which nothing is written.
			for _, word := range []string{"&&", "and"} {
				if strings.HasPrefix(string(text[at:]), word) {
					split(b.Left, from, at)
					split(b.Right, at+len(word), to)
					return
				}
			}
		}
		parts = append(parts, part{n, trimParentheses(string(text[from:to]))})
	}
	split(s.tree, 0, len(text))
	return parts
}

// trimParentheses removes spaces, and parentheses at the ends whose other half is not there.
func trimParentheses(text string) string {
	for {
		text = strings.TrimSpace(text)
		switch open := strings.Count(text, "(") - strings.Count(text, ")"); {
		case open > 0 && strings.HasPrefix(text, "("):
			text = text[1:]
		case open < 0 && strings.HasSuffix(text, ")"):
			text = text[:len(text)-1]
		default:
			return text
		}
	}
}
