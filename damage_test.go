package exectrail_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/internal/replay"
	"github.com/exectrail/exectrail/internal/wire"
)

// TestDamagedRecording changes a byte: the events before it come, then an error that stays.
func TestDamagedRecording(t *testing.T) {
	demo, err := os.ReadFile("testdata/demo.raw")
	if err != nil {
		t.Fatal(err)
	}
	want, err := readAll(t, openDemo(t))
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(demo)
	changed[len(demo)/2] ^= 1
	for name, content := range map[string][]byte{
		"changed": changed, "cut": demo[:len(demo)-1], "cut in the middle": demo[:len(demo)/2],
		"without its end": withoutTallies(t, demo),
	} {
		tracer, err := exectrail.OpenRecording(bytes.NewReader(content))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := readAll(t, tracer)
		var damage *exectrail.DamageError
		if !errors.As(err, &damage) || damage.Offset <= 0 || damage.Offset > int64(len(content)) {
			t.Errorf("%s: got %v", name, err)
		}
		if len(got) > len(want) || !slices.Equal(got, want[:len(got)]) {
			t.Errorf("%s: the %d events before it differ", name, len(got))
		}
		if more, again := readAll(t, tracer); len(more) != 0 || !errors.As(again, &damage) {
			t.Errorf("%s: reading on gives %d events, %v", name, len(more), again)
		}
	}
}

// TestMalformedRecording has a record that is whole, but that no kernel wrote.
func TestMalformedRecording(t *testing.T) {
	var b bytes.Buffer
	w := newRecording(t, &b, wire.Layout)
	w.Write(wire.AppendClock(nil, 1, 2))
	offset := int64(b.Len())
	w.Write([]byte("no record of any kind"))
	tracer, err := exectrail.OpenRecording(&b)
	if err != nil {
		t.Fatal(err)
	}
	var damage *exectrail.DamageError
	if _, err := readAll(t, tracer); !errors.As(err, &damage) || damage.Offset != offset || !errors.Is(err, wire.ErrRecord) {
		t.Errorf("got %v, want offset %d", err, offset)
	}
}

func TestNotARecording(t *testing.T) {
	if _, err := exectrail.OpenRecording(strings.NewReader("something else")); !errors.Is(err, exectrail.ErrFormat) {
		t.Errorf("got %v", err)
	}
	var b bytes.Buffer
	newRecording(t, &b, wire.Layout+1)
	if _, err := exectrail.OpenRecording(&b); !errors.Is(err, exectrail.ErrLayout) {
		t.Errorf("another layout: got %v", err)
	}
}

func newRecording(t *testing.T, b *bytes.Buffer, layout int) *replay.Writer {
	t.Helper()
	w, err := replay.NewWriter(b, replay.Header{Layout: layout, Hostname: "test", BootID: "boot"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// withoutTallies returns a recording that ends with its last event, as when the session was killed.
func withoutTallies(t *testing.T, recording []byte) []byte {
	t.Helper()
	reader, err := replay.NewReader(bytes.NewReader(recording))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := replay.NewWriter(&b, reader.Header)
	if err != nil {
		t.Fatal(err)
	}
	for {
		record, err := reader.Next()
		if err != nil {
			return b.Bytes()
		}
		if wire.Kind(record[0]) != wire.Tally {
			w.Write(record)
		}
	}
}
