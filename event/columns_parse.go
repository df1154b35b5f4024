package event

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ParseColumns returns the columns that spec asks for: a list of names
// (pid,exe,command), or changes to the default columns (+exe,-ppid). What is
// added stands before the command, which takes the rest of the line. An empty
// spec asks for the default columns.
func ParseColumns(spec string) ([]*Column, error) {
	names := strings.FieldsFunc(strings.ToLower(spec), func(r rune) bool { return r == ',' || r == ' ' })
	if len(names) == 0 {
		return DefaultColumns(), nil
	}
	known := Columns()
	relative := strings.ContainsRune("+-", rune(names[0][0]))
	var chosen []*Column
	if relative {
		chosen = DefaultColumns()
	}
	for _, item := range names {
		name := strings.TrimLeft(item, "+-")
		if signed := name != item; signed != relative {
			return nil, errors.New("columns are either a list (pid,exe) or changes to the default (+exe,-pid), not both")
		}
		column, err := lookup(known, name)
		if err != nil {
			return nil, err
		}
		at := index(chosen, name)
		switch remove := item[0] == '-'; {
		case remove && at >= 0:
			chosen = slices.Delete(chosen, at, at+1)
		case !remove && at < 0:
			chosen = slices.Insert(chosen, place(chosen, relative), column)
		}
	}
	if len(chosen) == 0 {
		return nil, errors.New("no column is left")
	}
	return chosen, nil
}

// place returns where a further column goes.
func place(chosen []*Column, beforeCommand bool) int {
	if n := len(chosen); beforeCommand && n > 0 && chosen[n-1].Name == "command" {
		return n - 1
	}
	return len(chosen)
}

// unknownColumn says which columns may be meant.
func unknownColumn(name string, known []*Column) error {
	var near []string
	for _, c := range known {
		if resembles(strings.ToLower(name), c.Name) {
			near = append(near, c.Name)
		}
	}
	if len(near) == 0 {
		return fmt.Errorf("unknown column %q", name)
	}
	return fmt.Errorf("unknown column %q; did you mean %s?", name, strings.Join(near, " or "))
}

func resembles(name, known string) bool {
	if len(name) > 2 && (strings.Contains(known, name) || strings.Contains(name, known)) {
		return true
	}
	return distance(name, known) <= 1+len(name)/6
}

// distance returns how many letters must be changed, added, removed or swapped
// with their neighbor to make b of a.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
