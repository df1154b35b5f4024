package wire_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/wire"
)

var kindNames = map[wire.Kind]string{
	wire.Exec: "exec", wire.Fork: "fork", wire.Exit: "exit", wire.Chunk: "chunk",
	wire.Failed: "failed", wire.Cause: "cause", wire.Snapshot: "snapshot", wire.Clock: "clock", wire.Name: "name", wire.Seen: "seen", wire.Tally: "tally",
}

// textOf decodes records that stand one after the other, and writes what they
// say: a line for each field that is not zero.
func textOf(t *testing.T, records []byte) string {
	t.Helper()
	var d wire.Decoder
	var out strings.Builder
	for record := range split(records) {
		var r wire.Record
		if err := d.Decode(record, &r); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s\n", kindNames[r.Kind])
		appendFields(&out, "", reflect.ValueOf(r))
	}
	return out.String()
}

// split yields records by the size in their heads.
func split(records []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(records) >= 8 {
			size := min(max(int(binary.LittleEndian.Uint32(records[4:])), 8), len(records))
			if !yield(records[:size]) {
				return
			}
			records = records[size:]
		}
	}
}

func appendFields(out *strings.Builder, prefix string, v reflect.Value) {
	for i := range v.NumField() {
		field, name := v.Field(i), prefix+v.Type().Field(i).Name
		switch {
		case field.IsZero() || !field.CanInterface():
		case v.Type().Field(i).Anonymous:
			appendFields(out, prefix, field)
		case field.Kind() == reflect.Struct:
			appendFields(out, name+".", field)
		case field.Kind() == reflect.Slice:
			fmt.Fprintf(out, "  %s: %s\n", name, abridged(field.Bytes()))
		default:
			fmt.Fprintf(out, "  %s: %v\n", name, field.Interface())
		}
	}
}

// abridged shows repetitions by their number.
func abridged(b []byte) string {
	const few = 40
	if n := len(b); n > 4*few {
		if middle := b[few : n-few]; bytes.Count(middle, middle[:1]) == len(middle) {
			return fmt.Sprintf("%q, %d of %q, %q", b[:few], len(middle), middle[:1], b[n-few:])
		}
	}
	return fmt.Sprintf("%q", b)
}
