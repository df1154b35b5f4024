package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/exectrail/exectrail/object"
	"github.com/exectrail/exectrail/object/layout"
)

// mapLine is a map in JSON.
type mapLine struct {
	Time    string         `json:"time,omitempty"`
	Map     mapDescription `json:"map"`
	Entries []mapEntryLine `json:"entries"`
	Note    string         `json:"note,omitempty"` // why entries are missing
}

type mapDescription struct {
	Name       string          `json:"name"`
	ID         uint32          `json:"id"`
	Type       string          `json:"type"`
	KeySize    uint32          `json:"key_size"`
	ValueSize  uint32          `json:"value_size"`
	MaxEntries uint32          `json:"max_entries"`
	Flags      uint32          `json:"flags"`
	Holders    []object.Holder `json:"holders"`
}

// mapEntryLine has the values by CPU of a per-CPU map, and else the value.
type mapEntryLine struct {
	Key    json.RawMessage   `json:"key"`
	Value  json.RawMessage   `json:"value,omitempty"`
	Values []json.RawMessage `json:"values,omitempty"`
}

func (p *mapPrinter) writeJSON(b *bytes.Buffer, m mapContent, now time.Time) error {
	line := mapLine{
		Map: mapDescription{
			Name: strings.ToValidUTF8(m.of.Name, "\ufffd"), ID: m.of.ID, Type: m.of.Type, KeySize: m.of.KeySize, ValueSize: m.of.ValueSize,
			MaxEntries: m.of.MaxEntries, Flags: m.of.Flags, Holders: append([]object.Holder{}, p.holders[m.of.ID]...),
		},
		Entries: []mapEntryLine{}, Note: m.Note,
	}
	if p.watching {
		line.Time = now.UTC().Format(time.RFC3339Nano)
	}
	for _, e := range m.Entries {
		entry := mapEntryLine{Key: layout.AppendJSON(nil, e.Key)}
		if e.Name != "" {
			name, err := json.Marshal(e.Name)
			if err != nil {
				return err
			}
			entry.Key = name
		}
		for _, v := range e.Values {
			entry.Values = append(entry.Values, layout.AppendJSON(nil, v))
		}
		if !m.PerCPU && len(entry.Values) == 1 {
			entry.Value, entry.Values = entry.Values[0], nil
		}
		line.Entries = append(line.Entries, entry)
	}
	return json.NewEncoder(b).Encode(line)
}
