package main

import (
	"encoding/json"

	"github.com/exectrail/exectrail/internal/printable"
)

// jsonText is text that may hold any bytes. In JSON nothing in it is obeyed by a terminal, and bytes that are not UTF-8 are shown as \xff.
type jsonText string

// MarshalJSON implements [json.Marshaler].
func (t jsonText) MarshalJSON() ([]byte, error) {
	b, _ := printable.AppendJSON([]byte{'"'}, string(t))
	return json.Marshal(json.RawMessage(append(b, '"')))
}

func jsonTexts(list []string) []jsonText {
	texts := make([]jsonText, len(list))
	for i, s := range list {
		texts[i] = jsonText(s)
	}
	return texts
}

// exactBytes returns the bytes of a text that is not UTF-8, and nil for others.
func exactBytes(s string) []byte {
	if _, exact := printable.AppendJSON(nil, s); exact {
		return nil
	}
	return []byte(s)
}

// exactTexts returns the bytes of all texts when one of them is not UTF-8, and else nil.
func exactTexts(list []string) [][]byte {
	for _, s := range list {
		if exactBytes(s) == nil {
			continue
		}
		all := make([][]byte, len(list))
		for i, s := range list {
			all[i] = []byte(s)
		}
		return all
	}
	return nil
}
