package proctable

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/exectrail/exectrail/event"
)

// history is a simulated machine: what truly happened to its processes, the
// records its kernel gave out since the hooks were attached, and what an
// iterator that visits each pid at some moment saw.
type history struct {
	rng     *rand.Rand
	now     uint64
	all     map[event.Key]*task
	running []*task          // init first
	zombies []*task          // not reaped yet: their pids are taken
	used    map[uint32]bool  // pids taken
	visits  map[uint32][]int // step -> pids to be visited then
	tracing bool

	snapshot []Snapshot
	stream   []record
}

// task is the truth about a process.
type task struct {
	id       ID
	creator  *task
	parent   *task // now: perhaps a reaper
	children []*task
	images   map[uint64]*truth // by ExecID
	kernel   bool
	traced   bool // created while the hooks were attached
	exited   bool

	// firstParent is what the table can know of the parent of a process whose creation it did not see.
	firstParent *task
	parents     []*task // all that it ever had
}

// truth is an image of a task. Its text is different from that of all others.
type truth struct {
	seen            bool     // a record of the stream or a visit tells it
	from            *truth   // inherited by a fork that was recorded
	names           []string // prctl(PR_SET_NAME) changes them without a record
	executable      string
	args, directory string
	uid             uint32
}

func (g *truth) name() string { return g.names[len(g.names)-1] }

// knowable reports whether the table has to know the program.
func (g *truth) knowable() bool { return g.seen || g.from != nil && g.from.knowable() }

func (k *task) image() *truth { return k.images[k.id.ExecID] }

// record is one record of the stream, and the truth at its time.
type record struct {
	fork    *Fork
	exec    *Exec
	exit    *ID
	time    uint64
	task    *task
	was     uint64 // for an exec, the image before
	creator ID     // at that time
}

const (
	historyPIDs  = 24
	historySteps = 300
	tick         = 1000
)

// newHistory makes a random history in which the hooks are attached at some step.
func newHistory(seed uint64) *history {
	return newHistoryFrom(seed, rand.New(rand.NewPCG(seed, 2)).IntN(historySteps/2))
}

// newHistoryFrom makes a random history. From the step attach on the iterator runs
// while events happen: each pid is visited once, at a moment of its own.
func newHistoryFrom(seed uint64, attach int) *history {
	h := &history{
		rng: rand.New(rand.NewPCG(seed, 1)), now: 1e9,
		all: map[event.Key]*task{}, used: map[uint32]bool{}, visits: map[uint32][]int{},
	}
	h.spawn(nil)
	window := 1 + h.rng.IntN(historySteps/3)
	for pid := range historyPIDs {
		step := uint32(attach + 1 + h.rng.IntN(window))
		h.visits[step] = append(h.visits[step], pid+1)
	}
	for step := range historySteps {
		h.now += tick + h.rng.Uint64N(tick)
		if step == attach {
			h.tracing = true
		}
		h.step()
		for _, pid := range h.visits[uint32(step)] {
			h.now += 1 + h.rng.Uint64N(10)
			h.visit(uint32(pid))
		}
	}
	// An event after the last visit, so that the merge is over.
	h.now += tick
	h.exec(h.running[0])
	return h
}

func (h *history) step() {
	k := h.running[h.rng.IntN(len(h.running))]
	switch n := h.rng.IntN(20); {
	case n < 8:
		if len(h.used) < historyPIDs {
			h.spawn(k)
		}
	case n < 13:
		if !k.kernel {
			h.exec(k)
		}
	case n < 17:
		if k != h.running[0] {
			h.exit(k)
		}
	case n < 18:
		g := k.image()
		g.names = append(g.names, fmt.Sprintf("%s%d", g.names[0], len(g.names)))
	default:
		if len(h.zombies) > 0 {
			i := h.rng.IntN(len(h.zombies))
			delete(h.used, h.zombies[i].id.PID)
			h.zombies = slices.Delete(h.zombies, i, i+1)
		}
	}
}

func (h *history) spawn(creator *task) {
	pid := uint32(1)
	for creator != nil && h.used[pid] {
		pid = 1 + h.rng.Uint32N(historyPIDs)
	}
	k := &task{
		id: ID{PID: pid, Start: h.now}, creator: creator, parent: creator, parents: []*task{creator},
		images: map[uint64]*truth{}, traced: h.tracing,
	}
	h.used[pid] = true
	h.all[k.id.key()] = k
	h.running = append(h.running, k)
	if creator == nil {
		k.images[0] = &truth{names: []string{"init"}, executable: "/init", args: "init\x00", directory: "/"}
		return
	}
	k.id.ExecID = creator.id.ExecID
	k.kernel = creator.kernel || creator.id.PID == 1 && h.rng.IntN(8) == 0
	creator.children = append(creator.children, k)
	g := *creator.image()
	g.names, g.seen, g.from = []string{g.name()}, false, nil
	if h.tracing {
		g.from = creator.image()
	}
	if k.kernel {
		g.executable, g.args, g.directory = "", "", ""
	}
	g.uid = h.rng.Uint32N(1000)
	k.images[k.id.ExecID] = &g
	h.record(record{task: k, fork: &Fork{
		ID: k.id, Parent: creator.id, Name: []byte(g.name()), UID: g.uid, GID: g.uid, KernelThread: k.kernel,
	}})
}

func (h *history) exec(k *task) {
	previous := k.image()
	was := k.id.ExecID
	k.id.ExecID++
	name := fmt.Sprintf("p%d-%d", len(h.all), k.id.ExecID)
	path := fmt.Sprintf("/bin/%s-%d", name, k.id.Start)
	g := &truth{names: []string{name}, executable: path, args: path + "\x00-x\x00", directory: "/" + name, uid: previous.uid, seen: h.tracing}
	k.images[k.id.ExecID] = g
	h.record(record{task: k, was: was, exec: &Exec{
		ID: k.id, Parent: parentID(k), Name: []byte(name), PreviousName: []byte(previous.name()),
		Executable: []byte(path), Directory: []byte(g.directory), Args: []byte(g.args), UID: g.uid, GID: g.uid,
	}})
}

func (h *history) exit(k *task) {
	k.exited = true
	h.running = slices.DeleteFunc(h.running, func(r *task) bool { return r == k })
	h.zombies = append(h.zombies, k)
	id := k.id
	h.record(record{task: k, exit: &id})
	// Orphans go to init, or to a creator of the creator that asked for them.
	reaper := h.running[0]
	if k.parent != nil && !k.parent.exited && h.rng.IntN(3) == 0 {
		reaper = k.parent
	}
	for _, c := range k.children {
		c.parent = reaper
		c.parents = append(c.parents, reaper)
	}
	reaper.children = append(reaper.children, k.children...)
	k.children = nil
}

// visit is what the iterator does when it comes to pid.
func (h *history) visit(pid uint32) {
	tasks := slices.Concat(h.running, h.zombies)
	i := slices.IndexFunc(tasks, func(k *task) bool { return k.id.PID == pid })
	if i < 0 {
		return
	}
	k := tasks[i]
	g := k.image()
	h.snapshot = append(h.snapshot, Snapshot{
		Time: h.now, ID: k.id, Parent: parentID(k), Name: []byte(g.name()), Executable: []byte(g.executable),
		Directory: []byte(g.directory), Args: []byte(g.args), UID: g.uid, GID: g.uid, Exited: k.exited,
	})
	g.seen = true
	k.sawParent()
}

// sawParent notes that a record or a visit tells the parent that k has now.
func (k *task) sawParent() {
	if k.firstParent == nil {
		k.firstParent = k.parent
	}
}

func (h *history) record(r record) {
	if !h.tracing {
		return
	}
	r.time = h.now
	switch {
	case r.fork != nil:
		r.fork.Time = h.now
	case r.exec != nil:
		r.exec.Time = h.now
		r.task.sawParent()
	}
	if r.task.creator != nil {
		r.creator = r.task.creator.id
	}
	h.stream = append(h.stream, r)
}

// knowable returns the parent that the table has to show for k in the end.
func (k *task) knowable() *task {
	if k.traced {
		return k.creator
	}
	return k.firstParent
}

func parentID(k *task) ID {
	if k.parent == nil {
		return ID{}
	}
	return k.parent.id
}
