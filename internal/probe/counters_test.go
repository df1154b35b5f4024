package probe

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/wire"
)

// total adds up what was counted on all processors.
func total(t *testing.T, p *Probe, kind wire.Kind) (sum wire.Counter, missed uint64) {
	t.Helper()
	counters, missed, err := p.Counters(kind)
	if err != nil {
		t.Fatal(err)
	}
	if len(counters) < runtime.NumCPU() {
		t.Errorf("there are counters for %d processors of %d", len(counters), runtime.NumCPU())
	}
	for _, c := range counters {
		sum.Seen += c.Seen
		sum.Lost += c.Lost
		sum.ShortReads += c.ShortReads
		sum.ChunksLost += c.ChunksLost
		sum.Last = max(sum.Last, c.Last)
	}
	return sum, missed
}

func bootTime(t *testing.T) uint64 {
	t.Helper()
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		t.Fatal(err)
	}
	return uint64(ts.Nano())
}

// TestCounters compares what the kernel counted with the records that came.
func TestCounters(t *testing.T) {
	p := openProbe(t)
	began := bootTime(t)
	const n = 10
	for range n {
		execute(t, "counted")
	}
	kinds, found := drain(t, p, "counted")
	if found != n {
		t.Errorf("%d of %d execs came", found, n)
	}
	for kind, records := range kinds {
		c, missed := total(t, p, wire.Kind(kind))
		if c.Seen != records || c.Lost != 0 || c.ShortReads != 0 || c.ChunksLost != 0 || missed != 0 {
			t.Errorf("kind %d: %d records came, and the counters are %+v, %d missed", kind, records, c, missed)
		}
		if wire.Kind(kind) == wire.Failed {
			continue // none was asked for
		}
		if now := bootTime(t); c.Seen < n || c.Last < began || c.Last > now {
			t.Errorf("kind %d: between %d and %d, the counters are %+v", kind, began, now, c)
		}
	}
}

// floodTooMany is more than the smallest rings hold, in the least detail.
const floodTooMany = 1000

// TestFullRing fills the smallest ring: what does not go in is counted, and what comes is whole.
func TestFullRing(t *testing.T) {
	p := openSized(t, MinBufferSize)
	if p.BufferSize() != MinBufferSize {
		t.Errorf("the ring has %d bytes", p.BufferSize())
	}
	for range floodTooMany {
		execute(t, "too many")
	}
	kinds, found := drain(t, p, "too many")
	if found == 0 || found == floodTooMany {
		t.Errorf("%d of %d came", found, floodTooMany)
	}
	var lost uint64
	for kind, records := range kinds {
		c, _ := total(t, p, wire.Kind(kind))
		if c.Seen != records+c.Lost {
			t.Errorf("kind %d: %d records came, and the counters are %+v", kind, records, c)
		}
		lost += c.Lost
	}
	if lost == 0 {
		t.Error("nothing was lost")
	}
	if !p.Drained() {
		t.Error("the ring is not empty")
	}
}

func TestProgramStats(t *testing.T) {
	p := openProbe(t)
	stats, err := p.ProgramStats()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range stats {
		names = append(names, strings.TrimSuffix(s.Name, "_before_6_2"))
	}
	slices.Sort(names)
	names = slices.Compact(names) // one for each lane
	if want := []string{"on_exec", "on_exit", "on_fork", "on_rename"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	if hooks := p.Hooks(); len(hooks) != len(names) {
		t.Errorf("programs %v are at the hooks %v", names, hooks)
	}
}
