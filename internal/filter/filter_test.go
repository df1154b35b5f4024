package filter

import (
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
)

// list makes argv of words.
func list(words ...string) string { return strings.Join(words, "\x00") + "\x00" }

// lineage returns processes of these names, each the parent of the one before.
func lineage(names ...string) *event.Process {
	var p *event.Process
	for i := len(names) - 1; i >= 0; i-- {
		pid := uint32(100 + len(names) - 1 - i)
		p = &event.Process{
			Key: event.Key{PID: pid}, Parent: p, Name: names[i], Executable: "/usr/bin/" + names[i], Args: list(names[i], "-x"),
			UID: pid * 10, GID: event.NoID, Started: time.Unix(1_700_000_000, 0),
		}
	}
	return p
}

const digits64 = "3f2a9c0d1e5b7a8f3f2a9c0d1e5b7a8f3f2a9c0d1e5b7a8f3f2a9c0d1e5b7a8f"

func exec() *event.Exec {
	p := lineage("curl", "bash", "sshd", "init")
	x := &event.Exec{
		Meta: event.Meta{Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Sequence: 7, Host: &event.Host{Name: "web1"}},
		Attempt: event.Attempt{
			Task:        event.Task{PID: p.Key.PID, ParentPID: p.Parent.Key.PID, NamespacePID: 12, Comm: []byte("curl")},
			Credentials: event.Credentials{UID: 1000, GID: 100, EUID: 0, EGID: 100, LoginUID: event.NoID},
			Names:       event.Names{User: "ann", EffectiveUser: "root"},
			Namespaces:  event.Namespaces{PIDNS: 4026531836, MountNS: 4026531841},
			Cgroup:      event.Cgroup{CgroupID: 6841, CgroupName: []byte("docker-" + digits64 + ".scope"), CgroupParent: []byte("system.slice")},
			Container:   &event.Container{ID: digits64, Name: "web", Labels: []event.Label{{Name: "app", Value: "shop"}}},
			Filename:    []byte("./curl"), Directory: []byte("/tmp"), ArgCount: 4,
		},
		Process: p, Executable: []byte("/tmp/curl"),
	}
	argv := list("curl", "-k", "", "https://example.org/a b")
	x.Args = event.Strings{Raw: []byte(argv), Size: uint64(len(argv))}
	return x
}

func exit(lived time.Duration) *event.Exit {
	p := lineage("sleep", "init")
	p.Key.Start = 1000
	return &event.Exit{Meta: event.Meta{Boot: 1000 + uint64(lived)}, Process: p, ParentPID: 1, Status: 3, Usage: event.Usage{MaxRSS: 20 << 20}}
}

func mustCompile(t testing.TB, text string) *Filter {
	t.Helper()
	f, err := Compile(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f
}

func TestMatch(t *testing.T) {
	x, slow, quick := event.Event(exec()), event.Event(exit(11*time.Second)), event.Event(exit(9*time.Second))
	for _, test := range []struct {
		text string
		e    event.Event
		want bool
	}{
		// what the users' guide shows
		{`uid != 0 && exe startsWith "/tmp"`, x, true},
		{`uid == 0 && exe startsWith "/tmp"`, x, false},
		{`"curl" in args`, x, true},
		{`"cur" in args`, x, false},
		{`"" in args`, x, true},
		{`container.id == "3f2a"`, x, true},
		{`container.name == "web" && "app=shop" in container.labels && container == "web"`, x, true},
		{`container.id == "3f2"`, x, false},
		{`container.id != "3f2a"`, x, false},
		{`container.id in ["beef", "3f2a9"]`, x, true},
		{`container.id == "` + digits64 + `"`, x, true},
		{`ancestors any {.name == "sshd"}`, x, true},
		{`ancestors any {.name == "curl"}`, x, false},
		{`duration > 10s`, slow, true},
		{`duration > 10s`, quick, false},

		// what an event does not have
		{`duration > 10s`, x, false},
		{`duration <= 10s`, x, false},
		{`duration != 10s`, x, false},
		{`!(duration > 10s)`, x, true},
		{`not (duration > 10s)`, x, true},
		{`duration > 10s || uid == 1000`, x, true},
		{`loginuid == 4294967295`, x, false},
		{`duration > "10s"`, slow, true},
		{`status == 3`, slow, true},
		{`"x" not in env`, slow, true},
		{`all(env, {# == "x"})`, slow, false},
		{`args[9] == ""`, x, false},

		// names of both forms
		{`process.pid == pid && process.name == comm && process.executable == exe`, x, true},
		{`process.parent.pid == 102 && ppid == 102`, x, true},
		{`process.user.id == "0" && euid == 0 && process.user.name == "root" && user == "ann"`, x, true},
		{`event.action == "exec" && action == "exec"`, x, true},
		{`exectrail.max_rss_bytes == 20MiB && maxrss > 20MB`, slow, true},
		{`event.duration == duration && duration == 11000000000`, slow, true},
		{`@timestamp >= "2026-01-02" && time < date("2026-01-02T03:04:06Z")`, x, true},

		// operators
		{`1000 == uid && 0 < uid < 1001`, x, true},
		{`uid in 1000..1999`, x, true},
		{`uid in [0, 100]`, x, false},
		{`uid not in [0, 100]`, x, true},
		{`exe matches "^/(tmp|var/tmp)/"`, x, true},
		{`command == "curl -k  https://example.org/a b"`, x, true},
		{`exe endsWith "curl" and lower(exe) contains "TMP"`, x, false},
		{`upper(comm) == "CURL" && len(comm) == 4 && len(args) == argc && len(ancestors) == 3`, x, true},
		{`args[0] == "curl" && args[-1] startsWith "https:" && args[1] != args[0]`, x, true},
		{`glob(exe, "/tmp/*") && glob(exe, "c?rl") && !glob(exe, "/*")`, x, true},
		{`duration > 1m || duration / 2 > 5s && duration - 10s < 2 * 1s`, slow, true},
		{`uid % 7 == 6 && -uid == -1000 && uid / 3 > 333.3 && uid / 0 == 1`, x, false},
		{`uid % 7 == 6 && -uid == -1000 && uid / 3 > 333.3`, x, true},
		{`uid == 0 ? false : exectrail.file.deleted == false`, x, true},
		{`exectrail.file.deleted || exectrail.privileges_raised`, x, false},

		// quantifiers, in both orders
		{`any(args, # startsWith "-") && args any {# startsWith "https"}`, x, true},
		{`args count {# startsWith "-"} == 1 && count(ancestors, .uid > 1000) == 2`, x, true},
		{`ancestors one {.name == "sshd"} && ancestors none {.name == "cron"} && ancestors all {.pid >= 100}`, x, true},
		{`ancestors any {"-x" in .args && .command == "sshd -x" && .exe == "/usr/bin/sshd"}`, x, true},
		{`exectrail.ancestors any {.gid == 0}`, x, false},
		{`"sshd" in ancestors`, x, true},
		{`ancestors | any(.name == "sshd")`, x, true},

		// strings and comments are no code
		{`"10s" in args || '10MiB any {' in args || exe == "/tmp/curl" // any {`, x, true},
		{"/* 10q \" */ exe == `/tmp/curl`", x, true},

		// loss is never filtered out
		{`uid == 0`, &event.Lost{}, true},
		{`uid == 0`, &event.Clock{}, true},
	} {
		if got := mustCompile(t, test.text).Match(test.e); got != test.want {
			t.Errorf("%s of %s is %v", test.text, test.e.Action(), got)
		}
	}
}

// What was left out of a record is not known, and not empty.
func TestDegraded(t *testing.T) {
	x := exec()
	x.Degraded = event.PartDetails | event.PartPaths
	x.TTY, x.MountNS = nil, 0
	for _, text := range []string{`tty == ""`, `mntns == 0`, `exe == ""`, `exe != ""`} {
		if mustCompile(t, text).Match(x) {
			t.Errorf("%s holds for an exec of which that is not known", text)
		}
	}
	x.FilledIn = event.PartPaths
	if !mustCompile(t, `exe == "/tmp/curl"`).Match(x) {
		t.Error("what was filled in is not seen")
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct{ text, want, mark string }{
		{`exee startsWith "/tmp"`, `unknown name exee at column 1; perhaps exe?`, `^~~~`},
		{`a && exee == 1`, `unknown name a at column 1; exectrail fields lists them`, `^`},
		{`10s < duration && exee == ""`, `unknown name exee at column 19; perhaps exe?`, `                  ^~~~`},
		{`process.executible == ""`, `unknown name process.executible at column 1; perhaps process.executable?`, `^~~~~~~~~~~~~~~~~~`},
		{`ancestors any {.nam == "x"}`, `unknown name .nam at column 16; perhaps .name?`, `               ^~~~`},
		{`ancestors any {name == "x"}`, `unknown name name at column 16; perhaps .name?`, `               ^~~~`},
		{`pid == "x"`, `pid (number) cannot be compared with text at column 5`, `    ^~`},
		{`exe > 5`, `exe (text) cannot be compared with a number at column 5`, `    ^`},
		{`args == "x"`, `a list cannot be compared: use "x" in args, or args any {# startsWith "x"}, or len(args) at column 6`, `     ^~`},
		{`args contains "x"`, `contains is for text, and args (list) is none at column 6; use "x" in args, or args any {# contains "x"}`, `     ^~~~~~~~`},
		{`uid`, `uid (number) is no condition at column 1; compare it with something`, `^~~`},
		{`uid = 5`, `unexpected "=" at column 5; values are compared with ==`, `    ^`},
		{`exe startswith "/x"`, `unexpected "startswith" at column 5; perhaps startsWith?`, `    ^~~~~~~~~~`},
		{`uid == 1 & pid == 2`, `unexpected "&" at column 10; conditions are joined by && and ||`, `         ^`},
		{`exe ?? "x" == "y"`, `the operator ?? is not known in filters at column 12`, `           ^~`},
		{`args.contains("x")`, `nothing can be called here at column 6; operators stand between, as in "curl" in args, or exe contains "x"`, `     ^~~~~~~~`},
		{`uid ==`, `the expression ends too early at column 7`, `      ^`},
		{`exe == "x`, `a string has no end at column 10`, `         ^`},
		{`maxrss > 10q`, `bad number 10q at column 10; a number is written 10, 1.5 or 0x1f, a duration 10s, 1m30s or 250ms, a size 10MiB or 5kB`, `         ^~~`},
		{`exe matches "("`, "error parsing regexp: missing closing ): `(` at column 13", `            ^~~`},
		{`time > "yesterday"`, `"yesterday" is no time: it is written "2026-01-31" or "2026-01-31T15:04:05Z" at column 8`, `       ^~~~~~~~~~~`},
		{`args any {# == command}`, `command (text) cannot be asked for each item of a list at column 16`, `               ^~~~~~~`},
		{`.name == ""`, `unexpected "." at column 1`, `^`},
		{`now() > time`, `unknown function now at column 1; there are len, lower, upper, trim, glob, duration, date, and any, all, none, one, count`, `^~~`},
		{`let x = 1; uid == x`, `a filter is one expression, without variables at column 5`, `    ^`},
		{`uid / 0 == 1 / 0`, `a number cannot be divided by 0 at column 14`, `             ^`},
		{``, `the expression is empty at column 1; such as uid != 0`, `^`},
		{"uid == 0 &&\n exee == 1", `unknown name exee at column 14; perhaps exe?`, `             ^~~~`},
	} {
		f, err := Compile(test.text)
		if err == nil {
			t.Errorf("%s compiles to %v", test.text, f.Clauses())
			continue
		}
		e := err.(*Error)
		if got := e.Error(); got != test.want {
			t.Errorf("%s:\n     %s\nwant %s", test.text, got, test.want)
		}
		if _, mark, _ := strings.Cut(e.Hint(), "\n"); mark != test.mark {
			t.Errorf("%s: marked\n%s\nwant\n%s", test.text, e.Hint(), test.mark)
		}
	}
}

// Of a long expression what stands around the place is shown.
func TestHintOfLongExpression(t *testing.T) {
	text := strings.Repeat("uid == 0 || ", 20) + "exee == 1" + strings.Repeat(" || gid == 0", 20)
	_, err := Compile(text)
	shown, mark, _ := strings.Cut(err.(*Error).Hint(), "\n")
	at := strings.Index(mark, "^")
	if len([]rune(shown)) > 110 || !strings.HasPrefix(string([]rune(shown)[at:]), "exee") {
		t.Errorf("%s\n%s", shown, mark)
	}
}

func TestBounds(t *testing.T) {
	for _, text := range []string{
		strings.Repeat(" ", maxLength) + "uid == 0",
		strings.Repeat("!", maxNodes+1) + "(uid == 0)",
	} {
		if _, err := Compile(text); err == nil {
			t.Errorf("an expression of %d bytes compiles", len(text))
		}
	}
}
