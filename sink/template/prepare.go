package template

import (
	"fmt"
	"text/template"
	"text/template/parse"

	"github.com/exectrail/exectrail/event"
)

// prepare checks the names in a template, makes it escape all that it writes
// of an event, and returns the columns that it uses.
func prepare(t *template.Template) ([]*event.Column, error) {
	p := preparer{used: make(map[string]bool)}
	if t.Tree == nil {
		return nil, nil // empty
	}
	p.walk(t.Root, true)
	if p.err != nil {
		return nil, p.err
	}
	var columns []*event.Column
	for _, c := range event.Columns() {
		if p.all || p.used[c.Name] {
			columns = append(columns, c)
		}
	}
	return columns, nil
}

type preparer struct {
	used map[string]bool
	all  bool // the event as a whole is used
	err  error
}

// walk visits a node and those below. top tells that the dot is the event there.
func (p *preparer) walk(node parse.Node, top bool) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, child := range n.Nodes {
				p.walk(child, top)
			}
		}
	case *parse.ActionNode:
		p.walk(n.Pipe, top)
		if len(n.Pipe.Decl) == 0 {
			escapeOutput(n.Pipe)
		}
	case *parse.PipeNode:
		if n != nil {
			for _, c := range n.Cmds {
				for _, argument := range c.Args {
					p.walk(argument, top)
				}
			}
		}
	case *parse.IfNode:
		p.branch(&n.BranchNode, top, top)
	case *parse.RangeNode:
		p.branch(&n.BranchNode, top, false)
	case *parse.WithNode:
		p.branch(&n.BranchNode, top, false)
	case *parse.ChainNode:
		p.walk(n.Node, top)
	case *parse.FieldNode:
		if top {
			p.use(n.Ident[0])
		} else if _, err := event.LookupColumn(n.Ident[0]); err == nil {
			p.fail("%s: within range and with, write $%s", n, n)
		}
	case *parse.VariableNode:
		switch {
		case n.Ident[0] != "$":
		case len(n.Ident) > 1:
			p.use(n.Ident[1])
		default:
			p.all = true
		}
	case *parse.DotNode:
		p.all = p.all || top
	case *parse.TemplateNode:
		p.fail("%s: templates within the template are not supported", n)
	}
}

func (p *preparer) branch(n *parse.BranchNode, top, inside bool) {
	p.walk(n.Pipe, top)
	p.walk(n.List, inside)
	p.walk(n.ElseList, top)
}

func (p *preparer) use(name string) {
	if _, err := event.LookupColumn(name); err != nil {
		p.fail("%w", err)
		return
	}
	p.used[name] = true
}

func (p *preparer) fail(format string, arguments ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, arguments...)
	}
}

// escapeOutput adds the escaping to the end of a pipeline.
func escapeOutput(pipe *parse.PipeNode) {
	function := parse.NewIdentifier(escapeFunction).SetTree(nil).SetPos(pipe.Pos)
	pipe.Cmds = append(pipe.Cmds, &parse.CommandNode{
		NodeType: parse.NodeCommand, Pos: pipe.Pos, Args: []parse.Node{function},
	})
}
