package timeline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
)

// sampleBegin is when all samples begin.
var sampleBegin = time.Unix(1795412527, 123456000).UTC()

// sampler makes up runs that look like real ones: the same each time.
type sampler struct {
	run    *lives.Run
	random *rand.Rand
	pid    uint32
}

func newSampler(command ...string) *sampler {
	return &sampler{run: &lives.Run{Command: command, Begin: sampleBegin, Host: "builder"}, random: rand.New(rand.NewPCG(1, 2)), pid: 4100}
}

// add adds a process that begins at a time after the beginning and takes so long, and returns its index.
func (s *sampler) add(parent int, at, takes time.Duration, executable string, args ...string) int {
	s.pid++
	start := sampleBegin.Add(at)
	s.run.Processes = append(s.run.Processes, lives.Process{
		PID: s.pid, Parent: parent, Start: start, End: start.Add(takes), User: "builder", UID: 1000,
		UserCPU: takes * 7 / 10, SystemCPU: takes / 10, MaxRSS: uint64(4<<20 + s.random.IntN(90<<20)),
		ReadBytes: uint64(s.random.IntN(4 << 20)), WrittenBytes: uint64(s.random.IntN(1 << 20)),
		Programs: []lives.Program{{Time: start.Add(300 * time.Microsecond), Executable: executable, Directory: "/home/builder/src", Args: args}},
	})
	return len(s.run.Processes) - 1
}

// millis returns a time of about so many milliseconds.
func (s *sampler) millis(about int) time.Duration {
	return time.Duration(float64(about) * (0.4 + 1.2*s.random.Float64()) * float64(time.Millisecond))
}

// finish puts the processes into the order of their starts.
func (s *sampler) finish() *lives.Run {
	order := make([]int, len(s.run.Processes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return s.run.Processes[a].Start.Compare(s.run.Processes[b].Start) })
	place := make([]int, len(order))
	for to, from := range order {
		place[from] = to
	}
	sorted := make([]lives.Process, len(order))
	for to, from := range order {
		p := s.run.Processes[from]
		if p.Parent >= 0 {
			p.Parent = place[p.Parent]
		}
		sorted[to] = p
		if p.End.After(s.run.End) {
			s.run.End = p.End
		}
	}
	s.run.Processes = sorted
	return s.run
}

// build is a build of so many files with jobs at a time: ./configure && make.
func build(files, jobs int) *lives.Run {
	s := newSampler("sh", "-c", fmt.Sprintf("./configure && make -j%d", jobs))
	shell := s.add(-1, 0, 0, "/bin/sh", s.run.Command...)
	configured := s.configure(shell, 2*time.Millisecond, 20+files/10)
	maker := s.add(shell, configured, 0, "/usr/bin/make", "make", fmt.Sprintf("-j%d", jobs))
	free := slices.Repeat([]time.Duration{configured + 9*time.Millisecond}, jobs)
	for file := range files {
		job := slices.Index(free, slices.Min(free))
		free[job] += s.compile(maker, free[job], file) + 200*time.Microsecond
	}
	linked := slices.Max(free)
	linked += s.link(maker, linked)
	s.end(maker, linked)
	s.end(shell, linked+time.Millisecond)
	return s.finish()
}

func (s *sampler) end(i int, at time.Duration) { s.run.Processes[i].End = sampleBegin.Add(at) }

// configure asks for what is there: many short processes one after the other, some of which fail.
func (s *sampler) configure(shell int, at time.Duration, tests int) time.Duration {
	configure := s.add(shell, at, 0, "/bin/sh", "/bin/sh", "./configure")
	s.run.Processes[configure].Programs[0].Script = "./configure"
	for test := range tests {
		takes := s.millis(14)
		if test%4 == 0 {
			gcc := s.add(configure, at, takes, "/usr/bin/gcc", "gcc", "-o", "conftest", "conftest.c")
			s.add(gcc, at+time.Millisecond, takes-2*time.Millisecond, "/usr/libexec/gcc/x86_64-linux-gnu/14/cc1", "cc1", "-quiet", "conftest.c")
			if test%12 == 0 {
				s.run.Processes[gcc].ExitCode = 1
			}
		} else {
			grep := s.add(configure, at, takes/4, "/usr/bin/grep", "grep", "-q", fmt.Sprintf("HAVE_%d", test), "confdefs.h")
			s.run.Processes[grep].Failed = []lives.Failure{{
				Time: s.run.Processes[grep].Start.Add(100 * time.Microsecond), Filename: "/usr/local/bin/grep",
				Args: []string{"grep"}, Errno: 2, Reason: "no such file or directory",
			}}
			takes /= 4
		}
		at += takes + 500*time.Microsecond
	}
	s.end(configure, at)
	return at
}

// compile is one file: make forks a shell, which becomes gcc, which runs cc1 and as.
func (s *sampler) compile(maker int, at time.Duration, file int) time.Duration {
	takes := s.millis(120)
	name := fmt.Sprintf("src/module%02d/file%04d", file%17, file)
	args := []string{"gcc", "-O2", "-Wall", "-DVERSION=\"1.2 beta\"", "-Iinclude", "-c", name + ".c", "-o", name + ".o"}
	gcc := s.add(maker, at, takes, "/bin/sh", "/bin/sh", "-c", "gcc -O2 -Wall -Iinclude -c "+name+".c")
	p := &s.run.Processes[gcc]
	p.Programs = append(p.Programs, lives.Program{Time: p.Start.Add(2 * time.Millisecond), Executable: "/usr/bin/gcc", Directory: "/home/builder/src", Args: args})
	p.UserCPU, p.SystemCPU = time.Millisecond, time.Millisecond
	half := takes * 8 / 10
	s.add(gcc, at+4*time.Millisecond, half-4*time.Millisecond, "/usr/libexec/gcc/x86_64-linux-gnu/14/cc1", "cc1", "-quiet", "-I", "include", name+".c", "-o", "/tmp/cc.s")
	s.add(gcc, at+half+time.Millisecond, takes-half-3*time.Millisecond, "/usr/bin/as", "as", "-I", "include", "--64", "-o", name+".o", "/tmp/cc.s")
	switch file % 97 {
	case 41:
		s.run.Processes[gcc].ExitCode = 1
	case 73:
		s.run.Processes[gcc+1].Signal, s.run.Processes[gcc+1].CoreDumped = 11, true
		s.run.Processes[gcc].ExitCode = 4
	}
	return takes
}

func (s *sampler) link(maker int, at time.Duration) time.Duration {
	takes := s.millis(300)
	shell := s.add(maker, at, takes, "/bin/sh", "/bin/sh", "-c", "gcc -o program src/*/*.o && strip program")
	gcc := s.add(shell, at+time.Millisecond, takes*3/4, "/usr/bin/gcc", "gcc", "-o", "program", "src/module00/file0000.o")
	s.add(gcc, at+3*time.Millisecond, takes*3/4-3*time.Millisecond, "/usr/libexec/gcc/x86_64-linux-gnu/14/collect2", "collect2", "-o", "program")
	s.add(shell, at+takes*3/4+2*time.Millisecond, takes/6, "/usr/bin/strip", "strip", "program")
	watch := s.add(shell, at+takes/2, 2*takes, "", "") // a daemon that outlives the build
	s.run.Processes[watch].Programs = nil
	return takes
}
