package wire

import "testing"

func TestAppendPath(t *testing.T) {
	for _, test := range []struct {
		name, reversed string
		cut            bool
		want           string
	}{
		{"the root", "", false, "/"},
		{"cut before the first component", "", true, ""},
		{"one component", "ls\x00", false, "/ls"},
		{"several", "ls\x00bin\x00usr\x00", false, "/usr/bin/ls"},
		{"cut", "ls\x00bin\x00", true, "bin/ls"},
		{"cut to one", "ls\x00", true, "ls"},
		{"memfd", "memfd:name\x00", false, "/memfd:name"},
		{"memfd without a name", "memfd:\x00", false, "/memfd:"},
		{"any byte", "\xff\n\x00 \x00", false, "/ /\xff\n"},
		{"last NUL missing", "ls\x00bin", false, "/bin/ls"},
		{"empty components", "a\x00\x00b\x00", false, "/b//a"},
		{"nothing but NUL", "\x00\x00\x00", false, "//"},
	} {
		if got := string(appendPath([]byte("before "), []byte(test.reversed), test.cut)); got != "before "+test.want {
			t.Errorf("%s: got %q, want %q after what was there", test.name, got, test.want)
		}
	}
}
