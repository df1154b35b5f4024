package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/internal/testenv"
)

// pinRounds is how often the reader of a pinned session is killed.
var pinRounds = testenv.Times(20, 3)

// pinLine is what a line of JSON says that matters here.
type pinLine struct {
	Event struct {
		Action   string `json:"action"`
		Sequence uint64 `json:"sequence"`
	} `json:"event"`
	Process struct {
		PID  uint32   `json:"pid"`
		Args []string `json:"args"`
	} `json:"process"`
	Exectrail struct {
		Degraded []string `json:"degraded"`
		Lost     *struct {
			Count uint64 `json:"count"`
			Cause string `json:"cause"`
		} `json:"lost"`
	} `json:"exectrail"`
}

func readPinLines(t *testing.T, paths ...string) []pinLine {
	t.Helper()
	var all []pinLine
	for _, path := range paths {
		f, err := os.Open(path)
		if os.IsNotExist(err) {
			continue // killed before it was made
		}
		must(t, err)
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 64<<20)
		for lines.Scan() {
			var l pinLine
			if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
				t.Fatalf("%s: %v: %q", path, err, lines.Text())
			}
			all = append(all, l)
		}
		must(t, lines.Err())
		f.Close()
	}
	return all
}

// checkPinLines finds each marker of the flood once, and the numbers of the events without hole or double.
func checkPinLines(t *testing.T, lines []pinLine, lists [2][]spawned) {
	t.Helper()
	found := map[spawned]int{} // another flood may go on at the same time
	short := map[uint32]bool{} // which may fill the rings: then arguments are left out
	next := uint64(1)
	for _, l := range lines {
		if len(l.Exectrail.Degraded) > 0 {
			short[l.Process.PID] = true
		}
		if l.Event.Sequence != next {
			t.Fatalf("event %d (%s) comes where %d is due", l.Event.Sequence, l.Event.Action, next)
		}
		next++
		if lost := l.Exectrail.Lost; lost != nil {
			t.Errorf("%d lost: %s", lost.Count, lost.Cause)
			next += lost.Count - 1
		}
		if l.Event.Action == "exec" && len(l.Process.Args) == 2 && l.Process.Args[0] == "flood" {
			found[spawned{l.Process.PID, l.Process.Args[1]}]++
		}
	}
	for _, list := range lists {
		for _, s := range list {
			if found[s] != 1 && (found[s] > 1 || !short[s.pid]) {
				t.Fatalf("%s comes %d times, want once", s.marker, found[s])
			}
		}
	}
	t.Logf("%d events, %d execs of the flood", len(lines), len(found))
}

// uniquePin returns the name of a pinned session that is removed with the test.
func uniquePin(t *testing.T) string {
	t.Helper()
	binary, name := exectrailBinary(t), fmt.Sprintf("test-%d-%d", os.Getpid(), time.Now().UnixNano())
	t.Cleanup(func() { exec.Command(binary, "unpin", name).Run() })
	return name
}

// TestPinKilled kills the reader of a pinned session again and again while programs run: what its successors wrote
// is, with what it wrote itself, all that ran, each once.
func TestPinKilled(t *testing.T) {
	t.Run("one file", func(t *testing.T) { killPinned(t, true) })
	if !testenv.Emulated() { // to the kernel it is the same
		t.Run("files of their own", func(t *testing.T) { killPinned(t, false) })
	}
}

func killPinned(t *testing.T, oneFile bool) {
	binary := exectrailBinary(t)
	mountPrivately(t)
	before := inKernel(t, ourNames(t))
	dir, name := t.TempDir(), uniquePin(t)
	var outputs []string
	command := func() *exec.Cmd {
		path := filepath.Join(dir, "out")
		if !oneFile {
			path += strconv.Itoa(len(outputs))
		}
		if !slices.Contains(outputs, path) {
			outputs = append(outputs, path)
		}
		return exec.Command(binary, "--pin", name, "--forks", "--exits", "-o", "json", "--output-file", path)
	}
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)

	l := startCommand(t, command(), nil)
	flooded := make(chan [2][]spawned, 1)
	go func() {
		defer close(flooded)
		flooded <- flood(t)
	}()
	for range pinRounds {
		time.Sleep(time.Duration(random.Int64N(int64(300 * time.Millisecond))))
		must(t, l.Process.Kill())
		l.Wait()
		if random.IntN(3) > 0 {
			l = startCommand(t, command(), nil)
			continue
		}
		// Killed while it takes over, too.
		cmd := command()
		must(t, cmd.Start())
		l = &live{Cmd: cmd}
	}
	must(t, l.Process.Kill())
	l.Wait()
	lists, ok := <-flooded
	if !ok {
		t.Fatal("the flood failed")
	}
	last := startCommand(t, command(), nil)
	last.signal(t, os.Interrupt, 0)
	last.summary(t)
	if said := last.stderr.String(); !strings.Contains(said, "going on with session "+name) || !strings.Contains(said, "still recording as "+name) {
		t.Errorf("it said:\n%s", said)
	}
	checkPinLines(t, readPinLines(t, outputs...), lists)

	out, err := exec.Command(binary, "doctor").CombinedOutput()
	if err != nil || !strings.Contains(string(out), name) {
		t.Errorf("doctor: %v\n%s", err, out)
	}
	if out, err := exec.Command(binary, "unpin", name).CombinedOutput(); err != nil {
		t.Errorf("unpin: %v: %s", err, out)
	}
	if left := settle(t, before, ourNames(t)); len(left) > 0 {
		t.Errorf("unpin left %q", slices.Sorted(maps.Keys(left)))
	}
}
