package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/filter/term"
	"github.com/exectrail/exectrail/internal/testenv"
)

// A gate is a process that waits, so that its id and what else it has are known before a tracer is opened, and
// then becomes a spawner.
type gate struct {
	cmd  *exec.Cmd
	open io.Closer
	name string
	log  *os.File
}

// termExecs is how often each spawner executes a program.
var termExecs = testenv.Times(40, 10)

func newGate(t *testing.T, name, program string, attr *syscall.SysProcAttr) *gate {
	t.Helper()
	g := &gate{name: name, log: newWitnessFile(t)}
	g.cmd = exec.Command(trigger(t, "gate"), "exec", trigger(t, "spawner"), name, fmt.Sprint(termExecs), program)
	g.cmd.ExtraFiles, g.cmd.SysProcAttr = []*os.File{g.log}, attr
	stdin, err := g.cmd.StdinPipe()
	must(t, err)
	g.open = stdin
	must(t, g.cmd.Start())
	t.Cleanup(func() { g.cmd.Process.Kill() })
	return g
}

// run lets the gate go on, and returns the processes that it created.
func (g *gate) run(t *testing.T) []spawned {
	t.Helper()
	must(t, g.open.Close())
	must(t, g.cmd.Wait())
	return readLog(t, g.log.Name(), termExecs)
}

func (g *gate) pid() uint32 { return uint32(g.cmd.Process.Pid) }

// namespace returns the number of a namespace of the gate.
func (g *gate) namespace(t *testing.T, kind string) uint32 {
	t.Helper()
	link, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", g.pid(), kind))
	must(t, err)
	var number uint32
	if _, err := fmt.Sscanf(link, kind+":[%d]", &number); err != nil {
		t.Fatalf("parse %q: %v", link, err)
	}
	return number
}

func (g *gate) is(p *event.Process) bool { return p.Key.PID == g.pid() }

func exactly(n uint32) term.Range { return term.Range{Set: true, Min: n, Max: n} }

func inNamespace(flags uintptr) *syscall.SysProcAttr { return &syscall.SysProcAttr{Cloneflags: flags} }

func as(uid, gid uint32) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: gid}}
}

// TestTerms lets two spawners run, of which each term selects one: of that, all that the term is about comes, and of
// the other one nothing.
func TestTerms(t *testing.T) {
	const uid, gid = privateUID, privateGID
	renamed := filepath.Join(publicDir(t), "exactly15bytes_")
	copyFile(t, trigger(t, "nothing"), renamed)
	for name, test := range map[string]termsTest{
		"uid": {attr: as(uid, 0), stranger: as(uid+2, 0), forks: true, own: true, terms: func(*testing.T, *gate, *gate) term.Terms {
			return term.Terms{UID: term.Range{Set: true, Min: uid - 1, Max: uid + 1}}
		}},
		"gid": {attr: as(0, gid), stranger: as(gid, 0), forks: true, own: true, terms: func(*testing.T, *gate, *gate) term.Terms {
			return term.Terms{GID: exactly(gid)}
		}},
		"ppid":  {forks: true, terms: func(_ *testing.T, g, _ *gate) term.Terms { return term.Terms{PPID: exactly(g.pid())} }},
		"under": {forks: true, own: true, terms: func(_ *testing.T, g, _ *gate) term.Terms { return term.Terms{Under: g.pid()} }},
		"comm": {program: renamed, terms: func(*testing.T, *gate, *gate) term.Terms {
			return term.Terms{Comm: "exactly15bytes_"}
		}},
		"mount namespace": {attr: inNamespace(unix.CLONE_NEWNS), forks: true, own: true, terms: func(t *testing.T, g, _ *gate) term.Terms {
			return term.Terms{MountNS: g.namespace(t, "mnt")}
		}},
		"pid namespace": {attr: inNamespace(unix.CLONE_NEWPID), forks: true, own: true, terms: func(t *testing.T, g, _ *gate) term.Terms {
			return term.Terms{PIDNS: g.namespace(t, "pid")}
		}},
		"host only": {stranger: inNamespace(unix.CLONE_NEWPID), forks: true, own: true, terms: func(_ *testing.T, g, _ *gate) term.Terms {
			return term.Terms{HostOnly: true, PID: term.Range{Set: true, Min: 1, Max: 1 << 30}}
		}},
	} {
		t.Run(name, test.run)
	}
}

// TestTermsTogether has many terms, of which all have to hold.
func TestTermsTogether(t *testing.T) {
	const uid, gid = privateUID, privateGID
	test := termsTest{attr: as(uid, gid), stranger: as(uid, gid+2), forks: true, own: true, terms: func(t *testing.T, g, _ *gate) term.Terms {
		return term.Terms{
			UID: exactly(uid), GID: exactly(gid), Under: term.Self, HostOnly: true,
			MountNS: g.namespace(t, "mnt"), PIDNS: g.namespace(t, "pid"),
		}
	}}
	test.run(t)
}

// termsTest lets two spawners run, of which the terms select one.
type termsTest struct {
	program        string
	attr, stranger *syscall.SysProcAttr
	terms          func(t *testing.T, g, stranger *gate) term.Terms
	// Which of the gate's own events the term is about, beside the execs of its children.
	forks, own bool
}

func (test termsTest) run(t *testing.T) {
	program := test.program
	if program == "" {
		program = trigger(t, "nothing")
	}
	g, stranger := newGate(t, "wanted", program, test.attr), newGate(t, "stranger", trigger(t, "nothing"), test.stranger)
	r := record(t, exectrail.WithTerms(test.terms(t, g, stranger)), exectrail.WithFailed(), exectrail.WithForks(), exectrail.WithExits())
	stranger.run(t)
	list := g.run(t)
	events := r.stop(t)
	checkSelected(t, events, g, list, test.forks, test.own)
	for _, e := range events {
		if p := subject(e); p != nil && (stranger.is(p) || p.Parent != nil && stranger.is(p.Parent)) {
			t.Errorf("%s of process %d (%s), of the stranger, came", e.Action(), p.Key.PID, p.Name)
		}
	}
	if n := r.stats.Execs.Filtered; n < uint64(termExecs) {
		t.Errorf("%d execs were filtered, want the %d of the stranger at least", n, termExecs)
	}
}

// checkSelected finds that what the gate did came, as far as it was asked for.
func checkSelected(t *testing.T, events []event.Event, g *gate, list []spawned, forks, own bool) {
	t.Helper()
	got := markers(t, events)
	count := map[string]int{}
	pids := map[uint32]bool{}
	for _, s := range list {
		// The spawner knows its children by their ids in its own namespace.
		e := got[s.marker]
		if e == nil || e.NamespacePID != s.pid {
			t.Errorf("the exec of %s, process %d, did not come", s.marker, s.pid)
			continue
		}
		pids[e.PID] = true
	}
	for _, e := range events {
		if p := subject(e); p != nil && pids[p.Key.PID] {
			count[string(e.Action())]++
		} else if p != nil && p.Key.PID == g.pid() {
			count["own "+string(e.Action())]++
		}
	}
	want := map[string]int{"exec": len(list), "exit": len(list)}
	if forks {
		want["fork"] = len(list)
	}
	if own {
		want["own exec"], want["own exit"] = 1, 1
	}
	for _, action := range []string{"exec", "fork", "exit", "own exec", "own exit"} {
		if count[action] != want[action] {
			t.Errorf("%d events of %s came, want %d", count[action], action, want[action])
		}
	}
	if !own {
		return
	}
	failed := 0
	for _, e := range of[*event.ExecFailed](events) {
		if string(e.Filename) == "/no/such/file" && e.Process.Parent != nil && e.Process.Parent.Key.PID == g.pid() {
			failed++
		}
	}
	if failed != 1 {
		t.Errorf("%d failed execs came, want 1", failed)
	}
}

// TestTermsPID selects one process, which executes a program and fails to execute another one.
func TestTermsPID(t *testing.T) {
	g := newGate(t, "wanted", trigger(t, "nothing"), nil)
	r := record(t, exectrail.WithTerms(term.Terms{PID: exactly(g.pid())}), exectrail.WithForks(), exectrail.WithExits())
	g.run(t)
	events := r.stop(t)
	var got []string
	for _, e := range events {
		if p := subject(e); p == nil || p.Key.PID != g.pid() {
			t.Errorf("%s of another process came", e.Action())
		}
		got = append(got, string(e.Action()))
	}
	if text := strings.Join(got, " "); text != "exec exit" {
		t.Errorf("got %s, want exec exit", text)
	}
}

// TestTermsCgroup selects by a directory of control groups what is in one below it.
func TestTermsCgroup(t *testing.T) {
	mount := unifiedHierarchy(t)
	parent := filepath.Join(mount, "exectrail-terms")
	dir := filepath.Join(parent, "middle", "inner.scope")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		testenv.Skip(t, "no control group can be made: %v", err)
	}
	t.Cleanup(func() {
		for ; dir != mount; dir = filepath.Dir(dir) {
			os.Remove(dir)
		}
	})
	var st unix.Stat_t
	must(t, unix.Stat(parent, &st))
	g, stranger := newGate(t, "wanted", trigger(t, "nothing"), nil), newGate(t, "stranger", trigger(t, "nothing"), nil)
	// Of kernels before 5.7 none can start a process there; to move one each can.
	must(t, os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(fmt.Sprint(g.pid())), 0))
	r := record(t, exectrail.WithTerms(term.Terms{Cgroup: st.Ino}), exectrail.WithFailed(), exectrail.WithForks(), exectrail.WithExits())
	stranger.run(t)
	list := g.run(t)
	events := r.stop(t)
	checkSelected(t, events, g, list, true, true)
	for _, e := range of[*event.Exec](events) {
		if string(e.CgroupName) != "inner.scope" {
			t.Errorf("an exec in %s came", e.CgroupName)
		}
	}
}

// TestTermsNothing has terms that hold for no process: nothing comes, and all that was executed is counted as filtered.
func TestTermsNothing(t *testing.T) {
	nobody := exectrail.WithTerms(term.Terms{UID: exactly(1<<32 - 2)})
	around := record(t, exectrail.WithFailed(), exectrail.WithForks(), exectrail.WithExits())
	before := around.tracer.Stats()
	r := record(t, nobody, exectrail.WithFailed(), exectrail.WithForks(), exectrail.WithExits())
	newGate(t, "filtered", trigger(t, "nothing"), nil).run(t)
	events := r.stop(t)
	around.stop(t)
	if len(events) != 0 {
		t.Errorf("%d events came, the first is %s", len(events), events[0].Action())
	}
	for _, c := range []struct {
		name                  string
		counts, before, after exectrail.Counts
		least                 int
	}{
		{"execs", r.stats.Execs, before.Execs, around.stats.Execs, termExecs + 2},
		{"forks", r.stats.Forks, before.Forks, around.stats.Forks, termExecs + 2},
		{"exits", r.stats.Exits, before.Exits, around.stats.Exits, termExecs + 2},
		{"failed", r.stats.Failed, before.Failed, around.stats.Failed, 1},
	} {
		most := c.after.Seen - c.before.Seen
		if n := c.counts.Filtered; n < uint64(c.least) || n > most || c.counts.Recorded != 0 || c.counts.Lost() != 0 {
			t.Errorf("%s: %+v, want from %d to %d filtered", c.name, c.counts, c.least, most)
		}
	}
}

// TestTermsAncestor has an ancestor whose exec was not recorded: what it runs is found out when a child of it comes.
func TestTermsAncestor(t *testing.T) {
	program := filepath.Join(publicDir(t), "descendant")
	copyFile(t, trigger(t, "nothing"), program)
	gate := trigger(t, "gate")
	cmd := exec.Command(gate, "exec", gate, "child", program)
	end, err := cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	r := record(t, exectrail.WithTerms(term.Terms{Comm: "descendant"}), exectrail.WithForks(), exectrail.WithExits())
	if _, err := io.WriteString(end, "\n"); err != nil {
		t.Fatal(err)
	}
	e := r.await(t, 0, "the exec of the descendant", func(e event.Event) bool {
		x, ok := e.(*event.Exec)
		return ok && string(x.Executable) == program
	}).(*event.Exec)
	must(t, end.Close())
	must(t, cmd.Wait())
	r.stop(t)
	parent := e.Process.Parent
	if parent == nil || int(parent.Key.PID) != cmd.Process.Pid || parent.Args != gate+"\x00child\x00"+program+"\x00" || parent.Name != "gate" {
		t.Errorf("the parent is %+v, want process %d after its exec", parent, cmd.Process.Pid)
	}
	if len(r.events) != 2 {
		t.Errorf("%d events came, want the exec and the exit", len(r.events))
	}
}
