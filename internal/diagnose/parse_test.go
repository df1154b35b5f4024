package diagnose

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"io"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
)

// counted counts what is read of a file.
type counted struct {
	io.ReaderAt
	bytes int
}

func (c *counted) ReadAt(b []byte, offset int64) (int, error) {
	c.bytes += len(b)
	return c.ReaderAt.ReadAt(b, offset)
}

func FuzzHeaders(f *testing.F) {
	f.Add([]byte("#!/bin/sh -e\n"))
	f.Add([]byte("#! \t/bin/sh\r"))
	f.Add(elfFile(elf.EM_X86_64, elf.ELFCLASS64, binary.LittleEndian, "/lib64/ld.so"))
	f.Add(elfFile(elf.EM_386, elf.ELFCLASS32, binary.LittleEndian, "/lib/ld.so"))
	f.Add(elfFile(elf.EM_S390, elf.ELFCLASS64, binary.BigEndian, "/lib/ld.so"))
	f.Fuzz(func(t *testing.T, content []byte) {
		var head [headSize]byte
		copy(head[:], content)
		if name, ok := scriptInterpreter(&head); ok &&
			(strings.ContainsAny(name, " \t\n\x00") || !bytes.Contains(content, []byte(name)) || !bytes.HasPrefix(content, []byte("#!"))) {
			t.Errorf("interpreter %q", name)
		}
		file := &counted{ReaderAt: bytes.NewReader(content)}
		p, isELF, err := readProgram(file, &head)
		if err != nil || isELF != bytes.HasPrefix(content, []byte(elf.ELFMAG)) {
			t.Errorf("is ELF: %v, %v", isELF, err)
		}
		if limit := maxSegments + unix.PathMax; file.bytes > limit {
			t.Errorf("%d bytes were read, more than %d", file.bytes, limit)
		}
		if isELF && (!bytes.Contains(content, []byte(p.interpreter)) || p.String() == "" || len(p.interpreter) >= unix.PathMax) {
			t.Errorf("%s, loader %q", p, p.interpreter)
		}
	})
}

// What the parser takes for the interpreter is what the kernel looked for: its
// error is another where it sees no script, or no name in it.
func TestScriptLinesAsTheKernelReadsThem(t *testing.T) {
	f := newFolder(t)
	missing := "/no-such-directory/x"
	fill := func(n int) string { return strings.Repeat("y", n) }
	for _, line := range []string{
		"#!" + missing, "#!" + missing + "\n", "#!  " + missing + "  \n", "#!\t" + missing + "\targ\n",
		"#!" + missing + " \x00\n", "#!" + missing + "\x00 junk\n", "#!" + missing + "\v\n", "#!" + missing + "\xff\xfe\n",
		"#! \x00" + missing + "\n", "#!\n" + missing, "#! ", "#!\x00", "#", "#!" + strings.Repeat(" ", 300) + missing,
		"#!" + strings.Repeat(" ", 200) + missing + "\n", " #!" + missing, "#\x00!",
		// Where what the kernel reads ends.
		"#!" + missing + fill(headSize-3-len(missing)) + "\n", "#!" + missing + fill(headSize-2-len(missing)) + "\n",
		"#!" + missing + fill(headSize-3-len(missing)) + " z", "#!" + missing + fill(headSize-2-len(missing)) + " z",
		"#!" + missing + fill(headSize-3-len(missing)), "#!" + missing + fill(headSize-2-len(missing)),
		"#!" + missing + " " + fill(headSize) + "\n",
	} {
		var head [headSize]byte
		copy(head[:], line)
		name, ok := scriptInterpreter(&head)
		e := failed(t, attempt{Name: f.file("script", line), Chdir: f.path})
		var want unix.Errno
		switch {
		case !ok:
			want = unix.ENOEXEC
		case strings.HasPrefix(name, missing):
			want = unix.ENOENT
		case name == "":
			want = unix.EACCES // the working directory
		}
		if unix.Errno(e.Errno) != want {
			t.Errorf("%q: interpreter %q, %v, but the kernel says %v", line, name, ok, unix.Errno(e.Errno))
			continue
		}
		cause, detail := newDiagnoser(t).Diagnose(e)
		if want == unix.ENOENT && (cause != event.CauseNoScriptInterpreter || detail != name) {
			t.Errorf("%q: cause %d %q, want %q", line, cause, detail, name)
		}
	}
}

func BenchmarkMissingFile(b *testing.B) {
	e := failed(b, attempt{Name: "/usr/local/sbin/no-such-program"})
	benchmark(b, e, event.CauseNoFile)
}

// Where the root directory may be another one, each part of the path is looked at.
func BenchmarkMissingFileInContainer(b *testing.B) {
	e := failed(b, attempt{Name: "/usr/local/sbin/no-such-program"})
	e.SharesRoot = false
	benchmark(b, e, event.CauseNoFile)
}

func BenchmarkMissingInterpreter(b *testing.B) {
	f := newFolder(b)
	benchmark(b, failed(b, attempt{Name: f.file("script", "#!/no/interpreter\n")}), event.CauseNoScriptInterpreter)
}

func benchmark(b *testing.B, e *event.ExecFailed, want event.FailureCause) {
	d := newDiagnoser(b)
	b.ReportAllocs()
	for b.Loop() {
		if cause, _ := d.Diagnose(e); cause != want {
			b.Fatalf("cause %d", cause)
		}
	}
}
