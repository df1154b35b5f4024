package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"github.com/exectrail/exectrail/event"
)

// samples are a record of each kind, by its name.
func samples() map[string][]byte {
	x, f, e, s := sampleExec(), sampleFork(), sampleExit(), sampleSnapshot()
	full, _ := AppendSnapshot(nil, appendFixed(nil, &s), Texts{Args: []byte("a\x00"), Executable: "/a", Directory: "/"})
	return map[string][]byte{
		"exec":      execRecord(x, sampleTexts()),
		"failed":    failedRecord(sampleFailed(), sampleTexts()),
		"cause":     AppendCause(nil, &Record{Seq: 1}, 2, "/bin/perl5"),
		"fork":      build(&f, &f.Head, ""),
		"exit":      build(&e, &e.Head, ""),
		"chunk":     chunkRecord(3, 41, false, 0, "abc"),
		"snapshot":  full,
		"clock":     AppendClock(nil, 1, 2),
		"name":      AppendName(nil, 1, NameOf{ID: 2, Name: []byte("ann")}),
		"seen":      AppendSeen(nil, 1, &event.File{DeviceMajor: 8, DeviceMinor: 1, Inode: 7, Changed: 9}),
		"owner":     AppendOwner(nil, 1, OwnerOf{Scope: Scope{2, 3}, What: OwnerUser, ID: 4, Name: []byte("app")}),
		"container": AppendContainer(nil, 1, &Facts{Container: event.Container{ID: "a"}}),
		"tally":     AppendTally(nil, 1, 2, Count{Hook: Fork}),
	}
}

// TestCutRecords has records that end early, whether their head knows of it or not.
func TestCutRecords(t *testing.T) {
	// The tails of these kinds may be of any length.
	shortest := map[string]int{"chunk": int(chunkSize), "name": int(nameSize), "owner": int(ownerSize)}
	for kind, record := range samples() {
		var d Decoder
		var r Record
		for n := range len(record) {
			if err := d.Decode(record[:n:n], &r); !errors.Is(err, ErrRecord) {
				t.Errorf("%s, first %d of %d bytes: got %v", kind, n, len(record), err)
			}
			if n < int(headSize) {
				continue
			}
			cut := append([]byte(nil), record[:n]...)
			binary.LittleEndian.PutUint32(cut[4:], uint32(n))
			allowed := shortest[kind] != 0 && n >= shortest[kind]
			if err := d.Decode(cut, &r); errors.Is(err, ErrRecord) == allowed || err != nil && allowed {
				t.Errorf("%s, cut to %d of %d bytes: got %v", kind, n, len(record), err)
			}
		}
	}
}

func TestMalformed(t *testing.T) {
	x, texts := sampleExec(), sampleTexts()
	long := execRecord(x, texts)
	for name, change := range map[string]func(record []byte){
		"size below a head":      func(b []byte) { binary.LittleEndian.PutUint32(b[4:], uint32(headSize)-1) },
		"size above the record":  func(b []byte) { binary.LittleEndian.PutUint32(b[4:], uint32(len(b))+1) },
		"greatest size":          func(b []byte) { binary.LittleEndian.PutUint32(b[4:], 1<<32-1) },
		"the end of the counted": func(b []byte) { b[0] = uint8(Counted) },
		"a kind that is not yet": func(b []byte) { b[0] = 200 },
		"the greatest kind":      func(b []byte) { b[0] = 1<<8 - 1 },
		"a lane too many":        func(b []byte) { b[1] = uint8(Lanes) },
		"texts above the record": func(b []byte) { copy(b, withLengths(x, texts, func(x *exec) { x.Attempt.CwdLen = 1<<16 - 1 })) },
		"args above the record":  func(b []byte) { copy(b, withLengths(x, texts, func(x *exec) { x.Attempt.ArgsHere = 1<<32 - 1 })) },
		"one byte too many":      func(b []byte) { copy(b, withLengths(x, texts, func(x *exec) { x.Attempt.CgroupParentLen++ })) },
	} {
		record := append([]byte(nil), long...)
		change(record)
		var d Decoder
		var r Record
		err := d.Decode(record, &r)
		if !errors.Is(err, ErrRecord) {
			t.Errorf("%s: got %v", name, err)
		}
		if err != nil && err.Error() == ErrRecord.Error() {
			t.Errorf("%s: the error tells nothing of the record: %v", name, err)
		}
	}
	if err := new(Decoder).Decode(AppendTally(nil, 1, 2, Count{Hook: Counted}), new(Record)); !errors.Is(err, ErrRecord) {
		t.Errorf("a tally of no hook: got %v", err)
	}
}

// withLengths returns the fixed part of an exec record with one length changed.
func withLengths(x exec, texts texts, change func(*exec)) []byte {
	record := execRecord(x, texts)
	load(&x, record)
	change(&x)
	return appendFixed(nil, &x)
}

// TestAfterMalformed finds that a record that cannot be read does not harm those after it.
func TestAfterMalformed(t *testing.T) {
	var d Decoder
	var r Record
	for kind, record := range samples() {
		d.Decode(record[:len(record)-1], &r)
		if err := d.Decode(record, &r); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	want := fmt.Sprint(decode(t, samples()["exec"]).Exec)
	if err := d.Decode(samples()["exec"], &r); err != nil || fmt.Sprint(r.Exec) != want {
		t.Errorf("%v: got %v\nwant %v", err, r.Exec, want)
	}
}
