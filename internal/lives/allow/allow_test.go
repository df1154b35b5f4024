package allow

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/exectrail/exectrail/internal/lives/livestest"
)

// files of a machine, by their content.
func sums(files map[string]string) Summer {
	return func(path string) (Sum, error) {
		content, ok := files[path]
		if !ok {
			return Sum{}, errors.New("no such file")
		}
		return sha256.Sum256([]byte(content)), nil
	}
}

// never is for checks that must not look into files.
func never(path string) (Sum, error) { panic("asked for the content of " + path) }

func sumOf(content string) string { return Sum(sha256.Sum256([]byte(content))).String() }

func parse(t testing.TB, text string) *List {
	t.Helper()
	l, err := Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestGlobs(t *testing.T) {
	l := parse(t, `
# A comment
/usr/bin/gcc
   /usr/lib/gcc/**/cc1
/opt/*/bin/python[0-9]
/opt/{a,b}/x
/home/ann/my programs/run
/odd/\*\[
"/with\nnewline"
"/raw\xff/*"
	/tab/x	
`)
	for path, want := range map[string]bool{
		"/usr/bin/gcc": true, "/usr/bin/gcc2": false, "/usr/bin": false, "/x/usr/bin/gcc": false,
		"/usr/lib/gcc/cc1": true, "/usr/lib/gcc/a/b/cc1": true, "/usr/lib/gcc/a/xcc1": false,
		"/opt/a/bin/python3": true, "/opt/a/b/bin/python3": false, "/opt/a/bin/python": false,
		"/opt/b/x": true, "/opt/c/x": false,
		"/home/ann/my programs/run": true,
		"/odd/*[":                   true, "/odd/x[": false,
		"/with\nnewline": true, "/raw\xff/x": true, "/raw\xfe/x": false,
		"/tab/x": true, "# A comment": false, "": false, "gcc": false,
	} {
		if got, why := l.Check(path, never); got != want || got != (why == "") {
			t.Errorf("Check(%q) = %v, %q", path, got, why)
		}
	}
}

func TestSums(t *testing.T) {
	l := parse(t, fmt.Sprintf("/bin/a  %s\n/bin/a\t%s\n/bin/b x  %s\n/bin/c %s\n/bin/c*\n/bin/d %[1]s",
		sumOf("one"), sumOf("two"), sumOf("three"), sumOf("four")))
	files := sums(map[string]string{"/bin/a": "two", "/bin/b x": "changed", "/bin/c": "changed"})
	for path, want := range map[string]string{
		"/bin/a":   "",
		"/bin/b x": "it is another file than the one allowed: it has " + sumOf("changed"),
		"/bin/c":   "", // by the other rule
		"/bin/d":   "its SHA-256 is not known: no such file",
		"/bin/e":   "no rule allows it",
		"":         "its path was not recorded",
		"./a":      "its path is not absolute",
	} {
		if ok, why := l.Check(path, files); why != want || ok != (want == "") {
			t.Errorf("Check(%q) = %v, %q; want %q", path, ok, why, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"/a\n\n# x\nusr/bin/gcc":               `line 4: "usr/bin/gcc" does not begin with a slash: write /**/NAME for a program in any directory`,
		"/a[":                                  `line 1: "/a[" is not a glob: a bracket, brace or backslash is left open`,
		"/a{b":                                 `line 1: "/a{b" is not a glob`,
		"/a\n/b sha256:12":                     `line 2: "sha256:12" behind the path is not sha256: with 64 hexadecimal digits`,
		"/b sha256:" + strings.Repeat("g", 64): "behind the path is not sha256:",
		`"/b" md5:12`:                          `line 1: "md5:12" behind the path is not sha256:`,
		`"/b`:                                  "line 1: the string in quotes is not one of Go",
		`"/b\x00"`:                             "has a NUL",
		"/a\n" + strings.Repeat("x", 1<<20):    "line 2: longer than 64 KiB",
	} {
		if _, err := Parse(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
	broken := io.MultiReader(strings.NewReader("/a\n"), errorReader{})
	if _, err := Parse(broken); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

type errorReader struct{}

func (errorReader) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

const script = `
	fork 0 10 1
	exec 0 10 /usr/bin/make make
	fork 1 11 10
	exec 1 11 /usr/bin/cc cc a.c
	exec 2 11 /usr/bin/cc cc b.c
	script 3 10 /bin/sh ./conf\x20igure ./configure
	exec 4 11 /tmp/go-build1234567/b001/exe/gen gen
	exec 5 11 /tmp/go-build9999999/b001/exe/gen gen
	exec 6 11 /odd/a*b[c]\ x
	exec 7 11 - unknown`

func TestCheckRun(t *testing.T) {
	run := livestest.Run(t, nil, script)
	asked := 0
	sum := func(path string) (Sum, error) {
		asked++
		return sums(map[string]string{"/usr/bin/cc": "new"})(path)
	}
	l := parse(t, "/usr/bin/make\n/usr/bin/cc "+sumOf("old")+"\n/bin/*\n/tmp/*/b001/exe/gen\n/odd/*")
	var got []string
	for _, v := range l.CheckRun(run, sum) {
		got = append(got, fmt.Sprintf("%d %v %s: %.20s", run.Processes[v.Process].PID, v.Program.Time.Sub(run.Begin), v.Path, v.Why))
	}
	want := []string{
		`10 3s /src/conf\x20igure: no rule allows it`,
		"11 1s /usr/bin/cc: it is another file t", "11 2s /usr/bin/cc: it is another file t",
		"11 7s -: its path is not abso",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if asked != 1 {
		t.Errorf("asked for %d files", asked)
	}
}

func TestLearn(t *testing.T) {
	run := livestest.Run(t, nil, script)
	rules := Learn(run, sums(map[string]string{"/usr/bin/make": "make", "/usr/bin/cc": "cc"}))
	var b bytes.Buffer
	if err := Write(&b, "What make ran.\nBy \x1bme", rules); err != nil {
		t.Fatal(err)
	}
	want := `# What make ran.
# By \x1bme
/bin/sh
/odd/a\*b\[c\]\\
/src/conf\\x20igure
/tmp/go-build*/b001/exe/gen
/usr/bin/cc  ` + sumOf("cc") + `
/usr/bin/make  ` + sumOf("make") + "\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &b, want)
	}
	files := sums(map[string]string{"/usr/bin/make": "make", "/usr/bin/cc": "cc"})
	if bad := parse(t, b.String()).CheckRun(run, files); len(bad) != 1 || bad[0].Path != "-" {
		t.Errorf("what was learned does not allow %+v", bad)
	}
	if !New(rules).allows(files, "/usr/bin/cc") {
		t.Error("the rules themselves do not allow what they were learned from")
	}
	for _, r := range Learn(run, nil) {
		if !r.Any {
			t.Errorf("%s has a sum", r.Glob)
		}
	}
	_, w := io.Pipe()
	w.Close()
	if err := Write(w, "", rules); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the error is %v", err)
	}
}

func (l *List) allows(sum Summer, path string) bool {
	ok, _ := l.Check(path, sum)
	return ok
}

// The rule for a path must be written so that it is read again, allows that path, and no other.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"/a", "/a*[x]{b,c}?\\", "/\xff\n", "/ a ", "/a sha256:00", "/#\"", "/a\u202e", "/[!a]^-", "/{a,b}"} {
		f.Add(s, "/a")
	}
	f.Add("/\xff", "/\xfe")
	f.Add("/\xff", "/\U0010ffff")
	f.Add("/\ufffd", "/\xff")
	f.Fuzz(func(t *testing.T, path, other string) {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "\x00") || len(path) > 4096 {
			return
		}
		var b bytes.Buffer
		if err := Write(&b, "", []Rule{{Glob: escape(path), Any: true}}); err != nil {
			t.Fatal(err)
		}
		if strings.Count(b.String(), "\n") != 1 {
			t.Fatalf("%q is not one line", &b)
		}
		l := parse(t, b.String())
		if !l.allows(never, path) {
			t.Errorf("%s does not allow %q", &b, path)
		}
		if other != path && l.allows(never, other) {
			t.Errorf("%s allows %q", &b, other)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("/a\n\"/b\\n\" sha256:"+strings.Repeat("0", 64)+"\n/{a,[b-c]}/**", "/a")
	f.Fuzz(func(t *testing.T, text, path string) {
		l, err := Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		l.Check(path, sums(nil))
		var b bytes.Buffer
		if err := Write(&b, text, l.rules); err != nil {
			t.Fatal(err)
		}
		if again := parse(t, b.String()); !slices.Equal(again.rules, l.rules) {
			t.Errorf("%q: got %+v, want %+v", &b, again.rules, l.rules)
		}
	})
}

func FuzzDistinct(f *testing.F) {
	f.Add("/\xff", "/\U0010ffff")
	f.Add("a\U0010ff00", "a\xf4\x8f\xbc")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := distinct(a), distinct(b)
		if !utf8.ValidString(x) || (x == y) != (a == b) {
			t.Errorf("%q becomes %q, and %q becomes %q", a, x, b, y)
		}
	})
}
