package replay

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

func sampleHeader() Header {
	return Header{
		Layout: 7, Hostname: "demo\n\"", BootID: "0b5c4d3e-1f2a-4b6c-8d7e-9f0a1b2c3d4e", Kernel: "6.12.9", Arch: "arm64",
		Env: true, EnvNames: []string{"PATH", "HOME"}, BufferSize: 32 << 20,
	}
}

// record returns a recording in memory.
func record(t testing.TB, records ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, sampleHeader())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := w.Write([]byte(r)); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// readAll returns what can be read of a recording, and the error that ended it.
func readAll(r io.Reader) (header Header, records []string, err error) {
	reader, err := NewReader(r)
	if err != nil {
		return Header{}, nil, err
	}
	for {
		record, err := reader.Next()
		if err != nil {
			return reader.Header, records, err
		}
		records = append(records, string(record))
	}
}

func TestRoundTrip(t *testing.T) {
	want := []string{"first", "", "\x00\xff\n", strings.Repeat("x", 1000), strings.Repeat("long", maxRecord/4), "last"}
	recording := record(t, want...)
	for name, r := range map[string]io.Reader{
		"at once":              bytes.NewReader(recording),
		"byte by byte":         iotest.OneByteReader(bytes.NewReader(recording)),
		"the end with its EOF": iotest.DataErrReader(bytes.NewReader(recording)),
	} {
		header, got, err := readAll(r)
		if err != io.EOF {
			t.Errorf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(header, sampleHeader()) {
			t.Errorf("%s: got header %+v", name, header)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %d records, want %d", name, len(got), len(want))
		}
	}
}

func TestEmptyRecording(t *testing.T) {
	reader, err := NewReader(bytes.NewReader(record(t)))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := reader.Next(); err != io.EOF {
			t.Errorf("got %q, %v, want the end", got, err)
		}
	}
}

// TestTooLong writes what could not be read again.
func TestTooLong(t *testing.T) {
	var b bytes.Buffer
	w, err := NewWriter(&b, sampleHeader())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(make([]byte, maxRecord+1)); err == nil {
		t.Error("a record that is too long was written")
	}
	if err := w.Write([]byte("next")); err != nil {
		t.Error(err)
	}
	if _, records, err := readAll(&b); err != io.EOF || len(records) != 1 || records[0] != "next" {
		t.Errorf("got %q, %v", records, err)
	}
	h := sampleHeader()
	h.EnvNames = []string{strings.Repeat("N", maxRecord)}
	if _, err := NewWriter(&b, h); err == nil {
		t.Error("a header that is too long was written")
	}
}

// TestWriteError has a file on a disk that gets full.
func TestWriteError(t *testing.T) {
	full := errors.New("no space")
	if _, err := NewWriter(failing{full}, sampleHeader()); !errors.Is(err, full) {
		t.Errorf("header: got %v", err)
	}
	var b bytes.Buffer
	w, err := NewWriter(&b, sampleHeader())
	if err != nil {
		t.Fatal(err)
	}
	w.w = failing{full}
	if err := w.Write([]byte("record")); !errors.Is(err, full) {
		t.Errorf("record: got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
