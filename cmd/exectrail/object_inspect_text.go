package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/exectrail/exectrail/internal/printable"
	"github.com/exectrail/exectrail/object"
)

// reportWidth is the column at which lists are wrapped.
const reportWidth = 100

// writeInspection writes an inspection for a person. What comes from the file is shown, not obeyed.
func writeInspection(w io.Writer, i *inspection) error {
	var b bytes.Buffer
	license := "no licence"
	if i.License != "" {
		license = "licence " + i.License
	}
	fmt.Fprintf(&b, "%s: eBPF object, %s, %s\n", shown(i.File), i.ByteOrder, shown(license))
	if len(i.Maps) > 0 {
		if err := writeMaps(&b, i.Maps); err != nil {
			return err
		}
	}
	if len(i.Programs) > 0 {
		fmt.Fprintf(&b, "\n%s\n", count(len(i.Programs), "program"))
	}
	for _, p := range i.Programs {
		writeProgram(&b, p)
	}
	for n, note := range i.Notes {
		if n == 0 {
			fmt.Fprint(&b, "\nNotes\n")
		}
		fmt.Fprintf(&b, "  %s\n", shown(note))
	}
	_, err := w.Write(b.Bytes())
	return err
}

func shown(s string) string { return string(printable.AppendEscaped(nil, s)) }

func writeMaps(b *bytes.Buffer, maps []inspectedMap) error {
	fmt.Fprintf(b, "\n%s\n", count(len(maps), "map"))
	loaded := maps[0].loadedPart != nil
	row := func(name, kind, key, value, entries, fd, id, details string) []string {
		if loaded {
			return []string{name, kind, key, value, entries, fd, id, details}
		}
		return []string{name, kind, key, value, entries, details}
	}
	rows := [][]string{row("NAME", "TYPE", "KEY", "VALUE", "ENTRIES", "FD", "ID", "DETAILS")}
	add := func(name string, m object.Map, fd, id string) {
		rows = append(rows, row(name, m.Type, typeAndSize(m.Key, m.KeySize), typeAndSize(m.Value, m.ValueSize),
			fmt.Sprint(m.MaxEntries), fd, id, details(m)))
	}
	for _, m := range maps {
		fd, id := "-", "-"
		if loaded && m.Error == "" {
			fd, id = fmt.Sprint(m.FD), fmt.Sprint(m.ID)
		}
		add(shown(m.Name), m.Map, fd, id)
		if m.Inner != nil {
			add("  each value", *m.Inner, "-", "-")
		}
	}
	for _, row := range rows {
		row[0] = "  " + row[0]
	}
	var table bytes.Buffer
	if err := writeAligned(&table, rows); err != nil {
		return err
	}
	for line := range strings.Lines(table.String()) {
		// A row without details ends with the padding before them.
		fmt.Fprintln(b, strings.TrimRight(line, " \n"))
	}
	writeMapErrors(b, maps)
	return nil
}

// writeMapErrors tells each reason once, with the maps that it is for.
func writeMapErrors(b *bytes.Buffer, maps []inspectedMap) {
	names := map[string][]string{}
	var reasons []string
	for _, m := range maps {
		if m.loadedPart == nil || m.Error == "" {
			continue
		}
		if names[m.Error] == nil {
			reasons = append(reasons, m.Error)
		}
		names[m.Error] = append(names[m.Error], m.Name)
	}
	for _, reason := range reasons {
		writeField(b, "not loaded", shown(strings.Join(names[reason], ", ")+": "+reason))
	}
}

func typeAndSize(name string, size uint32) string {
	switch {
	case name == "" && size == 0:
		return "-"
	case name == "":
		return fmt.Sprintf("%d B", size)
	case size == 0:
		// Of what goes through a buffer, each record has its own size.
		return shown(name)
	}
	return fmt.Sprintf("%s (%d B)", shown(name), size)
}

func details(m object.Map) string {
	parts := append([]string{}, m.Flags...)
	if m.Pinned {
		parts = append(parts, "pinned by name")
	}
	switch {
	case m.Section:
		parts = append(parts, "variables")
	case m.Initial > 0:
		parts = append(parts, count(m.Initial, "initial value"))
	}
	return strings.Join(parts, ", ")
}

func writeProgram(b *bytes.Buffer, p inspectedProgram) {
	kind := p.Type
	if p.Sleepable {
		kind = "sleepable " + kind
	}
	fmt.Fprintf(b, "  %s: %s, section %s, %s\n", shown(p.Name), kind, shown(p.Section), count(p.Instructions, "instruction"))
	field := func(name, text string) {
		if text != "" {
			writeField(b, name, shown(text))
		}
	}
	field("target", p.Target)
	field("attach type", p.AttachType)
	field("maps", strings.Join(p.Maps, ", "))
	field("functions", strings.Join(p.Functions, ", "))
	field("helpers", strings.Join(p.Helpers, ", "))
	field("kernel functions", strings.Join(p.KernelFunctions, ", "))
	if p.placedPart != nil {
		field("attaches to", p.placedPart.where())
		field("not attached", p.NotAttached)
	}
	switch {
	case p.loadedPart != nil: // which says more than whether it could be
		writeLoaded(field, b, p.loadedPart)
	case p.Support != nil:
		field("loadable", strings.TrimSuffix(string(p.State)+": "+p.Reason, ": "))
	}
}

func (p *placedPart) where() string {
	var places []string
	for _, a := range p.Attachments {
		places = append(places, strings.TrimSpace(a.Kind+" "+a.Target))
	}
	return strings.Join(places, ", ")
}

func writeLoaded(field func(name, text string), b *bytes.Buffer, p *loadedPart) {
	if p.Error == "" {
		text := fmt.Sprintf("fd %d, id %d", p.FD, p.ID)
		if p.VerifiedInstructions > 0 {
			text += ", " + count(int(p.VerifiedInstructions), "instruction") + " verified"
		}
		field("loaded", text)
		return
	}
	field("not loaded", p.Error)
	for _, line := range p.VerifierLog {
		fmt.Fprintf(b, "      | %s\n", shown(line))
	}
}

// writeField writes a name and a text, which is wrapped between words.
func writeField(b *bytes.Buffer, name, text string) {
	const width = len("kernel functions")
	line := fmt.Sprintf("    %-*s ", width, name)
	indent := strings.Repeat(" ", len(line))
	for n, word := range strings.Fields(text) {
		if n > 0 && len(line)+1+len(word) > reportWidth {
			fmt.Fprintln(b, line)
			line = indent
		}
		line += " " + word
	}
	fmt.Fprintln(b, line)
}
