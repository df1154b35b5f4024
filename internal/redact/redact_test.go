package redact

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
)

const (
	opening = "\x01" // of a secret
	closing = "\x02"
)

// cases reads commands from a file, each split as a shell would, with a NUL after each argument.
func cases(tb testing.TB, name string) []string {
	tb.Helper()
	content, err := os.ReadFile("testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	text := strings.NewReplacer("·", "", "«", opening, "»", closing).Replace(string(content))
	var list []string
	for _, args := range split(text) {
		list = append(list, strings.Join(args, "\x00")+"\x00")
	}
	if len(list) < 200 {
		tb.Fatalf("%s has %d cases", name, len(list))
	}
	return list
}

// split splits lines into words as a shell does, without expanding anything.
func split(text string) (lines [][]string) {
	var words []string
	var word strings.Builder
	var quote byte
	inWord := false
	flush := func() {
		if inWord {
			words = append(words, word.String())
		}
		word.Reset()
		inWord = false
	}
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case quote == '"' && b == '\\' && i+1 < len(text) && strings.IndexByte("\"\\$`", text[i+1]) >= 0, quote == 0 && b == '\\':
			i++
			word.WriteByte(text[i])
			inWord = true
		case quote != 0 && b == quote:
			quote = 0
		case quote == 0 && (b == '\'' || b == '"'):
			quote, inWord = b, true
		case quote == 0 && b == '#' && !inWord && words == nil:
			i += strings.IndexByte(text[i:]+"\n", '\n')
		case quote == 0 && b == '\n':
			flush()
			if words != nil {
				lines = append(lines, words)
			}
			words = nil
		case quote == 0 && b == ' ':
			flush()
		default:
			word.WriteByte(b)
			inWord = true
		}
	}
	return lines
}

func argv(s string) event.Strings { return event.Strings{Raw: []byte(s), Size: uint64(len(s))} }

func known() *Redactor { return New(Options{Known: true}) }

func redacted(r *Redactor, args string) string {
	s := argv(args)
	return string(ReplaceStrings(nil, s, r.Args(s)).Raw)
}

func show(args string) string { return strings.ReplaceAll(args, "\x00", "␀") }

// secrets returns a case without its marks, and what is between them.
func secrets(marked string) (args string, list []string) {
	for i, part := range strings.Split(marked, opening) {
		if secret, _, ok := strings.Cut(part, closing); ok && i > 0 {
			list = append(list, secret)
		}
	}
	return strings.NewReplacer(opening, "", closing, "").Replace(marked), list
}

func TestSecrets(t *testing.T) {
	r := known()
	for _, c := range cases(t, "secrets.txt") {
		args, list := secrets(c)
		if len(list) == 0 {
			t.Errorf("%s: there is no secret in this case", show(args))
		}
		got := redacted(r, args)
		for _, secret := range list {
			if strings.Contains(got, secret) {
				t.Errorf("%s: %s is left: %s", show(args), secret, show(got))
			}
		}
		if again := redacted(r, got); again != got {
			t.Errorf("%s: once more, %s became %s", show(args), show(got), show(again))
		}
		if want := strings.Count(args, "\x00"); strings.Count(got, "\x00") != want {
			t.Errorf("%s: not as many arguments: %s", show(args), show(got))
		}
		// The name of the program, and all in front of the first secret, are there.
		if before, _, _ := strings.Cut(c, opening); !strings.HasPrefix(got, before) {
			t.Errorf("%s: more than the secret is gone: %s", show(args), show(got))
		}
	}
}

func TestInnocent(t *testing.T) {
	r := known()
	for _, args := range cases(t, "innocent.txt") {
		if got := redacted(r, args); got != args {
			t.Errorf("%s became %s", show(args), show(got))
		}
	}
}

// TestFilled overwrites secrets in their place, and finds them again.
func TestFilled(t *testing.T) {
	r, again := known(), New(Options{Filled: true})
	for _, c := range cases(t, "secrets.txt") {
		args, list := secrets(c)
		filled := argv(args)
		Fill(filled.Raw, r.Args(filled))
		for _, secret := range list {
			if len(filled.Raw) != len(args) || bytes.Contains(filled.Raw, []byte(secret)) {
				t.Errorf("%s became %q", show(args), filled.Raw)
			}
		}
		if got, want := redacted(again, string(filled.Raw)), redacted(r, args); got != want {
			t.Errorf("%s: from what was filled came %s, want %s", show(args), show(got), show(want))
		}
	}
}

// TestMissing takes bytes from the middle of each case, wherever that may be: nothing of a secret is left that is long
// enough to be of use.
func TestMissing(t *testing.T) {
	const gap, tell = 7, 6
	r := known()
	for _, c := range cases(t, "secrets.txt") {
		args, list := secrets(c)
		first := strings.Index(c, opening)
		last := strings.LastIndex(c, closing) - 2*len(list) + 1
		for at := first + 1; at+gap < last; at++ {
			raw := args[:at] + args[at+gap:]
			s := event.Strings{Raw: []byte(raw), Size: uint64(len(args)), Tail: len(args) - at - gap}
			got := ReplaceStrings(nil, s, r.Args(s))
			if got.Missing() != gap {
				t.Fatalf("%s: %d bytes are missing, want %d", show(args), got.Missing(), gap)
			}
			if tail := firstWord(args[at+gap:]); len(tail) >= tell && strings.HasPrefix(string(got.TailBytes()), tail) {
				t.Errorf("%s without %d bytes at %d: the tail is %q", show(args), gap, at, got.TailBytes())
			}
		}
	}
}

func firstWord(s string) string { return s[:strings.IndexAny(s+" ", " \x00\"'`\n")] }

func TestEnv(t *testing.T) {
	for env, want := range map[string]string{
		"PATH=/bin\x00DB_PASSWORD=a b\x00HOME=/root\x00": "PATH=/bin\x00DB_PASSWORD=[redacted]\x00HOME=/root\x00",
		"PWD=/srv\x00OLDPWD=/\x00MYSQL_PWD=fake\x00":     "PWD=/srv\x00OLDPWD=/\x00MYSQL_PWD=[redacted]\x00",
		"DATABASE_URL=postgres://bob:fake@db/x\x00":      "DATABASE_URL=postgres://bob:[redacted]@db/x\x00",
		"JAVA_OPTS=-Xmx1g -Ddb.password=fake -ea\x00":    "JAVA_OPTS=-Xmx1g -Ddb.password=[redacted] -ea\x00",
		"SSH_AUTH_SOCK=/tmp/agent.1\x00TOKEN=$x\x00":     "SSH_AUTH_SOCK=/tmp/agent.1\x00TOKEN=$x\x00",
		"AWS_SECRET_ACCESS_KEY=fake/fake+fake\x00":       "AWS_SECRET_ACCESS_KEY=[redacted]\x00",
		"DB_PASSWORD_FILE=/run/secrets/db\x00":           "DB_PASSWORD_FILE=/run/secrets/db\x00",
		"GITHUB_TOKEN=fakefake\x00CI=true\x00":           "GITHUB_TOKEN=[redacted]\x00CI=true\x00",
	} {
		s := argv(env)
		if got := string(ReplaceStrings(nil, s, known().Env(s)).Raw); got != want {
			t.Errorf("%s became %s", show(env), show(got))
		}
	}
}

func TestPatterns(t *testing.T) {
	r := New(Options{Patterns: []*regexp.Regexp{regexp.MustCompile(`card (\d+)`), regexp.MustCompile(`EMP-\d+`), regexp.MustCompile(`x*`)}})
	got := redacted(r, "pay\x00card 4111 ok\x00EMP-17,EMP-18\x00-p\x00")
	if want := "pay\x00card [redacted] ok\x00[redacted],[redacted]\x00-p\x00"; got != want {
		t.Errorf("got %s", show(got))
	}
}

// TestLong has secrets that are longer than what is looked at to tell that they are some.
func TestLong(t *testing.T) {
	long := strings.Repeat("0a1b2c3d", 100)
	for _, args := range []string{
		"a\x00https://example.com/?X-Goog-Signature=" + long + "&x=1\x00", "a\x00Cookie: session=" + long + "\x00",
		"a\x00--auth=bob:" + long + "\x00", "a\x00https://hooks.slack.com/services/T0/B0/" + long + "\x00",
		"a\x00x token " + long + "\x00", "a\x00{\"token\":\"" + long + "\"}\x00",
	} {
		if got := redacted(known(), args); strings.Contains(got, "0a1b2c") {
			t.Errorf("%s became %s", show(args), show(got))
		}
	}
}

func TestNoAllocation(t *testing.T) {
	r := known()
	s := argv("ls\x00-la\x00/usr/share/doc\x00--color=auto\x00")
	if n := testing.AllocsPerRun(100, func() { r.Args(s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func ExampleRedactor_Args() {
	s := event.Strings{Raw: []byte("mysql\x00-pfake\x00"), Size: 13}
	found := New(Options{Known: true}).Args(s)
	fmt.Printf("%q\n", ReplaceStrings(nil, s, found).Slice())
	// Output: ["mysql" "-p[redacted]"]
}
