package e2e

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// programs are files in a directory of their own: a shell, a program, and another one.
type programs struct{ dir, sh, good, evil string }

func newPrograms(t *testing.T) *programs {
	t.Helper()
	dir := publicDir(t)
	p := &programs{dir, filepath.Join(dir, "sh"), filepath.Join(dir, "good"), filepath.Join(dir, "evil")}
	copyFile(t, "/bin/sh", p.sh)
	copyFile(t, trigger(t, "nothing"), p.good)
	copyFile(t, trigger(t, "nothing"), p.evil)
	// Of other content, and as little to do.
	file, err := os.OpenFile(p.evil, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = file.WriteString("evil")
	must(t, err)
	must(t, file.Close())
	return p
}

func sumOf(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	must(t, err)
	return fmt.Sprintf("sha256:%x", sha256.Sum256(content))
}

func (p *programs) list(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(p.dir, "list")
	must(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return path
}

// TestRunDeny has a command run what it must not.
func TestRunDeny(t *testing.T) {
	p := newPrograms(t)
	deny := fmt.Sprintf("exe == %q", p.evil)
	for _, test := range []struct {
		name, script string
		status       int
		found        bool
	}{
		{"the command succeeds", `"$2" one & echo evil $! >&3; wait`, 4, true},
		{"the command fails", `"$2" one & echo evil $! >&3; wait; exit 3`, 4, true},
		{"the command dies", `"$2" one & echo evil $! >&3; wait; kill -TERM $$`, 4, true},
		{"nothing of it runs", `"$1"; exit 3`, 3, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newRun(t, "--deny", `exe == "/not/this"`, "--deny", deny, "--", p.sh, "-c", test.script, "sh", p.good, p.evil).runs(t, test.status)
			said := s.said(t)
			if !test.found {
				if strings.Contains(said, "NOT ALLOWED") {
					t.Errorf("it says:\n%s", said)
				}
				return
			}
			s.says(t, "NOT ALLOWED\n  "+p.evil+": denied by "+deny+"\n    +")
			s.says(t, fmt.Sprintf(" pid %s, user root: %s one, from sh\n", s.awaitLog(t, "evil")[0], p.evil))
			s.says(t, "exectrail: 1 program ran that is not allowed: "+p.evil)
		})
	}
}

// TestRunAllow has lists of what may run.
func TestRunAllow(t *testing.T) {
	p := newPrograms(t)
	script := filepath.Join(p.dir, "script")
	must(t, os.WriteFile(script, []byte("#!"+p.sh+"\n\"$1\"\n"), 0o755))
	both := []string{p.sh, "-c", `"$1"; "$1" again`, "sh", p.good}
	for _, test := range []struct {
		name   string
		list   []string
		argv   []string
		status int
		path   string // that is not allowed
	}{
		{name: "a glob of all", list: []string{p.dir + "/*"}, argv: both},
		{name: "a glob of some", list: []string{p.dir + "/[g]*"}, argv: both, status: 4, path: p.sh},
		{name: "the right sums", list: []string{p.sh + " " + sumOf(t, p.sh), p.good + " " + sumOf(t, p.good)}, argv: both},
		{name: "a wrong sum", list: []string{p.sh + " " + sumOf(t, p.sh), p.good + " " + sumOf(t, p.evil)}, argv: both, status: 4, path: p.good},
		{name: "one of two sums", list: []string{p.sh, p.good + " " + sumOf(t, p.evil), p.good + " " + sumOf(t, p.good)}, argv: both},
		{name: "nothing", list: []string{"# nothing"}, argv: both, status: 4, path: p.sh},
		{name: "a script and its interpreter", list: []string{script, p.sh, p.good}, argv: []string{script, p.good}},
		{name: "a script by its sum", list: []string{script + " " + sumOf(t, script), p.sh, p.good}, argv: []string{script, p.good}},
		{name: "another script", list: []string{script + " " + sumOf(t, p.good), p.sh, p.good}, argv: []string{script, p.good}, status: 4, path: script},
		{name: "a script alone", list: []string{script, p.good}, argv: []string{script, p.good}, status: 4, path: p.sh},
		{name: "an interpreter alone", list: []string{p.sh, p.good}, argv: []string{script, p.good}, status: 4, path: script},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newRun(t, append([]string{"--allow-file", p.list(t, test.list...), "--"}, test.argv...)...).runs(t, test.status)
			if test.path != "" {
				s.says(t, "NOT ALLOWED\n  "+test.path+": ")
			} else if said := s.said(t); strings.Contains(said, "NOT ALLOWED") || strings.Contains(said, "exectrail: ") {
				t.Errorf("it says:\n%s", said)
			}
		})
	}
}

// TestRunReplaced has a program put into the place of an allowed one, or run by its path.
func TestRunReplaced(t *testing.T) {
	for name, script := range map[string]string{
		"by another one":           `"$1"; cp "$2" "$2.new"; mv "$2.new" "$1"; "$1"`,
		"and back":                 `cp -p "$1" "$1.old"; cp "$2" "$2.new"; mv "$2.new" "$1"; "$1"; mv "$1.old" "$1"`,
		"by a link to another one": `rm "$1"; ln -s evil "$1"; "$1"`,
		"by its content":           `cat "$2" >"$1"; "$1"`,
		"by itself":                `cp "$2" "$2.new"; mv "$1" "$1.old"; mv "$2.new" "$1"; "$1"; mv "$1.old" "$1"; "$1"`,
		"in another root":          `mkdir -p "root${1%/*}"; cp "$2" "root$1"; chroot root "$1"`,
	} {
		t.Run(name, func(t *testing.T) {
			p := newPrograms(t)
			list := p.list(t, p.good+" "+sumOf(t, p.good), "/**/sh", "/**/cp", "/**/mv", "/**/rm", "/**/ln", "/**/cat", "/**/mkdir", "/**/chroot", "/**/dash")
			s := newRun(t, "--allow-file", list, "--", p.sh, "-c", script, "sh", p.good, p.evil).runs(t, 4)
			path := p.good
			if strings.Contains(name, "link") {
				path = p.evil // which the kernel names
			}
			s.says(t, "NOT ALLOWED\n  "+path+": ")
			if n := strings.Count(s.said(t), "user root: "); n != 1 {
				t.Errorf("%d are told:\n%s", n, s.said(t))
			}
		})
	}
}

// TestRunLearn has one run tell what the next ones may do.
func TestRunLearn(t *testing.T) {
	learned := filepath.Join(publicDir(t), "learned")
	shell, err := filepath.EvalSymlinks("/bin/sh")
	must(t, err)
	cat, err := filepath.EvalSymlinks("/bin/cat")
	must(t, err)
	known, more := []string{"--", "sh", "-c", "cat /dev/null; exit 5"}, []string{"--", "sh", "-c", "cat /dev/null; true & head -c 1 /dev/zero >&3"}
	newRun(t, append([]string{"--learn", learned}, known...)...).runs(t, 5)
	content, err := os.ReadFile(learned)
	must(t, err)
	for _, path := range []string{shell, cat} {
		if strings.Count(string(content), path+" ") != 1 || !strings.Contains(string(content), sumOf(t, path)+"\n") {
			t.Errorf("%s with its sum, %s, is not once in the list:\n%s", path, sumOf(t, path), content)
		}
	}
	newRun(t, append([]string{"--allow-file", learned}, known...)...).runs(t, 5)
	s := newRun(t, append([]string{"--allow-file", learned}, more...)...).runs(t, 4)
	s.says(t, "/head: ")
}
