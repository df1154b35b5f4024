package printable

import (
	"html"
	"strings"
	"testing"
)

func TestAppendMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"":                    "",
		"cc -c a.c":           "`cc -c a.c`",
		"<b>*x* [y](z) &amp;": "`<b>*x* [y](z) &amp;`",
		"a`b":                 "<code>a&#096;b</code>",
		"a|b":                 "<code>a&#124;b</code>",
		`a\|b`:                "<code>a&#092;&#124;b</code>",
		"\x1b[31m|":           "<code>&#092;x1b&#091;31m&#124;</code>",
		" x":                  "<code> x</code>",
		"`</code> @all é":     "<code>&#096;&#060;/code&#062; &#064;all é</code>",
		"a\nb":                `<code>a&#092;nb</code>`,
	} {
		if got := string(AppendMarkdown(nil, in)); got != want {
			t.Errorf("AppendMarkdown(%q) = %s, want %s", in, got, want)
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	f.Add("a`b|c\\d\n<x>&é\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := string(AppendMarkdown(nil, s))
		safe(t, []byte(got))
		if strings.Contains(got, "|") {
			t.Errorf("%q has a pipe in it, which ends a cell", got)
		}
		text := string(AppendEscaped(nil, s))
		switch span, isSpan := strings.CutPrefix(got, "`"); {
		case s == "":
		case isSpan:
			if span != text+"`" || strings.Contains(text, "`") {
				t.Errorf("%q is not the code span of %q", got, text)
			}
		default:
			inside := strings.TrimSuffix(strings.TrimPrefix(got, "<code>"), "</code>")
			if strings.ContainsAny(inside, "<>`\\*_[]") || html.UnescapeString(inside) != text {
				t.Errorf("%q is not the code element of %q", got, text)
			}
		}
	})
}
