package main

import (
	"fmt"
	"io"
)

// buildMethod explains the table of the build, with the number of rounds and what was built filled in.
const buildMethod = `The same build in rounds, of which there were %d: without a tool, recorded by exectrail, without a tool again, and recorded by each of the others. It is
%s.

What is added is told of the mean of the two builds without a tool in the same round. The build tells its time itself, by a clock that is
read as the first and as the last thing that it does. What a tool takes before and after that stands below it: exectrail loads its programs into
the kernel, and in the end puts together what it recorded; strace finds out what the kernel can do.

`

// write writes the section about the build.
func (r *buildReport) write(w io.Writer, rounds int) {
	fmt.Fprintf(w, "## A real build\n\n")
	if r.why != "" {
		fmt.Fprintf(w, "Not measured: %s.\n\n", escapeCell(r.why))
		return
	}
	fmt.Fprintf(w, buildMethod, rounds, r.what)
	for _, t := range r.tools {
		t.write(w)
	}
	fmt.Fprintln(w)
	writeRows(w, r.tools, r.rows)
}
