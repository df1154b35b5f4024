package proctable

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
)

var update = flag.Bool("update", false, "rewrite the scripts in testdata with what they print now")

// TestScripts runs the scripts in testdata: records in, processes out. A line
// that begins with "> " is what the line before it must print.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runScript(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want) {
				t.Errorf("%s: printed\n%s", file, got)
			}
		})
	}
}

func runScript(t *testing.T, script string) string {
	var out strings.Builder
	tab := New("boot", Options{})
	for line := range strings.Lines(script) {
		if strings.HasPrefix(line, "> ") {
			continue
		}
		out.WriteString(line)
		if f := strings.Fields(line); len(f) > 0 && f[0] != "#" {
			runCommand(t, &tab, &out, f)
			checkInvariants(t, tab)
		}
	}
	return out.String()
}

// runCommand runs one line of a script:
//
//	table GRACE MAX-PROCESSES
//	snapshot TIME ID PARENT NAME EXE DIR [ARG...]
//	zombie TIME ID PARENT NAME
//	fork TIME ID PARENT NAME
//	kthread TIME ID PARENT NAME
//	exec TIME ID PARENT PREVIOUS-NAME NAME EXE DIR [ARG...]
//	failed TIME ID PARENT NAME
//	exit TIME ID
//	alive PID...
//	tree
//
// Times are seconds, an ID is PID@START#EXEC-ID, and - stands for nothing.
func runCommand(t *testing.T, tab **Table, out *strings.Builder, f []string) {
	t.Helper()
	next := func() (s string) {
		if len(f) == 0 {
			t.Fatal("too few words on a line")
		}
		s, f = f[0], f[1:]
		return strings.TrimPrefix(s, "-")
	}
	text := func() []byte { return []byte(next()) }
	rest := func() (args []byte) {
		for _, a := range f {
			args = append(append(args, a...), 0)
		}
		return args
	}
	switch verb := next(); verb {
	case "table":
		var o Options
		o.Grace = time.Duration(parseTime(t, next()))
		if _, err := fmt.Sscan(next(), &o.MaxProcesses); err != nil {
			t.Fatal(err)
		}
		*tab = New("boot", o)
	case "snapshot":
		s := &Snapshot{Time: parseTime(t, next()), ID: parseID(t, next()), Parent: parseID(t, next())}
		s.Name, s.Executable, s.Directory, s.Args = text(), text(), text(), rest()
		(*tab).Snapshot(s)
	case "zombie":
		(*tab).Snapshot(&Snapshot{
			Time: parseTime(t, next()), ID: parseID(t, next()), Parent: parseID(t, next()), Name: text(), Exited: true,
		})
	case "fork", "kthread":
		fmt.Fprintln(out, ">", lineage((*tab).Fork(&Fork{
			Time: parseTime(t, next()), ID: parseID(t, next()), Parent: parseID(t, next()), Name: text(),
			KernelThread: verb == "kthread",
		})))
	case "exec":
		x := &Exec{Time: parseTime(t, next()), ID: parseID(t, next()), Parent: parseID(t, next())}
		x.PreviousName, x.Name, x.Executable, x.Directory, x.Args = text(), text(), text(), text(), rest()
		process, previous := (*tab).Exec(x)
		fmt.Fprintln(out, ">", lineage(process))
		fmt.Fprintln(out, "> was", describe(previous))
	case "failed":
		fmt.Fprintln(out, ">", lineage((*tab).Failed(&Failed{
			Time: parseTime(t, next()), ID: parseID(t, next()), Parent: parseID(t, next()), Name: text(),
		})))
	case "exit":
		fmt.Fprintln(out, ">", lineage((*tab).Exit(parseTime(t, next()), parseID(t, next()))))
	case "alive":
		(*tab).Reconcile(func(k event.Key) bool { return slices.Contains(f, fmt.Sprint(k.PID)) })
	case "tree":
		printTree(out, *tab, nil, "> ")
	default:
		t.Fatalf("unknown command %q", verb)
	}
}

func parseTime(t *testing.T, s string) uint64 {
	t.Helper()
	var sec float64
	if _, err := fmt.Sscan(s, &sec); err != nil {
		t.Fatalf("time %q: %v", s, err)
	}
	return uint64(sec * 1e9)
}

func parseID(t *testing.T, s string) (id ID) {
	t.Helper()
	if s == "" {
		return id
	}
	pid, after, _ := strings.Cut(s, "@")
	start, execID, _ := strings.Cut(after, "#")
	id.Start = parseTime(t, start)
	if _, err := fmt.Sscan(pid+" "+execID, &id.PID, &id.ExecID); err != nil {
		t.Fatalf("id %q: %v", s, err)
	}
	return id
}

func describe(p *event.Process) string {
	if p == nil {
		return "unknown"
	}
	s := fmt.Sprintf("%d@%g#%d %s", p.Key.PID, float64(p.Key.Start)/1e9, p.ExecID, cmp.Or(p.Name, "?"))
	if p.Executable != "" {
		s += fmt.Sprintf(" %s in %s %s", p.Executable, p.Directory,
			strings.Fields(strings.ReplaceAll(p.Args, "\x00", " ")))
	}
	if p.Exited {
		s += " (exited)"
	}
	return s
}

func lineage(p *event.Process) string {
	s := describe(p)
	for a := range p.Ancestors {
		s += " < " + describe(a)
	}
	return s
}

func printTree(out *strings.Builder, tab *Table, parent *entry, indent string) {
	children := slices.SortedFunc(maps.Values(tab.procs), func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.Key.Start, b.Key.Start), cmp.Compare(a.Key.PID, b.Key.PID))
	})
	for _, e := range children {
		if e.parent == parent {
			fmt.Fprintln(out, indent+describe(&e.Process))
			printTree(out, tab, e, indent+"  ")
		}
	}
}
