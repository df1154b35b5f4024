package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/exectrail/exectrail/internal/lives/compare"
)

// A diffObject is what 'diff -o json' tells. Its form is part of the command's interface.
type diffObject struct {
	A        diffSide      `json:"a"`
	B        diffSide      `json:"b"`
	Programs []diffProgram `json:"programs"`
	Commands []diffCommand `json:"changed_command_lines"`
}

type diffSide struct {
	Name         jsonText   `json:"name"`
	Command      []jsonText `json:"command"`
	CommandBytes [][]byte   `json:"command_bytes,omitempty"`
	Begin        string     `json:"begin"`
	Host         jsonText   `json:"host"`
	Wall         int64      `json:"wall_ns"`
	CPU          int64      `json:"cpu_ns"`
	Processes    int        `json:"processes"`
	Execs        int        `json:"execs"`
	FailedExecs  *int       `json:"failed_execs"` // null when they were not recorded
	FailedExits  int        `json:"failed_exits"`
	Missing      uint64     `json:"missing_events"` // lost, or beyond what is kept of a run
}

type diffProgram struct {
	Path      jsonText `json:"path"`
	PathBytes []byte   `json:"path_bytes,omitempty"`
	Name      jsonText `json:"name"`
	NameBytes []byte   `json:"name_bytes,omitempty"`
	A         diffUse  `json:"a"`
	B         diffUse  `json:"b"`
}

type diffUse struct {
	Count      int        `json:"count"`
	CPU        int64      `json:"cpu_ns"`
	Own        int64      `json:"own_ns"`
	First      []jsonText `json:"first_args,omitempty"`
	FirstBytes [][]byte   `json:"first_args_bytes,omitempty"`
}

// diffCommand has before or after only, where a whole command line went away or came.
type diffCommand struct {
	Path         jsonText   `json:"path"`
	PathBytes    []byte     `json:"path_bytes,omitempty"`
	Count        int        `json:"count"`
	Before       []jsonText `json:"before,omitempty"`
	BeforeBytes  [][]byte   `json:"before_bytes,omitempty"`
	After        []jsonText `json:"after,omitempty"`
	AfterBytes   [][]byte   `json:"after_bytes,omitempty"`
	Removed      []jsonText `json:"removed"`
	RemovedBytes [][]byte   `json:"removed_bytes,omitempty"`
	Added        []jsonText `json:"added"`
	AddedBytes   [][]byte   `json:"added_bytes,omitempty"`
}

func writeDiffJSON(w io.Writer, d *compare.Diff) error {
	o := diffObject{A: newDiffSide(&d.A), B: newDiffSide(&d.B), Programs: []diffProgram{}, Commands: []diffCommand{}}
	for i := range d.Programs {
		p := &d.Programs[i]
		o.Programs = append(o.Programs, diffProgram{
			Path: jsonText(p.Path), PathBytes: exactBytes(p.Path), Name: jsonText(p.Name), NameBytes: exactBytes(p.Name),
			A: newDiffUse(&p.A), B: newDiffUse(&p.B),
		})
	}
	for i := range d.Commands {
		c := &d.Commands[i]
		o.Commands = append(o.Commands, diffCommand{
			Path: jsonText(c.Path), PathBytes: exactBytes(c.Path), Count: c.Count,
			Before: jsonTexts(c.Before), BeforeBytes: exactTexts(c.Before), After: jsonTexts(c.After), AfterBytes: exactTexts(c.After),
			Removed: jsonTexts(c.Removed), RemovedBytes: exactTexts(c.Removed), Added: jsonTexts(c.Added), AddedBytes: exactTexts(c.Added),
		})
	}
	if err := json.NewEncoder(w).Encode(o); err != nil {
		return fmt.Errorf("write differences: %w", err)
	}
	return nil
}

func newDiffSide(s *compare.Side) diffSide {
	side := diffSide{
		Name: jsonText(s.Name), Command: jsonTexts(s.Run.Command), CommandBytes: exactTexts(s.Run.Command),
		Begin: s.Run.Begin.UTC().Format(time.RFC3339Nano), Host: jsonText(s.Run.Host),
		Wall: s.Wall.Nanoseconds(), CPU: s.CPU.Nanoseconds(),
		Processes: s.Processes, Execs: s.Execs, FailedExits: s.FailedExits,
		Missing: s.Run.Lost + s.Run.Omitted,
	}
	if !s.Run.FailedUnknown {
		side.FailedExecs = &s.FailedExecs
	}
	return side
}

func newDiffUse(u *compare.Use) diffUse {
	return diffUse{
		Count: u.Count, CPU: u.CPU.Nanoseconds(), Own: u.Own.Nanoseconds(), First: jsonTexts(u.First), FirstBytes: exactTexts(u.First),
	}
}
