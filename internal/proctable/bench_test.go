package proctable

import "testing"

var (
	benchInit = ID{PID: 1, Start: 1, ExecID: 1}
	benchArgs = []byte("/usr/lib/gcc/x86_64-linux-gnu/14/cc1\x00-quiet\x00-O2\x00main.c\x00")
)

func benchTable(o Options) *Table {
	tab := New(bootID, o)
	tab.Snapshot(&Snapshot{Time: 1, ID: benchInit, Name: []byte("systemd"), Executable: []byte("/usr/lib/systemd/systemd")})
	return tab
}

// benchID returns the id of the i-th process after init.
func benchID(i int) ID {
	return ID{PID: uint32(2 + i%(1<<22)), Start: uint64(1000 + 1000*i), ExecID: 1}
}

func benchFork(id ID) *Fork {
	return &Fork{Time: id.Start, ID: id, Parent: benchInit, Name: []byte("systemd")}
}

func benchExec(id ID) *Exec {
	id.ExecID++
	return &Exec{
		Time: id.Start, ID: id, Parent: benchInit, Name: []byte("cc1"), PreviousName: []byte("systemd"),
		Executable: benchArgs[:36], Directory: []byte("/home/user/src/project"), Args: benchArgs,
	}
}

// BenchmarkLife is a process from its fork to its exit, and its expiry.
func BenchmarkLife(b *testing.B) {
	tab := benchTable(Options{MaxProcesses: 1000})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		id := benchID(i)
		tab.Fork(benchFork(id))
		x := benchExec(id)
		tab.Exec(x)
		tab.Exit(id.Start+500, x.ID)
	}
}

func BenchmarkFork(b *testing.B) {
	const batch = 100_000
	var tab *Table
	b.ReportAllocs()
	for i := range b.N {
		if i%batch == 0 {
			b.StopTimer()
			tab = benchTable(Options{})
			b.StartTimer()
		}
		tab.Fork(benchFork(benchID(i % batch)))
	}
}

func BenchmarkExec(b *testing.B) {
	tab := benchTable(Options{})
	id := benchID(0)
	x := benchExec(id)
	tab.Fork(benchFork(id))
	b.ReportAllocs()
	for b.Loop() {
		tab.Exec(x)
		x.ID.ExecID++
	}
}

func BenchmarkExit(b *testing.B) {
	const batch = 100_000
	tab := benchTable(Options{MaxProcesses: 1000})
	b.ReportAllocs()
	for i := range b.N {
		if i%batch == 0 {
			b.StopTimer()
			for j := range batch {
				tab.Fork(benchFork(benchID(i + j)))
			}
			b.StartTimer()
		}
		id := benchID(i)
		tab.Exit(id.Start, id)
	}
}

// TestAllocations holds each record about a known process to what it has to
// keep: a fork its entry and its strings, an exec its strings, an exit nothing.
func TestAllocations(t *testing.T) {
	const runs = 1000
	tab := benchTable(Options{MaxProcesses: 10})
	tab.Exit(benchID(0).Start, benchID(0))
	next := 0
	measure := func(what string, most float64, f func(id ID)) {
		t.Helper()
		next = 0
		if n := testing.AllocsPerRun(runs, func() { next++; f(benchID(next)) }); n > most {
			t.Errorf("%s: %g allocations, want at most %g", what, n, most)
		}
	}
	// The maps grow now and then: an average below one does not count as one.
	measure("fork", 2, func(id ID) { tab.Fork(benchFork(id)) })
	x := benchExec(ID{})
	measure("exec", 1, func(id ID) {
		id.ExecID++
		x.ID, x.Time = id, id.Start
		tab.Exec(x)
	})
	measure("exit", 0, func(id ID) {
		id.ExecID++
		tab.Exit(id.Start, id)
	})
}
