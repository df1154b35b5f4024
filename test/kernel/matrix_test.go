package main

import (
	"slices"
	"strings"
	"testing"
)

func TestMatrix(t *testing.T) {
	all, err := matrix(table)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, k := range all {
		if seen[k.id()] {
			t.Errorf("%s stands there twice", k.id())
		}
		seen[k.id()] = true
		if machines[k.arch].qemu == "" {
			t.Errorf("%s: no machine of this architecture", k.id())
		}
		if !strings.HasPrefix(k.version, k.series+".") {
			t.Errorf("%s: version %s is not of the series %s", k.id(), k.version, k.series)
		}
	}
	if _, err := matrix("6.1 amd64\n"); err == nil {
		t.Error("a line with two fields was taken")
	}
}

func TestPick(t *testing.T) {
	all := []target{{name: "5.10", arch: "amd64"}, {name: "6.12", arch: "amd64"}, {name: "6.12", arch: "arm64"}}
	for _, test := range []struct {
		name, arch string
		want       int
	}{
		{"", "", 3}, {"6.12", "", 2}, {"", "amd64", 2}, {"6.12", "arm64", 1},
	} {
		if got, err := pick(all, test.name, test.arch); err != nil || len(got) != test.want {
			t.Errorf("%q %q: got %d and %v, want %d", test.name, test.arch, len(got), err, test.want)
		}
	}
	if _, err := pick(all, "5.10", "arm64"); err == nil || !strings.Contains(err.Error(), "6.12 arm64") {
		t.Errorf("got %v, want an error that lists what there is", err)
	}
}

func TestLongestFirst(t *testing.T) {
	var kernels []kernel
	for _, tests := range []string{testsHooks, testsAll, testsCore, testsHooks, testsAll} {
		kernels = append(kernels, kernel{target: target{tests: tests}})
	}
	if got := longestFirst(kernels); !slices.Equal(got, []int{1, 4, 2, 0, 3}) {
		t.Errorf("they run in the order %v", got)
	}
}
