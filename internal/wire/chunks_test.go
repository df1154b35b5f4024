package wire

import (
	"errors"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
)

// chunkedExec is an exec record whose argv came in chunks.
func chunkedExec(cpu uint16, seq uint64, argsLen, envLen int) []byte {
	x, texts := sampleExec(), sampleTexts()
	x.Attempt.Head.Cpu, x.Attempt.Head.Seq = cpu, seq
	x.Attempt.ArgsLen, x.EnvLen, x.Attempt.Flags = uint32(argsLen), uint32(envLen), withEnv
	texts.args = ""
	return execRecord(x, texts)
}

func TestChunks(t *testing.T) {
	args := func(seq uint64, offset int, part string) []byte { return chunkRecord(3, seq, false, offset, part) }
	env := func(seq uint64, offset int, part string) []byte { return chunkRecord(3, seq, true, offset, part) }
	for _, test := range []struct {
		name      string
		before    [][]byte
		args, env string
		missing   uint64 // of argv
		tail      int
	}{
		{"in order", [][]byte{args(41, 0, "abc\x00"), args(41, 4, "de\x00"), args(41, 7, "f\x00")}, "abc\x00de\x00f\x00", "", 0, 0},
		{"argv and environment", [][]byte{args(41, 0, "abc\x00"), args(41, 4, "def\x00\x00"), env(41, 0, "A=1\x00"), env(41, 4, "B=\x00")}, "abc\x00def\x00\x00", "A=1\x00B=\x00", 0, 0},
		{"the first is lost", [][]byte{args(41, 4, "de\x00"), args(41, 7, "f\x00")}, "de\x00f\x00", "", 4, 5},
		{"one in the middle is lost", [][]byte{args(41, 0, "abc\x00"), args(41, 7, "f\x00")}, "abc\x00f\x00", "", 3, 2},
		{"the last is lost", [][]byte{args(41, 0, "abc\x00"), args(41, 4, "de\x00")}, "abc\x00de\x00", "", 2, 0},
		{"the first and the last are lost", [][]byte{args(41, 4, "de\x00")}, "", "", 9, 0},
		{"two in the middle are lost", [][]byte{args(41, 0, "a"), args(41, 3, "\x00"), args(41, 7, "f\x00")}, "a", "", 8, 0},
		{"all are lost", nil, "", "", 9, 0},
		{"left over from an exec whose record is lost", [][]byte{args(40, 0, "old\x00"), env(40, 0, "OLD=1\x00")}, "", "", 9, 0},
		{"after such a one", [][]byte{args(40, 0, "old\x00"), args(41, 0, "abc\x00")}, "abc\x00", "", 5, 0},
		{"after such a one with a gap", [][]byte{args(40, 0, "old\x00"), args(40, 7, "x\x00"), args(41, 0, "abc\x00")}, "abc\x00", "", 5, 0},
		{"of another CPU", [][]byte{chunkRecord(2, 41, false, 0, "other\x00"), args(41, 0, "abc\x00")}, "abc\x00", "", 5, 0},
		{"twice", [][]byte{args(41, 0, "abc\x00"), args(41, 0, "abc\x00"), args(41, 4, "de\x00")}, "abc\x00de\x00", "", 2, 0},
		{"longer than said", [][]byte{args(41, 0, "abcdefghijk\x00")}, "abcdefghi", "", 0, 0},
	} {
		e := &decode(t, append(test.before, chunkedExec(3, 41, 9, 7))...).Exec
		if string(e.Args.Raw) != test.args || e.Args.Size != 9 || e.Args.Missing() != test.missing || e.Args.Tail != test.tail {
			t.Errorf("%s: got %q of %d bytes, want %q", test.name, e.Args.Raw, e.Args.Size, test.args)
		}
		if string(e.Env.Raw) != test.env || e.Env.Size != 7 {
			t.Errorf("%s: got environment %q of %d bytes, want %q", test.name, e.Env.Raw, e.Env.Size, test.env)
		}
	}
}

// TestInterleavedChunks has execs of two CPUs at the same time.
func TestInterleavedChunks(t *testing.T) {
	var d Decoder
	var r Record
	for _, record := range [][]byte{
		chunkRecord(0, 7, false, 0, "zero "), chunkRecord(9, 7, false, 0, "nine "),
		chunkRecord(0, 7, false, 5, "0\x00"), chunkRecord(9, 7, false, 5, "9\x00"),
	} {
		if err := d.Decode(record, &r); err != nil {
			t.Fatal(err)
		}
	}
	for cpu, want := range map[uint16]string{0: "zero 0\x00", 9: "nine 9\x00"} {
		if err := d.Decode(chunkedExec(cpu, 7, 7, 0), &r); err != nil {
			t.Fatal(err)
		}
		if got := string(r.Exec.Args.Raw); got != want {
			t.Errorf("CPU %d: got %q, want %q", cpu, got, want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	chunk := chunkRecord(3, 41, true, 0, "A=1\x00")
	x := sampleExec()
	x.EnvLen = 4
	if e := &decode(t, chunk, execRecord(x, sampleTexts())).Exec; e.Env.Size != 0 || e.Env.Raw != nil {
		t.Errorf("not asked for: got %+v", e.Env)
	}
	x.Attempt.Flags = withEnv
	want := event.Strings{Raw: []byte("A=1\x00"), Size: 4}
	if e := &decode(t, chunk, execRecord(x, sampleTexts())).Exec; string(e.Env.Raw) != string(want.Raw) || e.Env.Size != want.Size {
		t.Errorf("asked for: got %+v, want %+v", e.Env, want)
	}
	// argv stands in the record itself, so what came in chunks is not for it.
	if e := &decode(t, chunkRecord(3, 41, false, 0, "no"), execRecord(x, sampleTexts())).Exec; string(e.Args.Raw) != "ls\x00-l\x00" {
		t.Errorf("argv is %q", e.Args.Raw)
	}
}

func TestNoArguments(t *testing.T) {
	x, texts := sampleExec(), sampleTexts()
	x.Attempt.Argc, x.Attempt.ArgsLen, texts.args = 0, 0, ""
	e := &decode(t, execRecord(x, texts)).Exec
	if e.ArgCount != 0 || e.Args.Len() != 0 || e.Args.Missing() != 0 {
		t.Errorf("got %d arguments: %+v", e.ArgCount, e.Args)
	}
}

// TestHugeArguments has argv of the greatest length that the kernel takes.
func TestHugeArguments(t *testing.T) {
	const size = 32 << 10
	all := strings.Repeat("0123456789abcde\x00", 6<<20/16)
	var records [][]byte
	for offset := 0; offset < len(all); offset += size {
		records = append(records, chunkRecord(3, 41, false, offset, all[offset:offset+size]))
	}
	var d Decoder
	var r Record
	for _, record := range append(records, chunkedExec(3, 41, len(all), 0)) {
		if err := d.Decode(record, &r); err != nil {
			t.Fatal(err)
		}
	}
	if string(r.Exec.Args.Raw) != all || r.Exec.Args.Missing() != 0 {
		t.Errorf("got %d bytes, and %d are missing", len(r.Exec.Args.Raw), r.Exec.Args.Missing())
	}

	// The next exec gives the memory back.
	if err := d.Decode(chunkRecord(3, 42, false, 0, "small\x00"), &r); err != nil {
		t.Fatal(err)
	}
	if kept := cap(d.assemblies[StreamOf(3, 0)].args.raw); kept > keepBuffer {
		t.Errorf("%d bytes are kept", kept)
	}
}

// TestEndlessChunks has more chunks than any exec can have.
func TestEndlessChunks(t *testing.T) {
	var d Decoder
	var r Record
	part := strings.Repeat("x", 128<<10)
	for offset := 0; ; offset += len(part) {
		err := d.Decode(chunkRecord(0, 1, false, offset, part), &r)
		if errors.Is(err, ErrRecord) {
			break
		}
		if err != nil || offset > maxStrings {
			t.Fatalf("at offset %d: %v", offset, err)
		}
	}
	if n := len(d.assemblies[0].args.raw); n > maxStrings {
		t.Errorf("%d bytes are kept", n)
	}
}
