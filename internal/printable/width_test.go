package printable

import "testing"

func TestFit(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  string
	}{
		{"", 5, ""},
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"abcd", 1, "…"},
		{"abcd", 0, ""},
		{"abcd", -1, ""},
		{`ab\ncd`, 6, `ab\ncd`},
		{`ab\ncd`, 5, `ab\n…`},
		{`ab\ncd`, 4, `ab…`},
		{`ab\x1b[m`, 6, "ab…"},
		{`ab\x1b[m`, 7, `ab\x1b…`},
		{`a\u202eb`, 7, "a…"},
		{`a\U000e0041bc`, 11, "a…"},
		{`a\U000e0041bc`, 12, `a\U000e0041…`},
		{`tail\`, 5, `tail\`},
		{`tail\`, 4, `tai…`},
		{"漢字漢字", 8, "漢字漢字"},
		{"漢字漢字", 7, "漢字漢…"},
		{"漢字漢字", 6, "漢字…"},
		{"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
		{"\\né", 3, "\\né"},
		{"\\né", 2, "…"},
		{"\\xé!", 3, "\\x…"},
	}
	for _, tt := range tests {
		got, width := Fit([]byte("+"+tt.in), 1, tt.width)
		if string(got) != "+"+tt.want {
			t.Errorf("Fit(%s, %d) = %s, want +%s", tt.in, tt.width, got, tt.want)
		}
		if width != Width(got)-1 {
			t.Errorf("Fit(%s, %d) says %d columns, but there are %d", tt.in, tt.width, width, Width(got)-1)
		}
	}
}
