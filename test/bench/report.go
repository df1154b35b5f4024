package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A report is the result of one run.
type report struct {
	began        time.Time
	took         time.Duration
	machine      machine
	size         size
	tools        []*tool
	rows         []row
	build        *buildReport
	goBenchmarks []goBenchmark
}

// write writes the report in Markdown. A write that fails is for the writer to remember.
func (r *report) write(w io.Writer) {
	fmt.Fprintf(w, "# Benchmarks\n\n<!-- Written by make bench -->\n\n")
	r.writeMethod(w)
	r.writeTable(w)
	r.build.write(w, r.size.buildRounds)
	r.writeGoBenchmarks(w)
	r.writeMissed(w)
}

func (r *report) writeMethod(w io.Writer) {
	fmt.Fprintf(w, "## How it was measured\n\n")
	fmt.Fprintf(w, "- On %s, in %s, by `make bench` (`test/bench`).\n", r.began.UTC().Format("2006-01-02 15:04 UTC"), r.took.Round(time.Second))
	fmt.Fprintf(w, "- %s.\n", r.machine)
	for _, t := range r.tools {
		t.write(w)
	}
	fmt.Fprintf(w, method, r.size.pairRounds, r.size.pairSpawns, number(float64(r.size.pairChunks*r.size.chunkCalls), 0), number(float64(r.size.chunkCalls), 0),
		number(float64(r.size.floodExecs), 0), r.size.floodRounds)
}

// write writes how the tool was run.
func (t *tool) write(w io.Writer) {
	if t.why != "" {
		fmt.Fprintf(w, "- **%s**: not measured: %s.\n", t.name, escapeCell(t.why))
		return
	}
	line := filepath.Base(t.command[0]) + strings.Join(append([]string{""}, t.command[1:]...), " ")
	fmt.Fprintf(w, "- **%s**: `%s`, %s.\n", t.name, line, escapeCell(t.version))
}

// method explains the table, with the sizes filled in.
const method = `
All tools were measured in the same run, in turn, each of them alone (but for the idle time), and wrote to a file. A
figure is the median; the quartiles stand behind it: half of the measurements lie between these two. On a
machine that does other work they are far apart. Compare what stands in one line, and nothing across runs.

- **Kernel time** is what the kernel counts for eBPF programs while ` + "`kernel.bpf_stats_enabled`" + ` is set: the mean time of a
  run, added up over the programs of a tool. It was measured with a static program that got two arguments and no environment.
- **Spawns** and **system calls** are paired: %d times there were %d spawns and %s calls on one processor with the tool, and as many
  before and after it without any. What is added is the difference, taken each time, of the median spawns, and of the calls
  in chunks of %s of which a tenth were faster.
- A **flood** is %s execs of a static program that exits at once, by two programs at the same time and as fast as
  they can. It was done %d times, each after a shorter one without a tool, which gives the rate to compare with. Each exec has a number
  of its own as argument, and is seen if the number is in the tool's output.
- **Frozen** is a tool that was stopped (SIGSTOP) all through one flood, of so many execs with so many bytes of arguments beside
  their numbers, and then continued. Where exectrail had to leave the arguments out it says so, and the exec is seen if its parent is one
  of the two programs. For bpftrace an exec is two events.
- **Memory** is resident memory. The kernel counts a BPF ring buffer as resident, and twice, since it is mapped twice in a row
  so that no record is in two pieces. It is left out of the memory beside the ring, and so are perf buffers where they are counted.
- **Idle** are the seconds in which no process or thread began on the machine, if there were any.
- **Time to the first exec shown**: the tool writes to a terminal, and there is an exec about every millisecond.

`

func (r *report) writeTable(w io.Writer) {
	fmt.Fprintf(w, "## Beside other tools\n\n")
	writeRows(w, r.tools, r.rows)
}

// writeRows writes a table with a column for each tool.
func writeRows(w io.Writer, tools []*tool, rows []row) {
	header := []string{"", "Target of exectrail"}
	for _, t := range tools {
		header = append(header, t.name)
	}
	var lines [][]string
	for _, row := range rows {
		line := []string{row.name, verdict(row.target, row.met)}
		for _, t := range tools {
			line = append(line, orNone(row.by[t.name]))
		}
		lines = append(lines, append(line, orNone(row.base)))
	}
	writeMarkdown(w, append(header, "No tool"), lines)
}

func (r *report) writeGoBenchmarks(w io.Writer) {
	fmt.Fprintf(w, "## In Go, per event\n\nOn one processor.\n\n")
	var lines [][]string
	for _, b := range r.goBenchmarks {
		line := []string{b.pkg, b.name}
		for _, unit := range []string{"ns/op", "B/op", "allocs/op"} {
			line = append(line, b.number(unit))
		}
		perSecond := noNumber
		if ns := b.values["ns/op"]; ns > 0 {
			perSecond = number(1e9/ns, 0)
		}
		lines = append(lines, append(line, perSecond, verdict(targetOf(b))))
	}
	writeMarkdown(w, []string{"Package", "Benchmark", "ns", "Bytes allocated", "Allocations", "Per second", "Target"}, lines)
}

func (b goBenchmark) number(unit string) string {
	v, ok := b.values[unit]
	if !ok {
		return noNumber
	}
	return number(v, 0)
}

// writeMissed lists the targets that were not reached, and those that nothing was measured for.
func (r *report) writeMissed(w io.Writer) {
	var missed []string
	for _, row := range slices.Concat(r.rows, r.build.rows) {
		if row.target != "" && !row.met {
			missed = append(missed, fmt.Sprintf("%s: %s, not %s", row.name, orNone(row.by[ours]), row.target))
		}
	}
	measured := map[string]bool{}
	for _, b := range r.goBenchmarks {
		target, met := targetOf(b)
		measured[b.pkg+target] = true
		if target != "" && !met {
			missed = append(missed, fmt.Sprintf("%s %s: %s ns and %s allocations, not %s",
				b.pkg, b.name, b.number("ns/op"), b.number("allocs/op"), target))
		}
	}
	for _, t := range goTargets {
		if !measured[t.pkg+t.text] {
			missed = append(missed, fmt.Sprintf("%s: has no benchmark for %s", t.pkg, t.text))
		}
	}
	fmt.Fprintf(w, "## Targets missed\n\n")
	if len(missed) == 0 {
		fmt.Fprintln(w, "None.")
	}
	for _, m := range missed {
		fmt.Fprintf(w, "- %s\n", m)
	}
}

func verdict(target string, met bool) string {
	switch {
	case target == "":
		return ""
	case met:
		return target + ": met"
	}
	return target + ": **missed**"
}

func orNone(text string) string {
	if text == "" {
		return noNumber
	}
	return text
}
