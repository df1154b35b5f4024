package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/printable"
)

// diffJSON returns what exectrail diff tells of two trails in JSON.
func diffJSON(t *testing.T, a, b string) (d diffObject) {
	t.Helper()
	var out, messages bytes.Buffer
	if code := run([]string{"diff", "-o", "json", a, b}, nil, strings.NewReader(""), &out, &messages); code != exitOK || messages.Len() > 0 {
		t.Fatalf("exit %d: %s", code, &messages)
	}
	if n := bytes.Count(out.Bytes(), []byte("\n")); n != 1 || !bytes.HasSuffix(out.Bytes(), []byte("\n")) {
		t.Errorf("an object on %d lines", n)
	}
	for _, r := range strings.TrimSuffix(out.String(), "\n") {
		if !printable.IsPrint(r) {
			t.Errorf("%U in the output", r)
		}
	}
	dec := json.NewDecoder(&out)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		t.Fatal(err)
	}
	return d
}

// The numbers are those of the scripts in buildRun.
func TestDiffJSON(t *testing.T) {
	dir := trails(t)
	d := diffJSON(t, filepath.Join(dir, "main.trail"), filepath.Join(dir, "branch.trail"))
	if d.A.Processes != 1+12*3+2 || d.B.Processes != 1+12*4+1 || d.A.Execs != 39 || d.B.Execs != 50 || d.A.Host != "build1" {
		t.Errorf("%+v\n%+v", d.A, d.B)
	}
	if want := int64(12*(440+11) + 110 + 11); d.A.CPU != want*1e6 {
		t.Errorf("%d ns of CPU in A, not %d ms", d.A.CPU, want)
	}
	if want := int64(12*(500+20+3) + 100 + 1 + 20 + 1); d.A.Wall != want*1e6 {
		t.Errorf("A took %d ns, not %d ms", d.A.Wall, want)
	}
	for _, want := range []diffProgram{
		{
			Path: "/usr/libexec/gcc/cc1", Name: "cc1",
			A: diffUse{Count: 12, CPU: 12 * 440e6, Own: 12 * 500e6}, B: diffUse{Count: 12, CPU: 12 * 572e6, Own: 12 * 650e6},
		},
		{Path: "/usr/local/bin/cppcheck", Name: "cppcheck", B: diffUse{Count: 12, CPU: 12 * 44e6, Own: 12 * 50e6}},
		{Path: "/usr/bin/strip", Name: "strip", A: diffUse{Count: 1, CPU: 11e6, Own: 20e6}},
	} {
		i := slices.IndexFunc(d.Programs, func(p diffProgram) bool { return p.Path == want.Path })
		if i < 0 {
			t.Errorf("no %s in %+v", want.Path, d.Programs)
			continue
		}
		got := d.Programs[i]
		if (len(got.A.First) > 0) != (want.A.Count > 0) || (len(got.B.First) > 0) != (want.B.Count > 0) {
			t.Errorf("%s was called with %q and %q", got.Path, got.A.First, got.B.First)
		}
		got.A.First, got.B.First = nil, nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	if len(d.Commands) != 2 {
		t.Fatalf("%+v", d.Commands)
	}
	for _, c := range d.Commands {
		if c.Count != 12 || !slices.Equal(c.Removed, []jsonText{"-O2"}) || !slices.Equal(c.Added, []jsonText{"-O3"}) ||
			!slices.Contains(c.Before, "-O2") || !slices.Contains(c.After, "-O3") {
			t.Errorf("%+v", c)
		}
	}
}

// Without differences there are lists all the same, and with bytes that JSON cannot hold these are beside the text.
func TestDiffJSONBytes(t *testing.T) {
	dir := trails(t)
	same := diffJSON(t, filepath.Join(dir, "main.trail"), filepath.Join(dir, "same.trail"))
	if same.Commands == nil || len(same.Commands) > 0 {
		t.Errorf("changed command lines: %+v", same.Commands)
	}
	d := diffJSON(t, filepath.Join(dir, "main.trail"), filepath.Join(dir, "odd.trail"))
	i := slices.IndexFunc(d.Programs, func(p diffProgram) bool { return string(p.PathBytes) == oddPath })
	if i < 0 || d.Programs[i].Path != jsonText(strings.Replace(oddPath, "\xff", `\xff`, 1)) {
		t.Fatalf("the odd one is not in %+v", d.Programs)
	}
	i = slices.IndexFunc(d.Commands, func(c diffCommand) bool { return c.AddedBytes == nil && c.AfterBytes != nil })
	if i < 0 || !slices.ContainsFunc(d.Commands[i].AfterBytes, func(b []byte) bool { return string(b) == "\xff\xfe" }) ||
		len(d.Commands[i].Before) > 0 {
		t.Errorf("the odd arguments are not in %+v", d.Commands)
	}
	if d.B.Host != "evil\x1b[2J|host" || d.B.Command[2] != "a | b\n# c" {
		t.Errorf("%+v", d.B)
	}
}
