package export

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
)

// Measure is what the widths in a flame graph stand for.
type Measure int

// The measures.
const (
	// ByCPU is the CPU time of each process. It is told at the exit, and belongs to the last program of the process.
	ByCPU Measure = iota
	// ByWall is its own time: that in which it lived and no process lived that it created. So the width of a
	// program is its own time and that of all below it, which is more than the wall time where they ran side by side.
	ByWall
)

// deepest is how many frames a stack has. In a chain of processes longer than that, the rest counts for the last one.
const deepest = 256

// WriteFolded writes the run for flame graphs: a line for each stack, whose frames are the names of programs from the first
// ancestor on with a semicolon between them, and then a space and microseconds. Stacks without any are left out.
//
// An ancestor stands there by the program that it ran when it created the next process of the stack.
func WriteFolded(w io.Writer, run *lives.Run, by Measure) error {
	s := fold(run, by)
	out := bufio.NewWriter(w)
	for i := range s.frames {
		if us := s.frames[i].time.Microseconds(); us > 0 {
			out.WriteString(s.stack(i) + " " + strconv.FormatInt(us, 10) + "\n")
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write stacks: %w", err)
	}
	return nil
}

// frame is the last frame of a stack; the rest of it is the stack of its parent.
type frame struct {
	name   string
	parent int // -1 for none
	depth  int
	time   time.Duration
}

// stacks are all that there are, each once.
type stacks struct {
	frames []frame
	index  map[place]int
}

// place tells one frame from another.
type place struct {
	parent int
	name   string
}

func fold(run *lives.Run, by Measure) *stacks {
	s := &stacks{index: make(map[place]int)}
	tree := lives.NewTree(run)
	// For each process the stack that it is below, and those of what it ran: inherited, and then each of its programs.
	ran := make([][]int, len(run.Processes))
	for i := range run.Processes {
		p := &run.Processes[i]
		below := -1
		if p.Parent >= 0 {
			below = ran[p.Parent][run.Processes[p.Parent].ExecutedBy(p.Start)]
		}
		for k := range len(p.Programs) + 1 {
			x := tree.Inherited(i)
			if k > 0 {
				x = &p.Programs[k-1]
			}
			ran[i] = append(ran[i], s.push(below, lives.NameOf(x)))
		}
		if by == ByCPU {
			s.frames[ran[i][len(p.Programs)]].time += p.CPU()
			continue
		}
		for k, own := range tree.OwnByProgram(i) {
			s.frames[ran[i][k]].time += own
		}
	}
	return s
}

// push returns the stack of a parent with one more frame.
func (s *stacks) push(parent int, name string) int {
	depth := 1
	if parent >= 0 {
		depth = s.frames[parent].depth + 1
	}
	if depth > deepest {
		return parent
	}
	at, ok := s.index[place{parent, name}]
	if !ok {
		at = len(s.frames)
		s.index[place{parent, name}] = at
		s.frames = append(s.frames, frame{name: name, parent: parent, depth: depth})
	}
	return at
}

// stack returns a stack as text.
func (s *stacks) stack(i int) string {
	names := make([]string, s.frames[i].depth)
	for at := i; at >= 0; at = s.frames[at].parent {
		// A semicolon would end the frame.
		names[s.frames[at].depth-1] = strings.ReplaceAll(text(s.frames[at].name), ";", ":")
	}
	return strings.Join(names, ";")
}
