package e2e

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
)

// openPinned opens a pinned session, whose tracer is closed with the test.
func openPinned(t *testing.T, name string, options ...exectrail.Option) *exectrail.Tracer {
	t.Helper()
	tracer, err := exectrail.Open(t.Context(), append(options, exectrail.WithPin(name))...)
	if err != nil {
		t.Fatalf("open: %+v", err)
	}
	t.Cleanup(func() { tracer.Close() })
	return tracer
}

// drain reads what is there, and calls each with each event.
func drain(t *testing.T, tracer *exectrail.Tracer, each func(event.Event)) []event.Event {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var all []event.Event
	for e, err := range tracer.Events(ctx) {
		must(t, err)
		all = append(all, e.Clone())
		if each != nil {
			each(e)
		}
	}
	return all
}

// TestPinCheckpoint takes a session over at a checkpoint in the middle of what was read: what comes
// after it comes again, and nothing else.
func TestPinCheckpoint(t *testing.T) {
	exectrailBinary(t) // for its checks of the machine
	mountPrivately(t)
	name := uniquePin(t)
	options := []exectrail.Option{exectrail.WithForks(), exectrail.WithExits()}
	first := openPinned(t, name, options...)
	long := strings.Repeat("x", 100_000) // comes in parts
	for i := range 50 {
		execute(t, exec.Command(trigger(t, "nothing"), fmt.Sprint(i), long))
	}
	var at uint64
	read := drain(t, first, func(e event.Event) {
		c := first.Checkpoint()
		if c == nil || e.Header().Sequence > 60 {
			return
		}
		at = e.Header().Sequence
		must(t, c.Begin(exectrail.Place{}))
		must(t, c.Done())
	})
	if at != 60 || len(read) < 150 {
		t.Fatalf("%d events, with a checkpoint at %d", len(read), at)
	}
	checkBooks(t, read, first.Stats())
	must(t, first.Close())
	execute(t, exec.Command(trigger(t, "nothing"), "after"))

	second := openPinned(t, name, options...)
	again := drain(t, second, nil)
	for i, e := range again[:len(read)-60] {
		want := read[60+i]
		if a, b := jsonOf(e), jsonOf(want); a != b {
			t.Fatalf("event %d comes again as\n%s\nit was\n%s", want.Header().Sequence, a, b)
		}
	}
	if n := len(of[*event.Exec](again[len(read)-60:])); n == 0 {
		t.Error("what was executed between the two was not recorded")
	}
	if stats := second.Stats(); !stats.Execs.Balanced() || stats.Execs.Lost() > 0 {
		t.Errorf("the account is %+v", stats.Execs)
	}
	must(t, second.Checkpoint().Done())
	must(t, second.Close())
	if err := first.Close(); err != nil {
		t.Errorf("close again: %v", err)
	}
}

// jsonOf tells what has to stay the same of an event that comes again. What is known of the ancestors may be more.
func jsonOf(e event.Event) string {
	m := e.Header()
	text := fmt.Sprintf("%s %+v", e.Action(), m.Sequence)
	text += fmt.Sprintf(" cpu%d.%d #%d at %d", m.CPU, m.Lane, m.CPUSequence, m.Boot)
	if x, ok := e.(*event.Exec); ok {
		text += fmt.Sprintf(" %q %d", x.Args.Raw, x.Args.Size)
	}
	if p := subject(e); p != nil {
		text += fmt.Sprintf(" %+v %s", p.Key, p.Name)
	}
	return text
}

// TestPinLostWithItsReader reads more than the rings hold and delivers nothing of it: what the next tracer does not
// get is told as lost, to the number.
func TestPinLostWithItsReader(t *testing.T) {
	exectrailBinary(t)
	mountPrivately(t)
	name := uniquePin(t)
	options := []exectrail.Option{exectrail.WithForks(), exectrail.WithExits(), exectrail.WithBufferSize(256 << 10)}
	first := openPinned(t, name, options...)
	checkpoint := func() {
		if c := first.Checkpoint(); c != nil {
			must(t, c.Done())
		}
	}
	drainSome := func(n int) (last uint64) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for e, err := range first.Events(ctx) {
			must(t, err)
			last = e.Header().Sequence
			if l, ok := e.(*event.Lost); ok {
				last += l.Count - 1
			}
			if n--; n <= 0 {
				break
			}
		}
		return last
	}
	for range 5 {
		execute(t, exec.Command(trigger(t, "nothing")))
	}
	delivered := drainSome(5)
	checkpoint()
	var read uint64
	for range 40 {
		for range 10 {
			execute(t, exec.Command(trigger(t, "nothing"), strings.Repeat("y", 2000)))
		}
		read = drainSome(30)
	}
	must(t, first.Close())

	second := openPinned(t, name, options...)
	again := drain(t, second, nil)
	if len(again) == 0 {
		t.Fatal("nothing came")
	}
	next, restart := delivered+1, uint64(0)
	for _, e := range again {
		if got := e.Header().Sequence; got != next {
			t.Fatalf("%s has number %d, want %d", e.Action(), got, next)
		}
		next++
		if l, ok := e.(*event.Lost); ok {
			next += l.Count - 1
			if l.Cause == event.LostRestart {
				restart += l.Count
			}
		}
	}
	if restart == 0 || next <= read {
		t.Errorf("%d events were lost with the first tracer, and the second one told up to %d of at least %d", restart, next-1, read)
	}
	stats := second.Stats()
	if told := stats.Execs.Restart + stats.Forks.Restart + stats.Exits.Restart; told != restart || !stats.Execs.Balanced() || !stats.Exits.Balanced() {
		t.Errorf("%d were lost in the stream, and the accounts are %+v", restart, stats)
	}
}

// TestPinRefused has sessions that cannot be gone on with: each is refused with the reason, and left as it is.
func TestPinRefused(t *testing.T) {
	binaryPath := exectrailBinary(t)
	mountPrivately(t)
	name := uniquePin(t)
	first := openPinned(t, name)

	refused := func(words []string, args ...string) {
		t.Helper()
		out, err := exec.Command(binaryPath, args...).CombinedOutput()
		for _, word := range words {
			if err == nil || !strings.Contains(string(out), word) {
				t.Errorf("%q: %v, said without %q:\n%s", args, err, word, out)
			}
		}
		if strings.Count(string(out), "\n") > 2 {
			t.Errorf("%q says much:\n%s", args, out)
		}
	}
	user := fmt.Sprintf("in use by process %d", os.Getpid())
	refused([]string{name, user, "hint:"}, "--pin", name)
	refused([]string{name, user}, "unpin", name)
	if _, err := exectrail.Open(t.Context(), exectrail.WithPin(name)); !errors.Is(err, exectrail.ErrPinInUse) {
		t.Errorf("a second tracer: %v", err)
	}
	if err := exectrail.Unpin(name); !errors.Is(err, exectrail.ErrPinInUse) {
		t.Errorf("unpin a session in use: %v", err)
	}
	pins, err := exectrail.Pinned()
	must(t, err)
	if len(pins) != 1 || pins[0].Name != name || !pins[0].InUse || pins[0].Reader != os.Getpid() || pins[0].Err != nil {
		t.Errorf("pinned are %+v", pins)
	}
	must(t, first.Close())

	refused([]string{"--env", "unpin " + name}, "--pin", name, "--env", "all")
	refused([]string{"--buffer-size"}, "--pin", name, "--buffer-size", "1M")
	refused([]string{"--failed"}, "--pin", name, "--no-failed")
	refused([]string{"no session is pinned as nobody", "pinned are: " + name}, "unpin", "nobody")
	refused([]string{"a.b", "letters"}, "--pin", "a.b")
	if err := exectrail.Unpin("nobody"); !errors.Is(err, exectrail.ErrNoPin) {
		t.Errorf("unpin nobody: %v", err)
	}

	// The layout stands at byte 20 of the page.
	page, err := ebpf.LoadPinnedMap(filepath.Join(bpffs, "exectrail", name, "session"), nil)
	must(t, err)
	defer page.Close()
	memory, err := page.Memory()
	must(t, err)
	whole := make([]byte, 24)
	_, err = memory.ReadAt(whole, 0)
	must(t, err)
	other := binary.LittleEndian.AppendUint32(nil, binary.LittleEndian.Uint32(whole[20:])+1)
	_, err = memory.WriteAt(other, 20)
	must(t, err)
	refused([]string{"another layout", "unpin " + name}, "--pin", name)
	_, err = memory.WriteAt([]byte("something else"), 0)
	must(t, err)
	refused([]string{"not pinned by exectrail"}, "--pin", name)
	_, err = memory.WriteAt(whole, 0)
	must(t, err)
	must(t, openPinned(t, name).Close())
}

// TestPinNotFinished has what is left of a start that was killed while it pinned: it is no session, and the next start removes it.
func TestPinNotFinished(t *testing.T) {
	exectrailBinary(t)
	mountPrivately(t)
	names := ourNames(t)
	name := uniquePin(t)
	before := inKernel(t, names)
	must(t, openPinned(t, name).Close())
	root := filepath.Join(bpffs, "exectrail")
	must(t, os.Rename(filepath.Join(root, name), filepath.Join(root, "+"+name)))
	pins, err := exectrail.Pinned()
	must(t, err)
	if len(pins) != 1 || pins[0].Err == nil {
		t.Errorf("pinned are %+v", pins)
	}
	tracer := openPinned(t, name)
	if notes := strings.Join(tracer.PinNotes(), "; "); strings.Contains(notes, "going on") {
		t.Errorf("it says: %s", notes)
	}
	must(t, tracer.Close())
	if _, err := os.Lstat(filepath.Join(root, "+"+name)); !os.IsNotExist(err) {
		t.Errorf("what was left is there: %v", err)
	}
	must(t, exectrail.Unpin(name))
	if left := settle(t, before, names); len(left) > 0 {
		t.Errorf("there is more than before: %v", left)
	}
	var stat unix.Stat_t
	if err := unix.Stat(root, &stat); !errors.Is(err, unix.ENOENT) {
		t.Errorf("the directory of all sessions is left: %v", err)
	}
}

// TestPinReplay records the second reader of a session: the replay tells the same.
func TestPinReplay(t *testing.T) {
	binaryPath := exectrailBinary(t)
	mountPrivately(t)
	name := uniquePin(t)
	args := []string{"-o", "json", "--exits", "--forks"}
	l := start(t, nil, append([]string{"--pin", name}, args...)...)
	someOddities(t)
	must(t, l.Process.Kill())
	l.Wait()
	someOddities(t)

	raw := filepath.Join(publicDir(t), "session.raw")
	l = start(t, nil, append([]string{"trace", "--pin", name, "--save-raw", raw}, args...)...)
	someOddities(t)
	l.signal(t, os.Interrupt, 0)
	replayed, stderr := replay(t, raw, args)
	if live := l.stdout.Bytes(); !bytes.Equal(replayed, live) {
		a, b := firstDifference(live, replayed)
		t.Errorf("the replay differs from the live output:\n%s\nlive:\n%s", b, a)
	}
	if sum := l.summaryText(t); !strings.Contains(stderr, sum) {
		t.Errorf("the live summary was %q, that of the replay:\n%s", sum, stderr)
	}
	if sum := l.summary(t); sum.executed == 0 || sum.lost != 0 {
		t.Errorf("the summary is %+v", sum)
	}

	// With a count it ends right there, and what comes next is for the next start.
	someOddities(t)
	counted := start(t, nil, "--pin", name, "-o", "json", "--count", "2")
	counted.end(t, 0)
	rest := start(t, nil, "--pin", name, "-o", "json")
	rest.signal(t, os.Interrupt, 0)
	_, before, _ := bytes.Cut(bytes.TrimSpace(counted.stdout.Bytes()), []byte("\n"))
	first, _, _ := bytes.Cut(rest.stdout.Bytes(), []byte("\n"))
	var a, b pinLine
	for text, l := range map[*pinLine][]byte{&a: before, &b: first} {
		must(t, json.Unmarshal(l, text))
	}
	if a.Event.Sequence >= b.Event.Sequence || bytes.Count(counted.stdout.Bytes(), []byte("\n")) != 2 {
		t.Errorf("after %d came %d; the first has\n%s", a.Event.Sequence, b.Event.Sequence, counted.stdout.String())
	}
	if out, err := exec.Command(binaryPath, "unpin", name).CombinedOutput(); err != nil {
		t.Errorf("unpin: %v: %s", err, out)
	}
}

// TestPinPlans takes over a session that records failed execs, by each plan: what fails from then on is recorded, and
// what failed before where the kernel can pin the plan.
func TestPinPlans(t *testing.T) {
	eachPlan(t, func(t *testing.T, plan exectrail.AttachPlan) {
		mountPrivately(t)
		name := uniquePin(t)
		missing := filepath.Join(t.TempDir(), "missing")
		fail := func(argument string) {
			if err := exec.Command(missing, argument).Run(); err == nil {
				t.Errorf("%s could be run", missing)
			}
		}
		first := openPinned(t, name, exectrail.WithFailed(plan))
		// A kernel that cannot pin the plan says so.
		gap := strings.Contains(strings.Join(first.PinNotes(), "; "), "5.15")
		must(t, first.Close())
		fail("between")
		second := openPinned(t, name, exectrail.WithFailed(plan))
		if got, err := second.FailedPlan(); got != plan || err != nil {
			t.Errorf("the plan is %q, %v; want %q", got, err, plan)
		}
		fail("after")
		seen := map[string]int{}
		for _, e := range of[*event.ExecFailed](drain(t, second, nil)) {
			if args := e.Args.Slice(); len(args) == 2 && args[0] == missing {
				seen[args[1]]++
			}
		}
		if seen["after"] != 1 || seen["between"] != 1 && !gap {
			t.Errorf("%v were recorded, with a gap: %v", seen, gap)
		}
		stats := second.Stats()
		if !stats.Failed.Balanced() || stats.Failed.Lost() != 0 {
			t.Errorf("the account is %+v", stats.Failed)
		}
		must(t, second.Close())
	})
}
