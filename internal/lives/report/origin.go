package report

import (
	"fmt"
	"strings"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/figures"
)

// maxOrigin is how many ancestors are named.
const maxOrigin = 8

// Origin tells in a line, safe to show, of a program that process i executed: when, what, by whom and from where, such as
//
//	+1.204s pid 4211, user ann: cc -c a.c, from sh < make
func Origin(run *lives.Run, tree *lives.Tree, i int, p *lives.Program) string {
	l := &run.Processes[i]
	line := fmt.Sprintf("+%s pid %d", figures.Duration(max(0, p.Time.Sub(run.Begin))), l.PID)
	switch {
	case l.User != "":
		line += ", user " + figures.Safe(l.User)
	case l.UID != event.NoID:
		line += fmt.Sprintf(", user %d", l.UID)
	}
	line += ": " + string(p.AppendCommand(nil))
	if names := origins(run, tree, i); len(names) > 0 {
		line += ", from " + strings.Join(names, " < ")
	}
	return line
}

// origins returns the names of the programs that led to process i, its parent first: what each ran when it created the next one.
func origins(run *lives.Run, tree *lives.Tree, i int) []string {
	var names []string
	for run.Processes[i].Parent >= 0 {
		if len(names) == maxOrigin {
			return append(names, "…")
		}
		names = append(names, figures.Safe(lives.NameOf(tree.Inherited(i))))
		i = run.Processes[i].Parent
	}
	return names
}
