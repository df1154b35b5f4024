package filter

import (
	"bytes"
	"path"
	"time"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"github.com/exectrail/exectrail/event"
)

// call compiles a function.
func (c *compiler) call(n ast.Node) (*operand, *Error) {
	name, arguments := "", []ast.Node(nil)
	switch n := n.(type) {
	case *ast.BuiltinNode:
		switch n.Name {
		case "any", "all", "none", "one", "count":
			return c.ask(n)
		}
		name, arguments = n.Name, n.Arguments
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok {
			name, arguments = callee.Value, n.Arguments
		}
	}
	if name == "" {
		err := c.errorAt(n, "nothing can be called here")
		err.Advice = "operators stand between, as in \"curl\" in args, or exe contains \"x\""
		return nil, err
	}
	functions := map[string]func(ast.Node, []*operand) (*operand, *Error){
		"len": c.length, "lower": c.changed(bytes.ToLower), "upper": c.changed(bytes.ToUpper), "trim": c.changed(bytes.TrimSpace),
		"glob": c.glob, "duration": c.duration, "date": c.date,
	}
	compile := functions[name]
	if compile == nil {
		err := c.errorAt(n, "unknown function %s", name)
		err.Advice = "there are len, lower, upper, trim, glob, duration, date, and any, all, none, one, count"
		return nil, err
	}
	var operands []*operand
	for _, a := range arguments {
		o, err := c.operand(a)
		if err != nil {
			return nil, err
		}
		operands = append(operands, o)
	}
	return compile(n, operands)
}

// length compiles len: of a text the number of characters, else of items.
func (c *compiler) length(n ast.Node, args []*operand) (*operand, *Error) {
	if len(args) != 1 {
		return nil, c.errorAt(n, "len takes one argument")
	}
	o := &operand{node: n, typ: event.TypeNumber}
	get, lineage := args[0].text, args[0].lineage
	switch args[0].typ {
	case event.TypeText:
		o.number = func(k *look) (int64, bool) { b, ok := get(k); return int64(utf8.RuneCount(b)), ok }
	case event.TypeList:
		o.number = func(k *look) (int64, bool) {
			b, ok := get(k)
			items := bytes.Count(b, nul)
			if len(b) > 0 && b[len(b)-1] != 0 {
				items++ // the last one was cut
			}
			return int64(items), ok
		}
	case event.TypeProcesses:
		o.number = func(k *look) (n int64, ok bool) {
			p, ok := lineage(k)
			if ok {
				for range p.Ancestors {
					n++
				}
			}
			return n, ok
		}
	default:
		return nil, c.errorAt(n, "%s has no length", c.describe(args[0]))
	}
	return o, nil
}

// changed compiles a function from text to text.
func (c *compiler) changed(change func([]byte) []byte) func(ast.Node, []*operand) (*operand, *Error) {
	return func(n ast.Node, args []*operand) (*operand, *Error) {
		if len(args) != 1 || args[0].typ != event.TypeText {
			return nil, c.errorAt(n, "this function takes one text")
		}
		get := args[0].text
		return &operand{node: n, typ: event.TypeText, text: func(k *look) ([]byte, bool) {
			b, ok := get(k)
			return change(b), ok
		}}, nil
	}
}

// glob compiles glob(text, "pattern"), where the pattern is one for file names.
func (c *compiler) glob(n ast.Node, args []*operand) (*operand, *Error) {
	if len(args) != 2 || args[0].typ != event.TypeText || !args[1].constant || args[1].typ != event.TypeText {
		return nil, c.errorAt(n, "glob takes a text and a constant pattern, as in glob(exe, \"/usr/bin/python*\")")
	}
	get, pattern := args[0].text, args[1].literal
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, c.errorAt(args[1].node, "%q is no pattern: a bracket is not closed, or nothing follows a backslash", pattern)
	}
	whole := bytes.ContainsRune([]byte(pattern), '/')
	return boolOperand(n, func(k *look) bool {
		value, ok := get(k)
		if !ok {
			return false
		}
		if !whole {
			value = value[bytes.LastIndexByte(value, '/')+1:]
		}
		matched, err := path.Match(pattern, string(value))
		return err == nil && matched
	}), nil
}

func (c *compiler) duration(n ast.Node, args []*operand) (*operand, *Error) {
	if len(args) != 1 || !args[0].constant || args[0].typ != event.TypeText {
		return nil, c.errorAt(n, "a duration is written 10s, 1m30s or 250ms")
	}
	d, err := time.ParseDuration(args[0].literal)
	if err != nil {
		return nil, c.errorAt(args[0].node, "%q is no duration: it is written 10s, 1m30s or 250ms", args[0].literal)
	}
	return constantNumber(n, event.TypeDuration, int64(d)), nil
}

func (c *compiler) date(n ast.Node, args []*operand) (*operand, *Error) {
	if len(args) != 1 || !args[0].constant || args[0].typ != event.TypeText {
		return nil, c.errorAt(n, "a time is written date(\"2026-01-31T15:04:05Z\")")
	}
	t, ok := parseTime(args[0].literal)
	if !ok {
		return nil, c.errorAt(args[0].node, "%q is no time: it is written %q or %q", args[0].literal, "2026-01-31", "2026-01-31T15:04:05Z")
	}
	return constantNumber(n, event.TypeTime, t.UnixNano()), nil
}

// indexed compiles list[n]: the item at that place, from the end if n is negative.
func (c *compiler) indexed(n *ast.MemberNode) (*operand, *Error) {
	if n.Optional || n.Method {
		return nil, c.unsupported(n)
	}
	list, err := c.operand(n.Node)
	if err != nil {
		return nil, err
	}
	if list.typ != event.TypeList {
		return nil, c.errorAt(n, "%s has no items to take by number", c.describe(list))
	}
	at, err := c.operand(n.Property)
	if err != nil {
		return nil, err
	}
	if !at.constant || at.typ != event.TypeNumber || at.float != nil {
		return nil, c.errorAt(n, "the place in a list has to be a constant number, as in args[0] or args[-1]")
	}
	get, place := list.text, at.integer
	return &operand{node: n, typ: event.TypeText, text: func(k *look) ([]byte, bool) {
		raw, ok := get(k)
		if !ok {
			return nil, false
		}
		return itemAt(raw, place)
	}}, nil
}

func itemAt(raw []byte, place int64) ([]byte, bool) {
	if place < 0 {
		items := int64(bytes.Count(raw, nul))
		if len(raw) > 0 && raw[len(raw)-1] != 0 {
			items++
		}
		if place += items; place < 0 {
			return nil, false
		}
	}
	for len(raw) > 0 {
		item, rest, _ := bytes.Cut(raw, nul)
		if place == 0 {
			return item, true
		}
		raw, place = rest, place-1
	}
	return nil, false
}
