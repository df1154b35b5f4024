package wire

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// FuzzDecode decodes any bytes, in pieces as their heads cut them. It must not
// panic, say more than it was told, or keep more than that.
func FuzzDecode(f *testing.F) {
	for _, record := range samples() {
		f.Add(record)
	}
	f.Add(append(chunkRecord(3, 41, false, 0, "abc\x00"), chunkedExec(3, 41, 4, 0)...))
	files, err := filepath.Glob("testdata/*/*.bin")
	if err != nil || len(files) == 0 {
		f.Fatalf("no records: %v", err)
	}
	for _, file := range files {
		records, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(records)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var d Decoder
		var r Record
		for rest := data; len(rest) > 0; {
			err := d.Decode(rest, &r)
			switch {
			case errors.Is(err, ErrRecord):
			case err != nil:
				t.Fatal(err)
			case r.Size < int(headSize) || r.Size > len(rest):
				t.Fatalf("a record of %d bytes is said to have %d", len(rest), r.Size)
			default:
				checkBounds(t, &r, len(data))
			}
			rest = rest[step(rest):]
		}
		kept := cap(d.exe) + cap(d.cwd) + cap(d.why.detail)
		for i := range d.assemblies {
			kept += cap(d.assemblies[i].args.raw) + cap(d.assemblies[i].env.raw)
		}
		if most := 4*len(data) + 1024; kept > most {
			t.Errorf("%d bytes are kept of %d", kept, len(data))
		}
		if len(d.assemblies) > Lanes<<16 {
			t.Errorf("there is space for %d streams", len(d.assemblies))
		}
	})
}

// step returns where the next record begins: nowhere further than the end.
func step(rest []byte) int {
	if len(rest) < 8 {
		return len(rest)
	}
	size := binary.LittleEndian.Uint32(rest[4:])
	return int(min(max(size, 1), uint32(len(rest))))
}

// checkBounds finds that the texts of a record are not longer than what was read.
func checkBounds(t *testing.T, r *Record, read int) {
	t.Helper()
	e := &r.Exec
	for _, text := range [][]byte{
		e.Attempt.Comm, e.PreviousComm, e.TTY, e.Filename, e.Interpreter, e.CgroupName, e.CgroupParent, e.Args.Raw, e.Env.Raw,
		r.Task.Comm, r.Task.Args, r.Task.Executable, r.Task.Directory, r.Name.Name,
	} {
		if len(text) > read {
			t.Fatalf("a text of %d bytes came out of %d", len(text), read)
		}
	}
	// A path gets a slash at its beginning.
	if len(e.Executable)+len(e.Directory) > read+2 {
		t.Fatalf("paths of %d and %d bytes came out of %d", len(e.Executable), len(e.Directory), read)
	}
	if uint64(len(e.Args.Raw)) > e.Args.Size || uint64(len(e.Env.Raw)) > e.Env.Size {
		t.Fatalf("strings are longer than their size: %d of %d, %d of %d",
			len(e.Args.Raw), e.Args.Size, len(e.Env.Raw), e.Env.Size)
	}
}
