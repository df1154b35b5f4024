package e2e

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
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
