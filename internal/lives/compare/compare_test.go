package compare

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/livestest"
	"github.com/exectrail/exectrail/internal/printable"
)

var update = flag.Bool("update", false, "write what the tests compare with")

const (
	before = `
		cd /home/ann/src
		fork 0 4000 1
		exec 0 4000 /usr/bin/make make -j2
		fork 0.1 4001 4000
		exec 0.1 4001 /usr/bin/cc cc -O2 -c a.c -o /tmp/cc1234.o
		exit 0.5 4001 0 0.3
		fork 0.5 4002 4000
		exec 0.5 4002 /usr/bin/cc cc -O2 -c /home/ann/src/b.c -o /tmp/cc9999.o
		exit 0.9 4002 0 0.3
		fork 1 4003 4000
		exec 1 4003 /home/ann/src/conftest ./conftest 4003
		exit 1.1 4003 1 0.01
		fork 1.2 4004 4000
		exec 1.2 4004 /usr/bin/old old \x1b[31m|x
		exit 1.3 4004 0 0.01
		fork 1.4 4005 4000
		exec 1.4 4005 /usr/bin/ld ld a.o b.o
		exit 2 4005 0 0.5
		exit 2 4000 0 0.1`
	after = `
		cd /build/42
		fork 0 500 1
		exec 0 500 /usr/bin/make make -j2
		fork 0.1 501 500
		exec 0.1 501 /usr/bin/cc cc -O3 -c a.c -o /tmp/ccABCD.o
		exit 1.5 501 0 1.2
		fork 1.5 502 500
		exec 1.5 502 /usr/bin/cc cc -O3 -c /build/42/b.c -o /tmp/ccEFGH.o
		exit 1.9 502 0 0.3
		fork 1.91 503 500
		exec 1.91 503 /usr/bin/cc cc -O3 -c new.c
		exit 1.95 503 0 0.1
		fork 2 504 500
		exec 2 504 /build/42/conftest ./conftest 504
		exit 2.1 504 1 0.01
		fork 2.2 505 500
		exec 2.2 505 /tmp/go-build7777777/b001/exe/gen gen
		exit 2.3 505 0 0.01
		fork 2.4 506 500
		exec 2.4 506 /usr/bin/ld ld b.o a.o
		exit 3 506 0 0.5
		lost 3 exit 2
		exit 3 500 2 0.1`
)

func runs(t *testing.T) (a, b *lives.Run) {
	t.Helper()
	return livestest.Run(t, []string{"make", "-j2"}, before), livestest.Run(t, []string{"make", "-j2"}, after)
}

func TestGolden(t *testing.T) {
	d := New(runs(t))
	for name, write := range map[string]func(io.Writer) error{
		"diff.txt":  func(w io.Writer) error { return d.WriteText(w, 5, 80) },
		"short.txt": func(w io.Writer) error { return d.WriteText(w, 1, 60) },
		"diff.md":   func(w io.Writer) error { return d.WriteMarkdown(w, 5) },
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := write(&got); err != nil {
				t.Fatal(err)
			}
			for _, r := range got.String() {
				if r != '\n' && !printable.IsPrint(r) {
					t.Fatalf("%U in %s", r, &got)
				}
			}
			file := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("not as in %s:\n%s", file, &got)
			}
		})
	}
}

func names(list []*Program) (names []string) {
	for _, p := range list {
		names = append(names, p.Path)
	}
	return names
}

func TestPrograms(t *testing.T) {
	d := New(runs(t))
	if got := names(d.only((*Program).OnlyA)); !slices.Equal(got, []string{"/usr/bin/old"}) {
		t.Errorf("only in A: %q", got)
	}
	if got := names(d.only((*Program).OnlyB)); !slices.Equal(got, []string{"/tmp/go-build%tmp/b001/exe/gen"}) {
		t.Errorf("only in B: %q", got)
	}
	p := d.Programs[0]
	if p.Path != "/usr/bin/cc" || p.A.Count != 2 || p.B.Count != 3 || p.CPU() != 1100*time.Millisecond || p.Own() != 1040*time.Millisecond {
		t.Errorf("the greatest change: %+v, CPU %v, own %v", p, p.CPU(), p.Own())
	}
}

// A run compared with itself, somewhere else and at another time, has no differences.
func TestSame(t *testing.T) {
	elsewhere := strings.NewReplacer("/home/ann/src", "/build/0815", "400", "77100", "cc1234.o", "ccQRST.o")
	a := livestest.Run(t, nil, before)
	b := livestest.Run(t, nil, elsewhere.Replace(before))
	d := New(a, b)
	if len(d.Commands) > 0 || len(d.changed()) > 0 || len(d.only((*Program).OnlyA)) > 0 || len(d.only((*Program).OnlyB)) > 0 {
		t.Errorf("%+v, %+v", d.Programs, d.Commands)
	}
	const want = "B took as long as A: the same programs, as often, with the same command lines"
	if got := d.longer() + ": " + d.different(); got != want {
		t.Errorf("told as: %s", got)
	}
	if got := d.legend(10); got != "" {
		t.Errorf("nothing is shown, and explained: %s", got)
	}
}

// One binary that is many programs is compared as these.
func TestManyProgramsInOne(t *testing.T) {
	script := func(applet string) string {
		return "fork 0 10 1\nexec 0 10 /bin/busybox " + applet + " a b\nfork 1 11 1\nexec 1 11 /bin/busybox sh -c x"
	}
	d := New(livestest.Run(t, nil, script("cp")), livestest.Run(t, nil, script("mv")))
	if len(d.Commands) > 0 {
		t.Errorf("a program that is gone became another one: %+v", d.Commands)
	}
	onlyA, onlyB := d.only((*Program).OnlyA), d.only((*Program).OnlyB)
	if len(onlyA) != 1 || onlyA[0].Name != "cp" || !slices.Equal(onlyA[0].A.First, []string{"cp", "a", "b"}) {
		t.Errorf("only in A: %+v", onlyA)
	}
	if len(onlyB) != 1 || onlyB[0].Name != "mv" || onlyB[0].A.First != nil {
		t.Errorf("only in B: %+v", onlyB)
	}
}

func TestRelative(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		a, b time.Duration
		want string
	}{
		{100 * ms, 143 * ms, "+43%"}, {100 * ms, 57 * ms, "-43%"}, {100 * ms, 0, "-100%"}, {ms, 1000 * ms, ">999%"},
		{1000 * ms, 1001 * ms, "<1%"}, {1000 * ms, 999 * ms, "<1%"}, {ms, ms, ""}, {0, ms, ""}, {1, math.MaxInt64, ">999%"},
	} {
		if got := relative(tt.a, tt.b); got != tt.want {
			t.Errorf("from %v to %v: %q, not %q", tt.a, tt.b, got, tt.want)
		}
	}
}

// What stands for the changing part of a name is explained where it is shown, and only there.
func TestLegend(t *testing.T) {
	script := func(args string) string { return "cd /src/x\nfork 0 7001 1\nexec 0 7001 /bin/x x " + args }
	for _, tt := range []struct{ a, b, want string }{
		{"-a /tmp/abc", "-b /tmp/def", ""}, // the name is the same in both
		{"-a", "-a=/src/x/o", "%dir is the directory of the run"},
		{"-a", "-a=/tmp/xyz.o", "%tmp is a temporary name"},
		{"-a", "-a=0123456789abcdef --lock=7001", "%hash is a hash or the like, %pid is a process id"},
	} {
		d := New(livestest.Run(t, nil, script(tt.a)), livestest.Run(t, nil, script(tt.b)))
		if got := d.legend(1); got != tt.want {
			t.Errorf("%s to %s: %q, not %q", tt.a, tt.b, got, tt.want)
		}
		if got := d.legend(0); got != "" {
			t.Errorf("nothing is shown, and explained: %s", got)
		}
	}
}

func TestCommands(t *testing.T) {
	for _, tt := range []struct {
		name string
		a, b []string // command lines
		want []string
	}{
		{"an option", []string{"cc -O2 a", "cc -O2 b"}, []string{"cc -O3 b", "cc -O3 a"}, []string{"2: -O2 > -O3"}},
		{"only more often", []string{"cc a"}, []string{"cc a", "cc a", "cc a"}, nil},
		{"order", []string{"ld a b"}, []string{"ld b a"}, []string{"1: ld a b > ld b a"}},
		{"order of several", []string{"ld a b", "ld c d"}, []string{"ld b a", "ld d c"}, []string{"1: ld a b > ld b a", "1: ld c d > ld d c"}},
		{"another file", []string{"cc -c -g a"}, []string{"cc -c -g b"}, []string{"1: a > b"}},
		{"one more", []string{"cc -c a"}, []string{"cc -c a", "cc -c b"}, []string{"1:  > cc -c b"}},
		{"unlike", []string{"git status"}, []string{"git log --oneline --graph"}, []string{"1: git status > ", "1:  > git log --oneline --graph"}},
		{"the one that is most alike", []string{"x a b c d"}, []string{"x a b y z", "x a b c z"}, []string{"1: d > z", "1:  > x a b y z"}},
		{"some of many", []string{"cc -O2 a", "cc -O2 a", "cc -O2 a"}, []string{"cc -O3 a"}, []string{"2: cc -O2 a > ", "1: -O2 > -O3"}},
		{"a word twice", []string{"cc -v -v a"}, []string{"cc -v a"}, []string{"1: -v > "}},
		{"no arguments", []string{"cc"}, []string{"cc -v"}, []string{"1:  > -v"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			script := func(lines []string) string {
				var b strings.Builder
				for i, l := range lines {
					fmt.Fprintf(&b, "fork %d %d 1\nexec %[1]d %[2]d /bin/x %[3]s\n", i, 10+i, l)
				}
				return b.String()
			}
			d := New(livestest.Run(t, nil, script(tt.a)), livestest.Run(t, nil, script(tt.b)))
			var got []string
			for i := range d.Commands {
				gone, came := d.Commands[i].lines()
				got = append(got, fmt.Sprintf("%d: %s > %s", d.Commands[i].Count, gone, came))
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// Finding pairs among very many lines must end: there is so much work and no more.
func TestWorkIsBounded(t *testing.T) {
	work := 1000
	a, b := &group{lines: make(map[string]*uses)}, &group{lines: make(map[string]*uses)}
	for i := range 500 {
		a.add([]string{"x", "same", "words", fmt.Sprint("a", i)})
		b.add([]string{"x", "same", "words", fmt.Sprint("b", i)})
	}
	list := changes(&Program{Name: "x"}, a, b, &work)
	sum := 0
	for _, c := range list {
		sum += c.Count
	}
	if work > 0 || sum <= 500 || sum > 1000 {
		t.Errorf("%d left to do, %d lines", work, sum)
	}
}

// Any number may be asked for.
func TestTop(t *testing.T) {
	d := New(runs(t))
	for _, top := range []int{-1, 0, math.MaxInt} {
		var text, md bytes.Buffer
		if err := errors.Join(d.WriteText(&text, top, 80), d.WriteMarkdown(&md, top)); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text.String(), "-O3") != (top > 0) || strings.Contains(md.String(), "-O3") != (top > 0) {
			t.Errorf("top %d:\n%s%s", top, &text, &md)
		}
		if strings.Contains(text.String(), "and 3 more") != (top <= 0) {
			t.Errorf("top %d does not tell what is left out:\n%s", top, &text)
		}
	}
}

func TestBrokenWriter(t *testing.T) {
	d := New(runs(t))
	_, w := io.Pipe()
	w.Close()
	for _, err := range []error{d.WriteText(w, 5, 80), d.WriteMarkdown(w, 5)} {
		if !errors.Is(err, io.ErrClosedPipe) || !strings.HasPrefix(err.Error(), "write differences: ") {
			t.Errorf("the error is %v", err)
		}
	}
}
