package proctable

import (
	"fmt"
	"runtime"
	"testing"
)

const (
	typicalArgs = 80
	// fullArgs makes the text of all processes that a table holds all that it holds.
	fullArgs = defaultMaxText/defaultMaxProcesses - 30 - 30

	// typicalBytes is what the package comment promises for a process.
	typicalBytes = 480
)

// typicalExec is an exec with a name of 10 bytes, a path and a directory of 30, and argv of the
// given size, none of which another process has.
func typicalExec(i, args int) *Exec {
	x := benchExec(benchID(i))
	x.Executable = fmt.Appendf(nil, "/usr/lib/toolchains/tool%06x", i)
	x.Name = x.Executable[len(x.Executable)-10:]
	x.Directory = fmt.Appendf(nil, "/home/user/src/project/o%06x", i)
	x.Args = fmt.Appendf(nil, "%s\x00%0*x\x00", x.Name, args-len(x.Name)-2, i)
	return x
}

// BenchmarkMillion tells what a million live processes take in the heap, and what a table takes that is full.
func BenchmarkMillion(b *testing.B) {
	for _, c := range []struct {
		name      string
		processes int
		args      int // 0 for processes that did not exec
	}{
		{"forked", 1_000_000, 0},
		{"typical", 1_000_000, typicalArgs},
		{"full", defaultMaxProcesses, fullArgs},
	} {
		b.Run(c.name, func(b *testing.B) {
			for range b.N {
				before := heapInUse()
				tab := benchTable(Options{})
				for i := range c.processes {
					tab.Fork(benchFork(benchID(i)))
					if c.args > 0 {
						tab.Exec(typicalExec(i, c.args))
					}
				}
				used := float64(heapInUse() - before)
				b.ReportMetric(used/float64(tab.Len()), "B/process")
				b.ReportMetric(used/1e6, "MB")
				runtime.KeepAlive(tab)
			}
		})
	}
}

// TestMillion fills a table: half with processes that live and those that they descend from, and
// half with others that come and go, more than there is room for.
func TestMillion(t *testing.T) {
	const (
		most   = defaultMaxProcesses / scale
		stay   = most / 2
		come   = most * 3 / 5
		fanout = 10
		inner  = stay / fanout // those that have children: they exit
	)
	parent := func(i int) ID {
		if i < fanout {
			return benchInit
		}
		id := benchID(i / fanout)
		id.ExecID++
		return id
	}
	before := heapInUse()
	tab := benchTable(Options{MaxProcesses: most})
	for i := range stay + come {
		f, x := benchFork(benchID(i)), typicalExec(i, typicalArgs)
		if i < stay {
			f.Parent = parent(i)
		}
		tab.Fork(f)
		tab.Exec(x)
		if i >= stay {
			tab.Exit(x.Time, x.ID)
		}
		if i == stay-1 {
			for k := range inner {
				tab.Exit(x.Time, typicalExec(k, typicalArgs).ID)
			}
		}
	}
	used := heapInUse() - before

	n, s := tab.Len(), tab.Stats()
	if limit := uint64(n) * typicalBytes; used > limit {
		t.Errorf("%d processes take %d bytes, more than %d", n, used, limit)
	}
	if n < most || n > most+1 || s.Live != 1+stay-inner || s.Evicted == 0 {
		t.Errorf("%d processes are kept: %+v", n, s)
	}
	for i := inner; i < stay; i++ {
		p, k := tab.Lookup(benchID(i).key()), i
		for k >= fanout && p != nil && p.Key == benchID(k).key() {
			p, k = p.Parent, k/fanout
		}
		if k >= fanout || p == nil || p.Parent == nil || p.Parent.Key != benchInit.key() {
			t.Fatalf("process %d does not descend from the first", i)
		}
	}
}

func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
