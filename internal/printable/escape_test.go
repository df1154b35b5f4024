package printable

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestAppendEscaped(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"plain text", "plain text"},
		{"a\nb\tc\r", `a\nb\tc\r`},
		{"\x1b[31mred", `\x1b[31mred`},
		{"\x00\x7f", `\x00\x7f`},
		{"\u0080\u009b31m", `\u0080\u009b31m`},
		{"\x9b31m", `\x9b31m`},
		{"abc\xff", `abc\xff`},
		{"\xe2\x82", `\xe2\x82`},
		{"gpj.\u202eexe", `gpj.\u202eexe`},
		{"a\u200bb\u200db\u2060b\ufeffb", `a\u200bb\u200db\u2060b\ufeffb`},
		{"\u200e\u200f\u061c\u2066\u2069\u2028\u2029", `\u200e\u200f\u061c\u2066\u2069\u2028\u2029`},
		{"rm\u00a0-rf\u3000/", `rm\u00a0-rf\u3000/`},
		{"ls\ufe0f\u3164\u034f", `ls\ufe0f\u3164\u034f`},
		{"\U000e0041", `\U000e0041`},
		{"\ue000", `\ue000`},
		{"héllo wörld 漢字 e\u0301 🙂 \ufffd", "héllo wörld 漢字 e\u0301 🙂 \ufffd"},
		{`back\slash \x1b`, `back\slash \x1b`},
	}
	for _, tt := range tests {
		if got := string(AppendEscaped(nil, tt.in)); got != tt.want {
			t.Errorf("AppendEscaped(%q) = %s, want %s", tt.in, got, tt.want)
		}
		if got := string(AppendEscaped([]byte("x"), []byte(tt.in))); got != "x"+tt.want {
			t.Errorf("AppendEscaped(x, bytes of %q) = %s, want x%s", tt.in, got, tt.want)
		}
	}
}

// safe fails the test when s has anything in it that must not reach a terminal.
func safe(t *testing.T, s []byte) {
	t.Helper()
	if !utf8.Valid(s) {
		t.Errorf("%q is not UTF-8", s)
	}
	for _, r := range string(s) {
		if !IsPrint(r) {
			t.Errorf("%q has %U in it", s, r)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	for _, s := range []string{"", "a b", "\x1b]0;x\a", "\u202e\xff\x00'\\", "é\u0301\u200d", "A=b"} {
		f.Add([]byte(s), 7)
	}
	f.Fuzz(func(t *testing.T, s []byte, width int) {
		once := AppendEscaped(nil, s)
		safe(t, once)
		if twice := AppendEscaped(nil, once); !bytes.Equal(once, twice) {
			t.Errorf("escaping %q twice gives %q, not %q", s, twice, once)
		}
		safe(t, AppendWords(nil, s))
		safe(t, AppendCommand(nil, s))
		checkJSON(t, s)
		fit, columns := Fit(bytes.Clone(once), 0, width)
		safe(t, fit)
		if columns > max(width, 0) || columns != Width(fit) {
			t.Errorf("Fit(%q, %d) = %q of %d columns, and says %d", once, width, fit, Width(fit), columns)
		}
	})
}

// checkJSON fails the test unless a reader of the JSON gets s, or is told that it cannot be.
func checkJSON(t *testing.T, s []byte) {
	t.Helper()
	text, exact := AppendJSON([]byte{'"'}, s)
	safe(t, text)
	if exact != utf8.Valid(s) {
		t.Errorf("%q is exact as JSON: %v", s, exact)
	}
	var got string
	if err := json.Unmarshal(append(text, '"'), &got); err != nil {
		t.Errorf("%q as JSON: %v", s, err)
	}
	if exact && got != string(s) {
		t.Errorf("%q comes back as %q", s, got)
	}
}

func TestAppendJSON(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"plain text of length":  "plain text of length",
		"eight by\x7fte":        `eight by\u007fte`,
		"a\"b\\c\n\r\t\x1b\x00": `a\"b\\c\n\r\t\u001b\u0000`,
		"\u0085\u202e\u2028":    `\u0085\u202e\u2028`,
		"\U000e0041":            `\udb40\udc41`,
		"é漢🙂":                   "é漢🙂",
		"\xff\xc3":              `\\xff\\xc3`,
	} {
		if got, _ := AppendJSON(nil, in); string(got) != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
		checkJSON(t, []byte(in))
	}
}

// The fast scans must agree with the plain definition for each byte at each place of a word.
func TestPlainLen(t *testing.T) {
	for c := range 256 {
		for place := range 20 {
			s := bytes.Repeat([]byte{'~'}, 20)
			s[place] = byte(c)
			want := 20
			if c < ' ' || c > '~' {
				want = place
			}
			if got := PlainLen(s); got != want {
				t.Errorf("PlainLen(%q) = %d, want %d", s, got, want)
			}
			if c == '"' || c == '\\' {
				want = place
			}
			if got := PlainJSONLen(string(s)); got != want {
				t.Errorf("PlainJSONLen(%q) = %d, want %d", s, got, want)
			}
		}
	}
}

func TestNoAllocation(t *testing.T) {
	text := []byte("/usr/bin/héllo\x00it's\x00a b\n\xff\u202e\x00e\u0301x\x00漢字漢字")
	buf := make([]byte, 0, 1024)
	for name, f := range map[string]func(){
		"AppendEscaped": func() { AppendEscaped(buf, text) },
		"AppendCommand": func() { AppendCommand(buf, text) },
		"AppendJSON":    func() { AppendJSON(buf, text) },
		"Fit":           func() { Fit(AppendEscaped(buf, text), 0, 40) },
		"Width":         func() { Width(text) },
	} {
		if n := testing.AllocsPerRun(100, f); n > 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}
