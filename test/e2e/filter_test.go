package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

// TestFilterFlags lets two spawners run, of which the flags select one: the kernel filters the other one, and what is
// left of it user space.
func TestFilterFlags(t *testing.T) {
	const uid = privateUID
	for name, test := range map[string]struct {
		flags func(g *gate) []string
		own   bool // the flags are about the spawner itself, too
	}{
		"user": {func(*gate) []string { return []string{"--user", fmt.Sprint(uid)} }, true},
		"ppid": {func(g *gate) []string { return []string{"--ppid", fmt.Sprint(g.pid())} }, false},
		"tree": {func(g *gate) []string { return []string{"--under", fmt.Sprint(g.pid())} }, true},
		"kernel and user space": {func(*gate) []string {
			return []string{"--host-only", "--exe", "nothing", "--filter", fmt.Sprintf(`uid == %d && args any {# startsWith "wanted-"}`, uid)}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			g, stranger := newGate(t, "wanted", trigger(t, "nothing"), as(uid, 0)), newGate(t, "stranger", trigger(t, "nothing"), as(uid+1, 0))
			l := start(t, nil, append([]string{"-o", "template={{.pid}}", "--no-failed"}, test.flags(g)...)...)
			stranger.run(t)
			list := g.run(t)
			l.signal(t, os.Interrupt, 0)
			var got, want []uint32
			for _, line := range strings.Fields(l.stdout.String()) {
				pid, err := strconv.ParseUint(line, 10, 32)
				must(t, err)
				got = append(got, uint32(pid))
			}
			for _, s := range list {
				want = append(want, s.pid)
			}
			if test.own {
				want = append(want, g.pid())
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("processes %d came, want %d", got, want)
			}
			if sum := l.summary(t); sum.filtered < uint64(termExecs) || sum.lost != 0 {
				t.Errorf("%+v, want %d filtered at least, and none lost", sum, termExecs)
			}
		})
	}
}

// TestFilterContainer runs programs in the control groups of two containers, of which the flag names one: of the other one, the
// kernel records no more than the first execs.
func TestFilterContainer(t *testing.T) {
	const execs = 20
	top := filepath.Join(unifiedHierarchy(t), "exectrail-e2e-filter")
	other := strings.Repeat("b", len(containerID))
	l := start(t, nil, "-o", "template={{.action}} {{.pid}}", "--no-failed", "--exits", "--container", containerID[:12])
	var want []string
	run := func(id string) uint32 {
		dir := filepath.Join(top, "docker-"+id+".scope")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			testenv.Skip(t, "no control group can be made: %v", err)
		}
		t.Cleanup(func() { os.Remove(dir); os.Remove(top) })
		cmd := exec.Command(trigger(t, "nothing"))
		fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		must(t, err)
		defer unix.Close(fd)
		cmd.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: fd}
		return execute(t, cmd)
	}
	for i := range execs {
		if i == 1 {
			time.Sleep(time.Second) // for the first ones to be read
		}
		run(other)
		pid := run(containerID)
		want = append(want, fmt.Sprintf("exec %d", pid), fmt.Sprintf("exit %d", pid))
	}
	l.signal(t, os.Interrupt, 0)
	if got := strings.Split(strings.TrimSpace(l.stdout.String()), "\n"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// A reader that is slow to begin tells the kernel late.
	if sum := l.summary(t); sum.filtered < execs/2 || sum.lost != 0 {
		t.Errorf("%+v, want %d filtered at least, and none lost", sum, execs/2)
	}
}
