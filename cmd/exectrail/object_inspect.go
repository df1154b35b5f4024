package main

import (
	"encoding/binary"
	"fmt"

	"github.com/exectrail/exectrail/object"
)

// An inspection is what 'object inspect' tells of a file. Its form in JSON is part of the command's interface.
type inspection struct {
	File      string             `json:"file"`
	ByteOrder string             `json:"byte_order"`
	License   string             `json:"license"`
	Maps      []inspectedMap     `json:"maps"`
	Programs  []inspectedProgram `json:"programs"`
	Notes     []string           `json:"notes"`

	logCut bool // the verifier said more than is shown
}

type inspectedMap struct {
	object.Map
	*loadedPart
}

type inspectedProgram struct {
	object.Program
	*object.Support
	*placedPart
	*loadedPart
}

// A placedPart tells where a run would attach the program.
type placedPart struct {
	Attachments []attachedAt `json:"attachments"`
	NotAttached string       `json:"not_attached,omitempty"`
}

type attachedAt struct {
	Kind   string `json:"kind"`
	Target string `json:"target,omitempty"`
}

// A loadedPart is what --load adds.
type loadedPart struct {
	FD                   int      `json:"fd,omitempty"`
	ID                   uint32   `json:"id,omitempty"`
	VerifiedInstructions uint32   `json:"verified_instructions,omitempty"`
	Error                string   `json:"error,omitempty"`
	VerifierLog          []string `json:"verifier_log,omitempty"`
}

func newInspection(file string, o *object.Object) *inspection {
	i := &inspection{
		File: file, ByteOrder: "little-endian", License: o.License(),
		Maps: []inspectedMap{}, Programs: []inspectedProgram{}, Notes: append([]string{}, o.Notes()...),
	}
	if o.ByteOrder() == binary.BigEndian {
		i.ByteOrder = "big-endian"
	}
	for _, m := range o.Maps() {
		i.Maps = append(i.Maps, inspectedMap{Map: m})
	}
	for _, p := range o.Programs() {
		i.Programs = append(i.Programs, inspectedProgram{Program: p})
	}
	return i
}

// addSupport adds what the kernel says of the programs.
func (i *inspection) addSupport(support map[string]object.Support) {
	for n := range i.Programs {
		s := support[i.Programs[n].Name]
		i.Programs[n].Support = &s
	}
}

// addPlacements adds where a run would attach the programs.
func (i *inspection) addPlacements(placements map[string]object.Placement) {
	for n := range i.Programs {
		placement := placements[i.Programs[n].Name]
		part := &placedPart{Attachments: []attachedAt{}, NotAttached: placement.Reason}
		for _, a := range placement.Attachments {
			part.Attachments = append(part.Attachments, attachedAt{a.Kind, a.Target})
		}
		i.Programs[n].placedPart = part
	}
}

// addLoaded adds what became of maps and programs when they were loaded.
func (i *inspection) addLoaded(maps, programs []object.LoadResult, wholeLog bool) {
	for n, m := range maps {
		i.Maps[n].loadedPart = i.loadedPart(m, wholeLog)
	}
	for n, p := range programs {
		i.Programs[n].loadedPart = i.loadedPart(p, wholeLog)
	}
}

func (i *inspection) loadedPart(r object.LoadResult, wholeLog bool) *loadedPart {
	p := &loadedPart{FD: r.FD, ID: r.ID, VerifiedInstructions: r.VerifiedInstructions, VerifierLog: r.Log}
	if r.Err != nil {
		p.Error = r.Err.Error()
	}
	if !wholeLog {
		p.VerifierLog = r.ShortLog()
		i.logCut = i.logCut || len(p.VerifierLog) < len(r.Log)
	}
	return p
}

// err tells how much was not loaded.
func (i *inspection) err() error {
	e := &notLoadedError{cut: i.logCut}
	for _, m := range i.Maps {
		if m.loadedPart != nil && m.Error != "" {
			e.maps++
		}
	}
	for _, p := range i.Programs {
		if p.loadedPart != nil && p.Error != "" {
			e.programs++
		}
	}
	if e.maps == 0 && e.programs == 0 {
		return nil
	}
	e.text = fmt.Sprintf("cannot load %s and %s of %s", count(e.maps, "map"), count(e.programs, "program"), i.File)
	if e.maps == 0 {
		e.text = fmt.Sprintf("cannot load %s of %s", count(e.programs, "program"), i.File)
	}
	return e
}

// A notLoadedError says how many maps and programs could not be loaded.
type notLoadedError struct {
	text           string
	maps, programs int
	cut            bool
}

func (e *notLoadedError) Error() string { return e.text }

// Hint returns how to see more.
func (e *notLoadedError) Hint() string {
	if e.cut {
		return "--verifier-log shows all that the verifier says"
	}
	return ""
}

// count returns a number with a noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
