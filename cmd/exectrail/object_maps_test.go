package main

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/object"
	"github.com/exectrail/exectrail/object/layout"
)

// testMaps are maps of each form.
func testMaps(t *testing.T) []mapContent {
	t.Helper()
	value := func(format string, raw ...byte) layout.Value {
		l, err := layout.Parse(format, binary.LittleEndian)
		if err != nil {
			t.Fatal(err)
		}
		return l.Decode(raw)
	}
	u16 := func(low, high byte) layout.Value { return value("u16 n", low, high).Index(0) }
	comm := value("char comm[4]", '\x1b', '[', 'm', 0)
	return []mapContent{
		{
			&object.LoadedMap{Name: "per\x1bcpu", ID: 7, Type: "percpu_hash", MaxEntries: 8},
			&object.MapContent{PerCPU: true, Entries: []object.MapEntry{
				{Key: u16(1, 0), Values: []layout.Value{comm, comm}},
			}},
		},
		{
			&object.LoadedMap{Name: ".data", ID: 8, Type: "array", MaxEntries: 1},
			&object.MapContent{Variables: true, Entries: []object.MapEntry{{Name: "total", Values: []layout.Value{u16(0, 1)}}}},
		},
		{
			&object.LoadedMap{ID: 9, Type: "queue", MaxEntries: 4},
			&object.MapContent{Note: "the rest waits", Entries: []object.MapEntry{{Values: []layout.Value{u16(2, 0)}}}},
		},
	}
}

func TestMapsText(t *testing.T) {
	const round = `per\x1bcpu: id 7, percpu_hash, 1 of 8 entries, held by run\n[12], cat[13]
KEY  CPU  VALUE
1    0    comm=$'\x1b[m'
1    1    comm=$'\x1b[m'

.data: id 8, array, 1 variable
KEY    VALUE
total  256

(no name): id 9, queue
(the rest waits)
KEY  VALUE
-    2
`
	holders := map[uint32][]object.Holder{7: {{PID: 12, Comm: "run\n"}, {PID: 13, Comm: "cat"}}, 8: nil, 9: nil}
	for _, tt := range []struct {
		clear bool
		want  string
	}{
		{false, round + "\n" + round},
		{true, strings.Repeat("\x1b[H\x1b[2J"+round, 2)},
	} {
		var out bytes.Buffer
		p := mapPrinter{w: &out, watching: true, clear: tt.clear, holders: holders}
		for ; p.rounds < 2; p.rounds++ {
			if err := p.print(testMaps(t), time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		if out.String() != tt.want {
			t.Errorf("got\n%s\nwant\n%s", out.String(), tt.want)
		}
	}
}

func TestMapsJSON(t *testing.T) {
	const want = `{"time":"2030-01-02T03:04:05Z","map":{"name":"per\u001bcpu","id":7,"type":"percpu_hash","key_size":0,"value_size":0,"max_entries":8,"flags":0,"holders":[{"pid":12,"comm":"run"}]},` +
		`"entries":[{"key":1,"values":[{"comm":"\u001b[m"},{"comm":"\u001b[m"}]}]}
{"time":"2030-01-02T03:04:05Z","map":{"name":".data","id":8,"type":"array","key_size":0,"value_size":0,"max_entries":1,"flags":0,"holders":[]},` +
		`"entries":[{"key":"total","value":256}]}
{"time":"2030-01-02T03:04:05Z","map":{"name":"","id":9,"type":"queue","key_size":0,"value_size":0,"max_entries":4,"flags":0,"holders":[]},` +
		`"entries":[{"key":null,"value":2}],"note":"the rest waits"}
`
	var out bytes.Buffer
	p := mapPrinter{w: &out, json: true, watching: true, holders: map[uint32][]object.Holder{7: {{PID: 12, Comm: "run"}}, 8: nil, 9: nil}}
	if err := p.print(testMaps(t), time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
