package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/figures"
	"github.com/exectrail/exectrail/internal/printable"
)

// deepest is how many generations are drawn, where the lines have no limit. A tree can be a chain of a million.
const deepest = 64

// WriteTree writes all processes of a run as a tree, with their wall and CPU times, the command lines of all that each
// executed, and how it ended if it failed. Lines have at most width columns, or are as long as they need to be with 0.
func WriteTree(w io.Writer, run *lives.Run, width int) error {
	t := treeWriter{out: bufio.NewWriter(w), run: run, tree: lives.NewTree(run), width: width, depth: deepest}
	if width > 0 {
		t.depth = max(width/2-treeColumns, 0) / generation
	}
	t.line("%8s %8s  COMMAND", "WALL", "CPU")
	for _, root := range t.tree.Roots() {
		t.below(int(root))
	}
	if err := t.out.Flush(); err != nil {
		return fmt.Errorf("write tree: %w", err)
	}
	return nil
}

// What is drawn in the columns of the generations above a process.
const (
	pass   = "│ "
	gap    = "  "
	branch = "├─"
	corner = "└─"
)

// generation is how many columns each of them takes.
const generation = 2

const treeColumns = len("WALL....") + 1 + len("CPU.....") + 2

// treeWriter writes a tree line by line.
type treeWriter struct {
	out   *bufio.Writer
	run   *lives.Run
	tree  *lives.Tree
	width int
	depth int // generations that are drawn
	buf   []byte
}

func (t *treeWriter) line(format string, args ...any) {
	t.buf = fmt.Appendf(t.buf[:0], format, args...)
	if t.width > 0 {
		t.buf, _ = printable.Fit(t.buf, 0, t.width)
	}
	t.out.Write(append(t.buf, '\n'))
}

// visit is a process whose line is to be written.
type visit struct {
	process, depth int
	last           bool // of its parent's children
}

// below writes the tree below root. It goes by a stack of its own: a tree can be deep.
func (t *treeWriter) below(root int) {
	var open []bool // for each generation above: whether more children follow in it
	stack := []visit{{process: root, last: true}}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		open = append(open[:v.depth], !v.last)
		t.process(v, open)
		children := t.tree.Children(v.process)
		for k := len(children) - 1; k >= 0; k-- {
			stack = append(stack, visit{int(children[k]), v.depth + 1, k == len(children)-1})
		}
	}
}

// process writes the line of a process. The first generation has no column.
func (t *treeWriter) process(v visit, open []bool) {
	var lines strings.Builder
	for d := 1; d < min(v.depth, t.depth+1); d++ {
		if open[d] {
			lines.WriteString(pass)
		} else {
			lines.WriteString(gap)
		}
	}
	switch {
	case v.depth > t.depth:
		fmt.Fprintf(&lines, "[%d] ", v.depth)
	case v.depth > 0 && v.last:
		lines.WriteString(corner)
	case v.depth > 0:
		lines.WriteString(branch)
	}
	p := &t.run.Processes[v.process]
	cpu := ""
	if p.Ended() {
		cpu = figures.Duration(p.CPU())
	}
	t.line("%8s %8s  %s%s%s", figures.Duration(t.run.Wall(v.process)), cpu, lines.String(), mark(p), t.commands(v.process))
}

// commands returns all that process i executed.
func (t *treeWriter) commands(i int) string {
	programs := t.run.Processes[i].Programs
	if len(programs) == 0 {
		return command(t.tree, i)
	}
	var b []byte
	for k := range programs {
		if k > 0 {
			b = append(b, " → "...)
		}
		b = programs[k].AppendCommand(b)
	}
	return string(b)
}
