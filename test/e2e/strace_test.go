package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

// straceOptions make strace write a file for each thread, with all execs, attempts, processes and ends, and strings in hexadecimal as long as
// they are. -q, and not more, since more of it leaves out how processes ended.
func straceOptions() []string {
	return []string{"-ff", "--seccomp-bpf", "-q", "-xx", "-s", "8000000", "-e", "trace=execve,execveat,clone,clone3,fork,vfork", "-e", "signal=none"}
}

// strace returns the path of strace, or skips the test.
func strace(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		testenv.Skip(t, "strace is not installed, which is the witness")
	}
	return path
}

// straceOwn returns how the processes end that strace creates for itself before it starts a command, in their order: it tries out what the
// kernel can do. It is another strace, that watches nothing but the first one, which tells of them.
func straceOwn(t *testing.T) []buildEnd {
	t.Helper()
	dir := t.TempDir()
	log := filepath.Join(dir, "outer")
	args := append([]string{"-xx", "-o", log, "-e", "trace=clone,clone3,fork,vfork", "-e", "signal=SIGCHLD", strace(t)}, straceOptions()...)
	execute(t, exec.Command(strace(t), append(args, "-o", filepath.Join(dir, "inner"), "true")...))
	content, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	created, ends := parseOwn(string(content))
	// The last one is the command.
	if len(created) == 0 || len(created) != len(ends) {
		t.Fatalf("strace created %d processes, of which %d ended:\n%s", len(created), len(ends), content)
	}
	var list []buildEnd
	for _, pid := range created[:len(created)-1] {
		list = append(list, ends[pid])
	}
	return list
}

var (
	createdLine = regexp.MustCompile(`^(clone3?|v?fork)\((.*)\) += (\d+)$`)
	childLine   = regexp.MustCompile(`^--- SIGCHLD \{.*si_code=CLD_(EXITED|KILLED|DUMPED), si_pid=(\d+), .*si_status=(\w+),`)
)

// parseOwn returns the processes that a process created, and how they ended by the signals that it got.
func parseOwn(log string) (created []uint32, ends map[uint32]buildEnd) {
	ends = map[uint32]buildEnd{}
	for line := range strings.Lines(log) {
		line = strings.TrimSuffix(line, "\n")
		if m := createdLine.FindStringSubmatch(line); m != nil {
			created = append(created, pidOf(m[3]))
		}
		if m := childLine.FindStringSubmatch(line); m != nil {
			code, _ := strconv.Atoi(m[3]) // 0 for the name of a signal, which SignalNum knows
			ends[pidOf(m[2])] = buildEnd{code, unix.SignalNum(m[3]), m[1] == "DUMPED"}
		}
	}
	return created, ends
}

// pidOf returns a number of digits.
func pidOf(digits string) uint32 {
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil {
		panic(err) // an expression found it
	}
	return uint32(n)
}

// threadLog is the file of one thread.
type threadLog struct {
	life    buildLife
	created []uint32 // processes
	threads []uint32
}

// readStrace makes lives of the files of strace, whose names are log and the id of the thread.
func readStrace(t *testing.T, log string, tracer uint32) map[uint32]*buildLife {
	t.Helper()
	files, err := filepath.Glob(log + ".*")
	if err != nil {
		t.Fatal(err)
	}
	threads := map[uint32]*threadLog{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		thread, err := parseThread(string(content))
		if err != nil {
			t.Fatalf("%s: %v", filepath.Base(file), err)
		}
		threads[pidOf(strings.TrimPrefix(file, log+"."))] = thread
	}
	all, err := assemble(threads, tracer)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var (
	execLine  = regexp.MustCompile(`^execve\("([^"]*)", \[(.*)\], 0x[0-9a-f]+ /\* (\d+) vars? \*/\) += (?:0|-1 (E\w+) \(.*\))$`)
	endLine   = regexp.MustCompile(`^\+\+\+ (?:exited with (\d+)|killed by (SIG\w+)( \(core dumped\))?) \+\+\+$`)
	againLine = regexp.MustCompile(`^(clone3?|v?fork)\(.*\) += \? ERESTARTNOINTR `)
)

// unfinished is the end of a line about a thread that did not live to see its call return, mostly since another one of its process ended
// that. What strace says of the call need not be true: it asks for it when the thread is about to go. Had something come of
// it, it would be among the events.
const unfinished = " <unfinished ...>"

// parseThread reads the file of a thread. It understands every line of it, or fails.
func parseThread(content string) (*threadLog, error) {
	var thread threadLog
	died := false
	for line := range strings.Lines(content) {
		line = strings.TrimSuffix(line, "\n")
		if thread.life.ended {
			return nil, fmt.Errorf("the thread goes on after its end, for another had its id: %.200q", line)
		}
		if died && !endLine.MatchString(line) {
			return nil, fmt.Errorf("the thread goes on after a call that did not return: %.200q", line)
		}
		if m := execLine.FindStringSubmatch(line); m != nil {
			step, err := parseStep(m)
			if err != nil {
				return nil, err
			}
			thread.life.steps = append(thread.life.steps, step)
		} else if m := createdLine.FindStringSubmatch(line); m != nil {
			if strings.Contains(m[2], "CLONE_THREAD") {
				thread.threads = append(thread.threads, pidOf(m[3]))
			} else {
				thread.created = append(thread.created, pidOf(m[3]))
			}
		} else if m := endLine.FindStringSubmatch(line); m != nil {
			code, _ := strconv.Atoi(m[1]) // 0 where it is a signal
			thread.life.ended, thread.life.end = true, buildEnd{code, unix.SignalNum(m[2]), m[3] != ""}
		} else if strings.HasSuffix(line, unfinished) {
			died = true
		} else if !againLine.MatchString(line) {
			return nil, fmt.Errorf("a line that the test does not understand: %.200q", line)
		}
	}
	return &thread, nil
}

func parseStep(m []string) (buildStep, error) {
	var s buildStep
	var err error
	if s.path, err = unhex(m[1]); err != nil {
		return s, err
	}
	if m[2] != "" {
		for text := range strings.SplitSeq(m[2], ", ") {
			arg, err := unhex(strings.TrimSuffix(strings.TrimPrefix(text, `"`), `"`))
			if err != nil {
				return s, err
			}
			s.argv = append(s.argv, arg)
		}
	}
	if m[4] == "" {
		s.envCount, err = strconv.Atoi(m[3])
		return s, err
	}
	for errno := unix.Errno(1); errno < 200; errno++ {
		if unix.ErrnoName(errno) == m[4] {
			s.errno = errno
			return s, nil
		}
	}
	return s, fmt.Errorf("the error %s is not known", m[4])
}

// unhex reads a string that strace wrote with -xx.
func unhex(text string) (string, error) {
	var s []byte
	for ; text != ""; text = text[4:] {
		if len(text) < 4 || text[:2] != `\x` {
			return "", fmt.Errorf("%.100q is no string in hexadecimal", text)
		}
		b, err := strconv.ParseUint(text[2:4], 16, 8)
		if err != nil {
			return "", err
		}
		s = append(s, byte(b))
	}
	return string(s), nil
}

// assemble makes lives of threads. The one that nothing in them created is the command, which the tracer did.
func assemble(threads map[uint32]*threadLog, tracer uint32) (map[uint32]*buildLife, error) {
	process := map[uint32]uint32{} // of each thread but the first one, the one that created it
	for tid, thread := range threads {
		for _, t := range thread.threads {
			process[t] = tid
		}
	}
	leader := func(tid uint32) uint32 {
		for {
			creator, ok := process[tid]
			if !ok {
				return tid
			}
			tid = creator
		}
	}
	all := map[uint32]*buildLife{}
	for tid, thread := range threads {
		if !thread.life.ended {
			return nil, fmt.Errorf("the end of thread %d was not seen", tid)
		}
		if leader(tid) == tid {
			thread.life.parent = tracer
			all[tid] = &thread.life
		} else if len(thread.life.steps) > 0 && thread.life.steps[len(thread.life.steps)-1].errno == 0 {
			return nil, fmt.Errorf("thread %d executed a program and took over its process, which the test does not follow", tid)
		}
	}
	for tid, thread := range threads {
		for _, pid := range thread.created {
			if all[pid] == nil {
				return nil, fmt.Errorf("process %d, which %d created, has no file", pid, tid)
			}
			all[pid].parent = leader(tid)
		}
	}
	return all, nil
}
