package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/exectrail/exectrail/internal/printable"
	"github.com/exectrail/exectrail/object"
	"github.com/exectrail/exectrail/object/layout"
)

// mapContent is a map with what was read from it.
type mapContent struct {
	of *object.LoadedMap
	*object.MapContent
}

// mapPrinter shows what is in maps, perhaps time and again.
type mapPrinter struct {
	w        io.Writer
	json     bool
	watching bool
	clear    bool // the screen, before each round
	rounds   int  // before this one

	holders map[uint32][]object.Holder // by id; of a map that is not in it, they were not looked for
}

// print shows maps. What is on the screen is replaced at once, so that it does not flicker.
func (p *mapPrinter) print(maps []mapContent, now time.Time) error {
	if err := p.findHolders(maps); err != nil {
		return err
	}
	var b bytes.Buffer
	switch {
	case p.json:
		for _, m := range maps {
			if err := p.writeJSON(&b, m, now); err != nil {
				return err
			}
		}
	default:
		if p.clear {
			b.WriteString("\x1b[H\x1b[2J")
		}
		for i, m := range maps {
			if i > 0 || p.rounds > 0 && !p.clear {
				b.WriteByte('\n')
			}
			if err := p.writeText(&b, m); err != nil {
				return err
			}
		}
	}
	_, err := p.w.Write(b.Bytes())
	return err
}

// findHolders looks for who holds maps when there is one that it did not see before: it goes through all open files.
func (p *mapPrinter) findHolders(maps []mapContent) error {
	for _, m := range maps {
		if _, known := p.holders[m.of.ID]; known {
			continue
		}
		found, err := object.MapHolders()
		if err != nil {
			return err
		}
		p.holders = map[uint32][]object.Holder{}
		for _, m := range maps {
			p.holders[m.of.ID] = found[m.of.ID]
		}
		return nil
	}
	return nil
}

// writeText writes a line about a map, and a table of its entries.
func (p *mapPrinter) writeText(b *bytes.Buffer, m mapContent) error {
	name := m.of.Name
	if name == "" {
		name = "(no name)"
	}
	b.Write(printable.AppendEscaped(nil, name))
	fmt.Fprintf(b, ": id %d, %s", m.of.ID, m.of.Type)
	switch n := len(m.Entries); {
	case m.Variables && n == 1:
		b.WriteString(", 1 variable")
	case m.Variables:
		fmt.Fprintf(b, ", %d variables", n)
	case m.Note == "":
		fmt.Fprintf(b, ", %d of %d entries", n, m.of.MaxEntries)
	}
	for i, h := range p.holders[m.of.ID] {
		separator := ", "
		if i == 0 {
			separator = ", held by "
		}
		fmt.Fprintf(b, "%s%s[%d]", separator, printable.AppendEscaped(nil, h.Comm), h.PID)
	}
	b.WriteByte('\n')
	if m.Note != "" {
		fmt.Fprintf(b, "(%s)\n", m.Note)
	}
	if len(m.Entries) == 0 {
		return nil
	}
	return writeAligned(b, tableOf(m))
}

// tableOf returns the rows of a table of entries.
func tableOf(m mapContent) [][]string {
	rows := [][]string{{"KEY", "VALUE"}}
	if m.PerCPU {
		rows = [][]string{{"KEY", "CPU", "VALUE"}}
	}
	for _, e := range m.Entries {
		for cpu, v := range e.Values {
			row := []string{keyText(e)}
			if m.PerCPU {
				row = append(row, strconv.Itoa(cpu))
			}
			rows = append(rows, append(row, string(layout.AppendText(nil, v))))
		}
	}
	return rows
}

func keyText(e object.MapEntry) string {
	switch {
	case e.Name != "":
		return string(printable.AppendEscaped(nil, e.Name))
	case e.Key.Kind() == layout.Missing:
		return "-"
	}
	return string(layout.AppendText(nil, e.Key))
}
