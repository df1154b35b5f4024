package filter

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/exectrail/exectrail/event"
)

// generator makes expressions and events from few values, so that they often meet.
type generator struct{ *rand.Rand }

func pick[T any](g generator, from ...T) T { return from[g.IntN(len(from))] }

func (g generator) id() uint32 {
	return pick[uint32](g, 0, 1, 2, 5, 100, 1000, event.NoID-1, event.NoID)
}

func (g generator) word() string { return pick(g, "", "sh", "bash", "curl", "/tmp/x", "/usr/bin/sh") }

// simple returns a comparison that the simple interpreter of the tests knows as well.
func (g generator) simple() string {
	number := pick(g, "uid", "gid", "pid", "ppid", "euid", "mntns", "pidns", "cgroupid", "process.pid", "process.real_user.id")
	text := pick(g, "exe", "comm", "process.name", "parent", "cwd", "tty")
	switch g.IntN(8) {
	case 0, 1, 2:
		return fmt.Sprintf("%s %s %d", number, g.operator(), g.id())
	case 3:
		return fmt.Sprintf("%d %s %s", g.id(), g.operator(), number)
	case 4:
		return fmt.Sprintf("%s in [%d, %d]", number, g.id(), g.id())
	case 5:
		return fmt.Sprintf("%q in args", g.word())
	default:
		return fmt.Sprintf("%s %s %q", text, pick(g, "==", "!=", "<", "contains", "startsWith", "endsWith"), g.word())
	}
}

func (g generator) operator() string { return pick(g, "==", "!=", "<", "<=", ">", ">=", "==") }

// rare returns a condition of another kind.
func (g generator) rare() string {
	return pick(g,
		fmt.Sprintf("ancestors any {.name == %q}", g.word()),
		fmt.Sprintf("ancestors count {.uid > %d} <= 1", g.id()),
		fmt.Sprintf("uid in %d..%d", g.id(), g.id()),
		fmt.Sprintf("%d < uid <= %d", g.id(), g.id()),
		fmt.Sprintf("duration > %ds", g.IntN(3)),
		fmt.Sprintf("len(args) > %d", g.IntN(3)),
		fmt.Sprintf("(uid == %d ? %s : %s)", g.id(), g.simple(), g.simple()),
		"uid == euid", "exectrail.privileges_raised", `container.id == "3f2a"`, `comm matches "^[a-c]"`,
	)
}

// expression returns an expression of some depth whose parts leaf makes.
func (g generator) expression(depth int, leaf func() string) string {
	if depth == 0 || g.IntN(4) == 0 {
		return leaf()
	}
	sub := func() string { return g.expression(depth-1, leaf) }
	switch g.IntN(8) {
	case 0:
		return pick(g, "!", "not ") + "(" + sub() + ")"
	case 1, 2:
		return "(" + sub() + pick(g, " || ", " or ") + sub() + ")"
	case 3:
		return "(" + sub() + ")" + pick(g, " && ", " and ") + "(" + sub() + ")"
	default:
		return sub() + pick(g, " && ", " and ") + sub()
	}
}

func (g generator) process(depth int) *event.Process {
	if depth == 0 {
		return nil
	}
	return &event.Process{
		Key: event.Key{PID: g.id(), Start: uint64(g.IntN(2)) * uint64(time.Second)}, Parent: g.process(g.IntN(depth)),
		Name: g.word(), Executable: g.word(), Directory: g.word(), Args: g.args(), UID: g.id(), GID: g.id(),
	}
}

func (g generator) args() string {
	var b strings.Builder
	for range g.IntN(4) {
		b.WriteString(g.word() + "\x00")
	}
	return b.String()
}

func (g generator) attempt() event.Attempt {
	a := event.Attempt{
		Task:        event.Task{PID: g.id(), ParentPID: g.id(), Comm: []byte(g.word())},
		Credentials: event.Credentials{UID: g.id(), GID: g.id(), EUID: g.id()},
		Namespaces:  event.Namespaces{PIDNS: g.id(), MountNS: g.id()},
		Cgroup:      event.Cgroup{CgroupID: uint64(g.id()), CgroupName: []byte("x")},
		Container:   pick[*event.Container](g, nil, &event.Container{ID: digits64}, &event.Container{ID: "beef"}),
		Directory:   []byte(g.word()),
	}
	if g.IntN(2) == 0 {
		a.TTY = []byte(g.word())
	}
	raw := g.args()
	a.Args = event.Strings{Raw: []byte(raw), Size: uint64(len(raw))}
	if g.IntN(4) == 0 {
		a.Degraded = event.Parts(g.IntN(32))
		a.FilledIn = a.Degraded & event.Parts(g.IntN(32)) &^ event.PartDetails
	}
	return a
}

func (g generator) event() event.Event {
	p := g.process(4)
	switch g.IntN(6) {
	case 0, 1, 2:
		return &event.Exec{Attempt: g.attempt(), Process: p, Executable: []byte(g.word()), PrivilegesRaised: g.IntN(2) == 0}
	case 3:
		return &event.ExecFailed{Attempt: g.attempt(), Process: p, Errno: 2}
	case 4:
		return &event.Fork{Process: p}
	default:
		x := &event.Exit{Meta: event.Meta{Boot: 2e9}, Process: p, ParentPID: g.id(), Status: uint8(g.IntN(3))}
		x.Usage.MaxRSS = uint64(g.id())
		return x
	}
}
