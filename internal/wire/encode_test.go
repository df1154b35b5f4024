package wire

import (
	"math"
	"reflect"
	"testing"

	"github.com/exectrail/exectrail/event"
)

func TestClock(t *testing.T) {
	for _, offset := range []int64{0, 1, -1, math.MaxInt64, math.MinInt64} {
		r := decode(t, AppendClock(nil, 123, offset))
		if r.Kind != Clock || r.Time != 123 || r.Offset != offset {
			t.Errorf("offset %d: got kind %d, time %d, offset %d", offset, r.Kind, r.Time, r.Offset)
		}
	}
}

func TestName(t *testing.T) {
	for _, want := range []NameOf{
		{ID: 1000, Name: []byte("ann")},
		{ID: 1000, Group: true, Name: []byte("users")},
		{ID: math.MaxUint32, Name: []byte{}},
		{ID: 0, Name: []byte("a\xff\n\x00b")},
	} {
		r := decode(t, AppendName(nil, 5, want))
		if r.Kind != Name || r.Time != 5 || !reflect.DeepEqual(r.Name, want) {
			t.Errorf("got %+v, want %+v", r.Name, want)
		}
	}
}

func TestSeen(t *testing.T) {
	want := event.File{DeviceMajor: 259, DeviceMinor: 1<<20 - 1, Inode: math.MaxUint64, Changed: 1 << 60}
	if r := decode(t, AppendSeen(nil, 5, &want)); r.Kind != Seen || r.Time != 5 || r.File != want {
		t.Errorf("got %+v, want %+v", r.File, want)
	}
}

func TestTally(t *testing.T) {
	counter := Counter{Seen: 1, Lost: 2, ChunksLost: 3, ShortReads: 4, Last: 5}
	for _, want := range []Count{
		{Hook: Exec, Counter: counter, Missed: 6},
		{Hook: Fork, Counter: counter, When: Final},
		{Hook: Exit, Counter: counter, When: Begin, Sequence: 7},
		{Hook: Exec, Counter: counter, When: Restart},
		{Hook: Exit},
	} {
		r := decode(t, AppendTally(nil, 7, StreamOf(63, 2), want))
		if r.Kind != Tally || r.Time != 7 || r.CPU != 63 || r.Stream.Lane() != 2 || r.Tally != want {
			t.Errorf("got %+v on CPU %d, want %+v", r.Tally, r.CPU, want)
		}
	}
}

func TestSkipped(t *testing.T) {
	want := Skip{Since: 5, Records: 6}
	r := decode(t, AppendSkipped(nil, 7, want))
	if r.Kind != Skipped || r.Time != 7 || r.Skip != want {
		t.Errorf("got %+v at %d, want %+v", r.Skip, r.Time, want)
	}
}

// TestAppend has records one after the other in one buffer.
func TestAppend(t *testing.T) {
	buf := AppendClock(nil, 1, 2)
	first := len(buf)
	buf = AppendName(buf, 3, NameOf{ID: 4, Name: []byte("x")})
	second := len(buf)
	buf = AppendTally(buf, 5, StreamOf(6, 0), Count{Hook: Exit})
	if r := decode(t, buf); r.Kind != Clock || r.Size != first {
		t.Errorf("first: kind %d, %d bytes", r.Kind, r.Size)
	}
	if r := decode(t, buf[first:]); r.Kind != Name || string(r.Name.Name) != "x" {
		t.Errorf("second: kind %d, name %q", r.Kind, r.Name.Name)
	}
	if r := decode(t, buf[second:]); r.Kind != Tally || r.CPU != 6 {
		t.Errorf("third: kind %d, CPU %d", r.Kind, r.CPU)
	}
}
