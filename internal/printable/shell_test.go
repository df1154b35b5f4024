package printable

import (
	"bytes"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestAppendCommand(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"\x00", "''"},
		{"ls\x00-l\x00/tmp/a.b\x00", "ls -l /tmp/a.b"},
		{"ls\x00-l", "ls -l"},
		{"a\x00\x00b\x00\x00", "a '' b ''"},
		{"echo\x00a b\x00it's\x00", `echo 'a b' 'it'\''s'`},
		{"dd\x00if=/dev/zero\x00=x\x00~root\x00a~\x00", "dd if=/dev/zero '=x' '~root' 'a~'"},
		{"A=b\x00A=b\x00", "'A=b' A=b"},
		{"if\x00if\x00", "'if' if"},
		{"[\x00-f\x00x\x00]\x00", "[ -f x ]"},
		{"-bash\x00", "-bash"},
		{"x\x00a\nb\\'\x00", `x $'a\nb\\\''`},
		{"x\x00\xff\x1bA\u202e\x00", `x $'\xff\x1bA\xe2\x80\xae'`},
		{"x\x00café\x00", "x 'café'"},
		{"x\x00*?$`\"!#&|;<>(){}^\x00", "x '*?$`\"!#&|;<>(){}^'"},
	}
	for _, tt := range tests {
		if got := string(AppendCommand(nil, tt.in)); got != tt.want {
			t.Errorf("AppendCommand(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestAppendHole(t *testing.T) {
	for _, tt := range []struct{ before, list, want string }{
		{"", "b\x00…\x00", "> … b '…'"},
		{"a", "b", "> a … b"},
		{"a", "\x00b\x00", "> a … '' b"},
	} {
		dst := append([]byte("> "), tt.before...)
		if got := string(AppendHole(dst, len("> "), tt.list)); got != tt.want {
			t.Errorf("%q and %q: %s, want %s", tt.before, tt.list, got, tt.want)
		}
	}
}

// bash runs a script in which nothing can be found and nothing is defined but what the test needs.
func bash(t *testing.T, locale, script string) []byte {
	t.Helper()
	path, err := exec.LookPath("bash")
	if err != nil {
		t.Fatalf("the test needs bash: %v", err)
	}
	cmd := exec.Command(path, "--noprofile", "--norc", "-c", script)
	cmd.Env = []string{"LC_ALL=" + locale, "PATH=/nonexistent"}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("bash -c %s: %v\n%s", script, err, stderr.String())
	}
	return out
}

var locales = []string{"C", "C.UTF-8"}

// Random words, of bytes that mean something to a shell or to a terminal for the most part.
func randomWords(r *rand.Rand, n int) [][]byte {
	const signs = "'\"\\$`!~=%#&|;<>(){}[]*?^-+:,. \t\n\r\a\x1b\x7fabcx01"
	words := make([][]byte, n)
	for i := range words {
		word := make([]byte, r.IntN(12))
		for j := range word {
			if r.IntN(3) == 0 {
				word[j] = byte(1 + r.IntN(255))
			} else {
				word[j] = signs[r.IntN(len(signs))]
			}
		}
		if r.IntN(4) == 0 {
			word = append(word, string(rune(1+r.IntN(0x3000)))...)
		}
		words[i] = word
	}
	return words
}

func join(words [][]byte) []byte {
	return append(bytes.Join(words, []byte{0}), 0)
}

func TestBashReadsTheSameArguments(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	every := make([][]byte, 0, 255)
	for c := 1; c < 256; c++ {
		every = append(every, []byte{byte(c)})
	}
	for _, locale := range locales {
		for _, words := range [][][]byte{every, randomWords(r, 3000), randomWords(r, 3000)} {
			argv := append([]byte("printf\x00%s\\0\x00"), join(words)...)
			got := bash(t, locale, string(AppendCommand(nil, argv)))
			if want := join(words); !bytes.Equal(got, want) {
				reportFirst(t, locale, want, got)
			}
		}
	}
}

func TestBashReadsTheSameCommand(t *testing.T) {
	names := [][]byte{[]byte(""), []byte("A=b"), []byte("A[1]=b"), []byte("a+=1")}
	for _, name := range strings.Fields("if then elif else fi for in until while do done case esac coproc select " +
		"function time { } ! [[ ]] ~ ~root -bash 2>x #x a*b = =ls $(x) $x `x` \x1b \xff é a'b a\"b foo; <x") {
		names = append(names, []byte(name))
	}
	for _, word := range randomWords(rand.New(rand.NewPCG(3, 4)), 300) {
		// With a slash in it, or as the name of a builtin or of a job, it would not come to the handler.
		if !bytes.Contains(word, []byte("/")) && !bytes.HasPrefix(word, []byte("%")) {
			names = append(names, append(word, "-not-a-builtin"...))
		}
	}
	for _, locale := range locales {
		var script, want []byte
		script = append(script, "command_not_found_handle() { printf '%s\\0' \"$@\"; }\n"...)
		for _, name := range names {
			argv := join([][]byte{name, []byte("x"), name})
			script = append(AppendCommand(script, argv), '\n')
			want = append(want, argv...)
		}
		if got := bash(t, locale, string(script)); !bytes.Equal(got, want) {
			reportFirst(t, locale, want, got)
		}
	}
}

func reportFirst(t *testing.T, locale string, want, got []byte) {
	t.Helper()
	w, g := bytes.Split(want, []byte{0}), bytes.Split(got, []byte{0})
	for i := range min(len(w), len(g)) {
		if !slices.Equal(w[i], g[i]) {
			t.Errorf("%s: argument %d: bash reads %s as %q, want %q", locale, i, AppendWords(nil, w[i]), g[i], w[i])
			return
		}
	}
	t.Errorf("%s: %d arguments, want %d", locale, len(g)-1, len(w)-1)
}
