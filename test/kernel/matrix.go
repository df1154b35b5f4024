package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed kernels.txt
var table string

// target is a kernel that the tests are to run on.
type target struct {
	name    string // as KERNEL= picks it
	arch    string // as Go and Debian name it
	series  string
	flavour string
	version string // of the Debian packages
	suite   string
	tests   string
}

// What can stand for the tests of a kernel.
const (
	testsAll   = "all"
	testsCore  = "core"  // those that kernels have made different before
	testsHooks = "hooks" // of these, those about what the programs in the kernel read
)

// choices returns them.
func choices() []string { return []string{testsAll, testsCore, testsHooks} }

// id is unique, and short enough to stand before each test.
func (t target) id() string { return t.name + "-" + t.arch }

// matrix returns all targets of a table like kernels.txt.
func matrix(table string) ([]target, error) {
	var all []target
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0][0] == '#' {
			continue
		}
		if len(f) != 7 {
			return nil, fmt.Errorf("%q has %d fields, want 7", strings.TrimSpace(line), len(f))
		}
		if !slices.Contains(choices(), f[6]) {
			return nil, fmt.Errorf("%q runs the tests %s, want one of %s", strings.TrimSpace(line), f[6], strings.Join(choices(), ", "))
		}
		all = append(all, target{f[0], f[1], f[2], f[3], f[4], f[5], f[6]})
	}
	return all, nil
}

// pick returns the targets with a name and an architecture. Either may be empty, which is any.
func pick(all []target, name, arch string) ([]target, error) {
	var picked []target
	ids := make([]string, len(all))
	for i, t := range all {
		ids[i] = t.name + " " + t.arch
		if (name == "" || t.name == name) && (arch == "" || t.arch == arch) {
			picked = append(picked, t)
		}
	}
	if len(picked) == 0 {
		return nil, fmt.Errorf("no such kernel in the matrix: %s; there are %s",
			strings.TrimSpace(name+" "+arch), strings.Join(ids, ", "))
	}
	return picked, nil
}
