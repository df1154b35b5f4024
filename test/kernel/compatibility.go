package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/exectrail/exectrail/internal/probe"
)

// abilities is what a kernel can do, as it was found on it.
type abilities struct {
	heading      string // of its column
	version      string
	report       probe.Report
	instructions map[program]string // that the verifier went through
}

// program is one as it is loaded.
type program struct{ name, knobs string }

// isVerified matches what TestLoadEveryKnob of internal/probe logs.
var isVerified = regexp.MustCompile(`: verifier: (\S+) (\S+) (\d+) instructions$`)

// abilities reads from a result what its kernel can do.
func (r result) abilities() (abilities, error) {
	a := abilities{heading: r.heading(), version: r.got, instructions: map[program]string{}}
	doctor := r.session.steps[doctorStep]
	if doctor == nil {
		return a, fmt.Errorf("%s: doctor did not run", r.id())
	}
	if err := json.Unmarshal([]byte(strings.Join(doctor.lines, "\n")), &a.report); err != nil {
		return a, fmt.Errorf("%s: read what doctor said: %w", r.id(), err)
	}
	for _, test := range r.session.tests {
		for _, line := range test.said {
			if m := isVerified.FindStringSubmatch(line); m != nil {
				a.instructions[program{m[1], m[2]}] = m[3]
			}
		}
	}
	if len(a.instructions) == 0 {
		return a, fmt.Errorf("%s: the verifier's numbers are missing", r.id())
	}
	return a, nil
}

// heading is what the kernel is called in a table.
func (t target) heading() string { return t.name + " " + t.arch }

// writeCompatibility writes the page that tells what each kernel can do.
func writeCompatibility(file string, results []result) error {
	var all []abilities
	for _, r := range results {
		a, err := r.abilities()
		if err != nil {
			return err
		}
		all = append(all, a)
	}
	if len(all) == 0 {
		return errors.New("no kernel to write about")
	}
	return os.WriteFile(file, page(all), 0o644)
}

func page(all []abilities) []byte {
	var b bytes.Buffer
	b.WriteString(`<!-- Made by: make test-kernels ARGS='-write docs/compatibility.md' -->

# Kernels

exectrail runs on Linux 5.10 and newer, on amd64 and arm64. Each change is tested on these kernels of Debian
(` + "`cloud`" + ` flavour; ` + "`-rt`" + ` is a real-time kernel), and this page is what was found there.
` + "`exectrail doctor`" + ` tells the same of the machine it is run on.

`)
	writeTable(&b, "kernel", all, []row{{"package", func(a abilities) string { return a.version }}})
	b.WriteString("\n## What a session attaches\n\n")
	writeGroups(&b, all, func(a abilities) []string {
		hooks, _, _ := strings.Cut(strings.TrimPrefix(a.check("`session`").Detail, "attached "), ";")
		return []string{hooks}
	})
	b.WriteString("\n## What the kernel has\n\n")
	writeTable(&b, "", all, abilityRows(all))
	b.WriteString("\nWhere it is missing:\n\n")
	writeGroups(&b, all, func(a abilities) []string {
		var list []string
		for _, c := range a.report.Checks {
			if ofKernel(c) && c.State != probe.StateOK {
				list = append(list, label(c)+": "+c.Reason)
			}
		}
		return list
	})
	b.WriteString(`
## How much the verifier has to go through

Instructions, of at most 1,000,000. A dash: the program is for other kernels.

`)
	writeTable(&b, "program", all, instructionRows(all))
	return b.Bytes()
}

func abilityRows(all []abilities) []row {
	var (
		rows []row
		seen = map[string]bool{}
	)
	for _, a := range all {
		for _, c := range a.report.Checks {
			name := label(c)
			if seen[name] || !ofKernel(c) {
				continue
			}
			seen[name] = true
			rows = append(rows, row{name, func(a abilities) string {
				if a.check(name).State == probe.StateOK {
					return "yes"
				}
				return "–"
			}})
		}
	}
	return rows
}

// instructionRows has a row for each program, and one more for settings that make a difference.
func instructionRows(all []abilities) []row {
	different := map[program]bool{}
	for _, a := range all {
		for p, n := range a.instructions {
			different[p] = different[p] || p.knobs == "default" || n != a.instructions[program{p.name, "default"}]
		}
	}
	var rows []row
	for p, shown := range different {
		if !shown {
			continue
		}
		name := "`" + p.name + "`"
		if p.knobs != "default" {
			name += ", " + p.knobs
		}
		rows = append(rows, row{name, func(a abilities) string {
			if n := a.instructions[p]; n != "" {
				return n
			}
			return "–"
		}})
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.name, b.name) })
	return rows
}

// check returns what doctor found under a label.
func (a abilities) check(name string) probe.Check {
	for _, c := range a.report.Checks {
		if label(c) == name {
			return c
		}
	}
	return probe.Check{}
}

// ofKernel reports whether a check is about what a kernel has, and not about rights or how it is set up.
func ofKernel(c probe.Check) bool {
	switch c.Name {
	case "lockdown", "BPF JIT", "BPF statistics", "unprivileged BPF":
		return false
	}
	return c.Group == "kernel" || c.Group == "hooks" || c.Group == failedGroup
}

// failedGroup is that of the plans for failed execs, whose names say little without it.
const failedGroup = "failed execs"

// label returns what a check is called on the page: by a name without the architecture in that of a system call.
func label(c probe.Check) string {
	name := "`" + strings.NewReplacer("/__x64_sys_", "/sys_", "/__arm64_sys_", "/sys_").Replace(c.Name) + "`"
	if c.Group == failedGroup {
		return c.Group + " by " + name
	}
	return name
}
