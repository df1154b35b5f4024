package main

import (
	"bytes"
	"runtime/debug"
	"strings"
	"testing"
)

func TestVersion(t *testing.T) {
	info := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123abcd"}, {Key: "vcs.modified", Value: "true"},
	}}
	for _, test := range []struct {
		name string
		info *debug.BuildInfo
		want string
	}{
		{"complete", info, "exectrail v1.2.3 (0123abcd, modified) go"},
		{"without vcs", &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "exectrail v1.2.3 go"},
		{"nothing", nil, "exectrail (unknown) go"},
	} {
		if got := readBuild(test.info).String(); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
	var out bytes.Buffer
	opts := versionOptions{output: choice{value: formatJSON}}
	if err := runVersion(opts, info, &out); err != nil {
		t.Fatal(err)
	}
	if want := `{"version":"v1.2.3","revision":"0123abcd","modified":true,"go":"go`; !strings.HasPrefix(out.String(), want) {
		t.Errorf("got %s, want %s", out.String(), want)
	}
}
