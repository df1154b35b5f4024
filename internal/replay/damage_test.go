package replay

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

var sampleRecords = []string{"first record", "", "the third\x00", strings.Repeat("4", 300)}

// frames returns where the frames of the recording begin, the header's first, and where the last ends.
func frames(recording []byte) []int64 {
	starts := []int64{int64(len(magic))}
	for at := len(magic); at < len(recording); {
		at += frameHead + int(binary.LittleEndian.Uint32(recording[at:]))
		starts = append(starts, int64(at))
	}
	return starts
}

// checkDamaged reads a recording in which the frame with this index, and nothing before, cannot be read.
func checkDamaged(t *testing.T, what string, at int, recording []byte, starts []int64, frame int) {
	t.Helper()
	_, records, err := readAll(bytes.NewReader(recording))
	var damage *DamageError
	if !errors.As(err, &damage) {
		t.Fatalf("%s at %d: got %v", what, at, err)
	}
	if damage.Offset != starts[frame] {
		t.Errorf("%s at %d: damage at offset %d, want %d", what, at, damage.Offset, starts[frame])
	}
	if whole := sampleRecords[:max(frame-1, 0)]; !slices.Equal(records, whole) {
		t.Errorf("%s at %d: got %d records before it, want %d", what, at, len(records), len(whole))
	}
}

// TestCut ends a recording at each of its bytes.
func TestCut(t *testing.T) {
	recording := record(t, sampleRecords...)
	starts := frames(recording)
	for n := range recording {
		if n < len(magic) {
			if _, _, err := readAll(bytes.NewReader(recording[:n])); !errors.Is(err, ErrFormat) {
				t.Errorf("cut at %d: got %v", n, err)
			}
			continue
		}
		frame, boundary := slices.BinarySearch(starts, int64(n))
		if !boundary {
			checkDamaged(t, "cut", n, recording[:n], starts, frame-1)
			continue
		}
		if frame == 0 {
			checkDamaged(t, "cut", n, recording[:n], starts, 0)
			continue
		}
		// Between two records it is a recording that ended there.
		if _, records, err := readAll(bytes.NewReader(recording[:n])); err != io.EOF || !slices.Equal(records, sampleRecords[:frame-1]) {
			t.Errorf("cut at %d: got %d records, %v", n, len(records), err)
		}
	}
}

// TestFlip changes each byte of a recording.
func TestFlip(t *testing.T) {
	recording := record(t, sampleRecords...)
	starts := frames(recording)
	for _, flip := range []byte{0x01, 0x80, 0xff} {
		for i := range recording {
			damaged := bytes.Clone(recording)
			damaged[i] ^= flip
			if i < len(magic) {
				if _, _, err := readAll(bytes.NewReader(damaged)); !errors.Is(err, ErrFormat) {
					t.Errorf("flip at %d: got %v", i, err)
				}
				continue
			}
			next, _ := slices.BinarySearch(starts, int64(i)+1)
			checkDamaged(t, "flip", i, damaged, starts, next-1)
		}
	}
}

func TestNotARecording(t *testing.T) {
	for _, content := range []string{
		"", "\n", "exectrail", "something else\n",
		strings.Replace(magic, "1", "2", 1) + "of another version",
		strings.Repeat("x", 1<<20),
	} {
		if _, err := NewReader(strings.NewReader(content)); !errors.Is(err, ErrFormat) {
			t.Errorf("%.40q: got %v", content, err)
		}
	}
}

// TestHeader has headers that are whole, but make no sense.
func TestHeader(t *testing.T) {
	for _, content := range []string{"", "{", "[]", `{"layout":"one"}`, `{"layout":1} more`} {
		head := binary.LittleEndian.AppendUint32([]byte(magic), uint32(len(content)))
		head = binary.LittleEndian.AppendUint32(head, crc32.Checksum([]byte(content), castagnoli))
		_, err := NewReader(bytes.NewReader(append(head, content...)))
		var damage *DamageError
		if !errors.As(err, &damage) || damage.Offset != int64(len(magic)) {
			t.Errorf("%q: got %v", content, err)
		}
	}
}

// TestGreatLength has a frame that says that it is longer than any can be: nothing is allocated for it.
func TestGreatLength(t *testing.T) {
	recording := binary.LittleEndian.AppendUint32(record(t, "first"), 1<<32-1)
	reader, err := NewReader(bytes.NewReader(append(recording, make([]byte, 100)...)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Next(); !errors.As(err, new(*DamageError)) || cap(reader.buf) > maxRecord {
		t.Errorf("got %v, with a buffer of %d bytes", err, cap(reader.buf))
	}
}

// TestDamageStays reads on after an error: what follows is not to be trusted.
func TestDamageStays(t *testing.T) {
	recording := record(t, "first", "second", "third")
	starts := frames(recording)
	recording[starts[2]+frameHead] ^= 1
	reader, err := NewReader(bytes.NewReader(recording))
	if err != nil {
		t.Fatal(err)
	}
	reader.Next()
	_, first := reader.Next()
	got, again := reader.Next()
	if first == nil || again != first {
		t.Errorf("got %q, %v after %v", got, again, first)
	}
}

// TestDamage is told by who decodes the records.
func TestDamage(t *testing.T) {
	recording := record(t, "first", "second", "third")
	starts := frames(recording)
	reader, err := NewReader(bytes.NewReader(recording))
	if err != nil {
		t.Fatal(err)
	}
	reader.Next()
	second, err := reader.Next()
	if err != nil {
		t.Fatal(err)
	}
	malformed := errors.New("malformed")
	var damage *DamageError
	if err = reader.Damage(second, malformed); !errors.As(err, &damage) || damage.Offset != starts[2] || !errors.Is(err, malformed) {
		t.Errorf("got %v, want offset %d", err, starts[2])
	}
	if !strings.Contains(err.Error(), "offset") || !strings.Contains(err.Error(), "malformed") {
		t.Errorf("the error does not tell where and why: %v", err)
	}
	if _, again := reader.Next(); !reflect.DeepEqual(again, err) {
		t.Errorf("reading on: got %v", again)
	}
}

// TestReadError has a file that cannot be read: that is another failure than a damaged one.
func TestReadError(t *testing.T) {
	broken := errors.New("broken disk")
	if _, err := NewReader(iotest.ErrReader(broken)); !errors.Is(err, broken) || errors.Is(err, ErrFormat) {
		t.Errorf("at the beginning: got %v", err)
	}
	recording := record(t, "first", "second")
	r := io.MultiReader(bytes.NewReader(recording[:len(recording)-3]), iotest.ErrReader(broken))
	if _, records, err := readAll(r); !errors.Is(err, broken) || len(records) != 1 {
		t.Errorf("later: got %q, %v", records, err)
	}
}
