package diagnose

import (
	"debug/elf"
	"encoding/binary"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// folder is a directory that all may enter.
type folder struct {
	testing.TB
	path string
}

func newFolder(t testing.TB) folder {
	t.Helper()
	dir, err := os.MkdirTemp("", "diagnose-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		t.Fatal(err)
	}
	return folder{t, dir}
}

func (f folder) in(name string) string { return f.path + "/" + name }

func (f folder) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// file writes an executable file and returns its path.
func (f folder) file(name, content string) string {
	f.Helper()
	path := f.in(name)
	f.must(os.MkdirAll(filepath.Dir(path), 0o755))
	f.must(os.WriteFile(path, []byte(content), 0o755))
	return path
}

func (f folder) link(name, target string) string {
	f.Helper()
	f.must(os.MkdirAll(filepath.Dir(f.in(name)), 0o755))
	f.must(os.Symlink(target, f.in(name)))
	return f.in(name)
}

func (f folder) mode(name string, mode os.FileMode) string {
	f.Helper()
	f.must(os.Chmod(f.in(name), mode))
	return f.in(name)
}

// elfFile returns a minimal ELF file: a head, and a dynamic loader if one is named.
func elfFile(machine elf.Machine, class elf.Class, order binary.ByteOrder, interpreter string) []byte {
	layout := elf64
	if class == elf.ELFCLASS32 {
		layout = elf32
	}
	data := elf.ELFDATA2LSB
	if order == binary.ByteOrder(binary.BigEndian) {
		data = elf.ELFDATA2MSB
	}
	b := make([]byte, layout.headSize+layout.segmentSize)
	copy(b, elf.ELFMAG)
	b[elf.EI_CLASS], b[elf.EI_DATA], b[elf.EI_VERSION] = byte(class), byte(data), 1
	order.PutUint16(b[16:], uint16(elf.ET_EXEC))
	order.PutUint16(b[18:], uint16(machine))
	order.PutUint32(b[20:], 1)
	order.PutUint16(b[layout.size:], uint16(layout.segmentSize))
	order.PutUint16(b[layout.count:], 1)
	word := func(at int, n int) {
		if layout.wordSize == 4 {
			order.PutUint32(b[at:], uint32(n))
		} else {
			order.PutUint64(b[at:], uint64(n))
		}
	}
	word(layout.segments, layout.headSize)
	if interpreter != "" {
		order.PutUint32(b[layout.headSize:], uint32(elf.PT_INTERP))
		word(layout.headSize+layout.offset, len(b))
		word(layout.headSize+layout.fileSize, len(interpreter)+1)
		b = append(append(b, interpreter...), 0)
	}
	return b
}

func native(t testing.TB) elf.Machine {
	m := newDiagnoser(t).machine
	if !m.known() {
		testenv.Skip(t, "must be run on a machine whose programs are known")
	}
	return m.native.machine
}

func TestMissing(t *testing.T) {
	f := newFolder(t)
	f.file("there/script", "#!/bin/sh\n")
	f.link("dangling", "there/nowhere/file")
	f.link("dangling-absolute", "/nonexistent/file")
	f.link("old", f.in("new"))
	for name, test := range map[string]struct {
		a      attempt
		cause  event.FailureCause
		detail string
	}{
		"file":                {attempt{Name: f.in("there/no")}, event.CauseNoFile, ""},
		"directory":           {attempt{Name: f.in("no/such/file")}, event.CauseNoFile, f.in("no")},
		"up":                  {attempt{Name: f.in("there/../no/file")}, event.CauseNoFile, f.in("no")},
		"above the root":      {attempt{Name: "/../../no-such-directory/file"}, event.CauseNoFile, "/no-such-directory"},
		"slashes":             {attempt{Name: "/" + f.path + "//there///no"}, event.CauseNoFile, ""},
		"slash at the end":    {attempt{Name: f.in("no/")}, event.CauseNoFile, ""},
		"relative":            {attempt{Name: "no", Chdir: f.path}, event.CauseNoFile, ""},
		"relative directory":  {attempt{Name: "./a/b", Chdir: f.path}, event.CauseNoFile, "a"},
		"relative up":         {attempt{Name: "../../a/b", Chdir: f.in("there")}, event.CauseNoFile, "../../a"},
		"empty":               {attempt{Name: ""}, event.CauseEmptyName, ""},
		"broken link":         {attempt{Name: f.in("dangling")}, event.CauseBrokenLink, f.in("there/nowhere/file")},
		"broken far link":     {attempt{Name: f.in("dangling-absolute")}, event.CauseBrokenLink, "/nonexistent/file"},
		"broken link in path": {attempt{Name: f.in("old/bin/file")}, event.CauseNoFile, f.in("new")},
		"descriptor":          {attempt{Name: "no", At: true, DirFD: f.path}, event.CauseNoFile, ""},
		"descriptor, deeper":  {attempt{Name: "no/no", At: true, DirFD: f.path}, event.CauseNoFile, "no"},
		"gone":                {attempt{Name: f.in("there/no"), Gone: true}, event.CauseNoFile, ""},
		"gone, relative":      {attempt{Name: "a/b", Chdir: f.path, Gone: true}, event.CauseNoFile, "a"},
		"gone, descriptor":    {attempt{Name: "a/b", At: true, DirFD: f.path, Gone: true}, event.CauseUnknown, ""},
		"own proc":            {attempt{Name: "/proc/self/no"}, event.CauseNoFile, ""},
		"own root":            {attempt{Name: "/proc/thread-self/root" + f.in("there/no")}, event.CauseNoFile, ""},
		"own directory":       {attempt{Name: "/proc/self/cwd/no/no", Chdir: f.path}, event.CauseNoFile, "/proc/self/cwd/no"},
	} {
		t.Run(name, func(t *testing.T) {
			check(t, test.a, unix.ENOENT, test.cause, test.detail)
		})
	}
	t.Run("deleted directory", func(t *testing.T) {
		f.must(os.Mkdir(f.in("deleted"), 0o755))
		check(t, attempt{Name: "file", Chdir: f.in("deleted"), Remove: true}, unix.ENOENT, event.CauseNoFile, f.in("deleted"))
	})
	t.Run("there again", func(t *testing.T) {
		e := failed(t, attempt{Name: f.in("later")})
		f.file("later", "#!/bin/sh\n")
		if cause, detail := newDiagnoser(t).Diagnose(e); cause != event.CauseUnknown || detail != "" {
			t.Errorf("a file that was made since is missing: cause %d %q", cause, detail)
		}
	})
	t.Run("name not recorded", func(t *testing.T) {
		e := failed(t, attempt{Name: f.in("there/no")})
		e.Filename, e.Degraded = nil, event.PartPaths
		if cause, detail := newDiagnoser(t).Diagnose(e); cause != event.CauseUnknown || detail != "" {
			t.Errorf("a name that was not recorded tells cause %d %q", cause, detail)
		}
	})
	t.Run("another process", func(t *testing.T) {
		e := failed(t, attempt{Name: "no/file", Chdir: f.path})
		e.Process.Key.Start += 1e9
		if cause, detail := newDiagnoser(t).Diagnose(e); cause != event.CauseUnknown || detail != "" {
			t.Errorf("it is told of a process by the id of another: cause %d %q", cause, detail)
		}
	})
}

func TestInterpreters(t *testing.T) {
	f := newFolder(t)
	machine, order := native(t), binary.LittleEndian
	missing := f.in("no-perl")
	script := func(name, line string) attempt { return attempt{Name: f.file(name, line)} }
	chain := func(prefix string, n int, end string) attempt {
		for range n {
			end = f.file(prefix+string(rune('a'+n)), "#!"+end+"\n")
			n--
		}
		return attempt{Name: end}
	}
	loader := "/lib/no-such-loader.so.1"
	compat := newDiagnoser(t).machine.compat.machine
	for name, test := range map[string]struct {
		a      attempt
		errno  unix.Errno
		cause  event.FailureCause
		detail string
	}{
		"missing":         {script("1", "#!"+missing+"\n"), unix.ENOENT, event.CauseNoScriptInterpreter, missing},
		"with argument":   {script("2", "#! \t"+missing+" -w x\n"), unix.ENOENT, event.CauseNoScriptInterpreter, missing},
		"carriage return": {script("3", "#!/bin/sh\r\necho\r\n"), unix.ENOENT, event.CauseNoScriptInterpreter, "/bin/sh\r"},
		"second missing":  {script("4", "#!"+f.file("4a", "#!"+missing)+"\n"), unix.ENOENT, event.CauseNoScriptInterpreter, missing},
		"nameless":        {script("5", "#!"), unix.EACCES, event.CauseInterpreterRefused, ""},
		"broken link":     {script("6", "#!"+f.link("6a", missing)), unix.ENOENT, event.CauseNoScriptInterpreter, f.in("6a")},
		"relative":        {attempt{Name: f.file("7", "#!bin/no"), Chdir: f.path}, unix.ENOENT, event.CauseNoScriptInterpreter, "bin/no"},
		"blank line":      {script("8", "#!  \n/bin/sh"), unix.ENOEXEC, event.CauseWrongFormat, ""},
		"no line":         {script("9", "echo hello\n"), unix.ENOEXEC, event.CauseWrongFormat, ""},
		"empty":           {script("10", ""), unix.ENOEXEC, event.CauseWrongFormat, ""},
		"too long":        {script("11", "#!/"+strings.Repeat("x", headSize)), unix.ENOEXEC, event.CauseWrongFormat, ""},
		"a directory":     {script("12", "#!"+f.path), unix.EACCES, event.CauseInterpreterRefused, f.path},
		"not a directory": {script("13", "#!"+f.in("1/x")), unix.ENOTDIR, event.CauseNotDirectory, f.in("1")},
		"six scripts":     {chain("c", 6, missing), unix.ENOENT, event.CauseNoScriptInterpreter, missing},
		"seven scripts":   {chain("d", 7, missing), unix.ELOOP, event.CauseTooManyInterpreters, ""},
		"itself":          {attempt{Name: f.file("14", "#!"+f.in("14"))}, unix.ELOOP, event.CauseTooManyInterpreters, ""},
		"wrong format":    {script("15", "#!"+f.file("15a", "text")), unix.ENOEXEC, event.CauseWrongFormat, ""},
		"by descriptor": {
			attempt{Name: "", At: true, Flags: unix.AT_EMPTY_PATH, DirFD: f.file("16", "#!/bin/sh\n"), OpenFlags: unix.O_CLOEXEC},
			unix.ENOENT, event.CauseScriptDescriptor, "",
		},
		"by descriptor that stays": {
			attempt{Name: "", At: true, Flags: unix.AT_EMPTY_PATH, DirFD: f.file("17", "#!"+missing)},
			unix.ENOENT, event.CauseNoScriptInterpreter, missing,
		},
		"own descriptor": {
			attempt{Name: "/proc/self/fd/%d", DirFD: f.file("18", "#!"+missing)}, unix.ENOENT, event.CauseNoScriptInterpreter, missing,
		},
		"loader": {
			attempt{Name: f.file("20", string(elfFile(machine, elf.ELFCLASS64, order, loader)))},
			unix.ENOENT, event.CauseNoELFInterpreter, loader,
		},
		"loader of a script's interpreter": {
			script("21", "#!"+f.in("20")), unix.ENOENT, event.CauseNoELFInterpreter, loader,
		},
		"loader is a directory": {
			attempt{Name: f.file("22", string(elfFile(machine, elf.ELFCLASS64, order, f.path)))},
			unix.EACCES, event.CauseInterpreterRefused, f.path,
		},
		"loader is none": {
			attempt{Name: f.file("23", string(elfFile(machine, elf.ELFCLASS64, order, f.file("23a", strings.Repeat("x", 4096)))))},
			unix.ELIBBAD, event.CauseBadProgram, f.in("23a"),
		},
		"32-bit loader": {
			attempt{Name: f.file("24", string(elfFile(compat, elf.ELFCLASS32, order, loader)))},
			unix.ENOENT, event.CauseNoELFInterpreter, loader,
		},
		"short path": {
			attempt{Name: f.file("25", string(elfFile(machine, elf.ELFCLASS64, order, loader)[:125]))},
			unix.EIO, event.CauseBadProgram, "",
		},
		"short headers": {
			attempt{Name: f.file("26", string(elfFile(machine, elf.ELFCLASS64, order, loader)[:100]))},
			unix.ENOEXEC, event.CauseWrongFormat, "",
		},
	} {
		if name == "32-bit loader" && machine != elf.EM_X86_64 {
			continue // it depends on the processor of an arm64 machine whether it runs 32-bit programs
		}
		t.Run(name, func(t *testing.T) {
			check(t, test.a, test.errno, test.cause, test.detail)
		})
	}
}

func TestArchitectures(t *testing.T) {
	f := newFolder(t)
	little, big := binary.ByteOrder(binary.LittleEndian), binary.ByteOrder(binary.BigEndian)
	for name, test := range map[string]struct {
		machine elf.Machine
		class   elf.Class
		order   binary.ByteOrder
	}{
		"s390x":             {elf.EM_S390, elf.ELFCLASS64, big},
		"ppc64le":           {elf.EM_PPC64, elf.ELFCLASS64, little},
		"ppc64":             {elf.EM_PPC64, elf.ELFCLASS64, big},
		"riscv64":           {elf.EM_RISCV, elf.ELFCLASS64, little},
		"mipsel":            {elf.EM_MIPS, elf.ELFCLASS32, little},
		"mips64":            {elf.EM_MIPS, elf.ELFCLASS64, big},
		"sparc":             {elf.EM_SPARC, elf.ELFCLASS32, big},
		"ELF machine 60000": {60000, elf.ELFCLASS64, little},
	} {
		t.Run(name, func(t *testing.T) {
			native(t)
			path := f.file(name, string(elfFile(test.machine, test.class, test.order, "/lib/none")))
			check(t, attempt{Name: path}, unix.ENOEXEC, event.CauseWrongArchitecture, name)
		})
	}
	t.Run("object file", func(t *testing.T) {
		object := elfFile(native(t), elf.ELFCLASS64, little, "")
		little.PutUint16(object[16:], uint16(elf.ET_REL))
		check(t, attempt{Name: f.file("object", string(object))}, unix.ENOEXEC, event.CauseWrongFormat, "")
	})
}

func TestPaths(t *testing.T) {
	f := newFolder(t)
	f.file("file", "#!/bin/sh\n")
	f.file("plain", "#!/bin/sh\n")
	f.link("loop", "loop")
	f.link("link", "file")
	f.must(unix.Mkfifo(f.in("pipe"), 0o755))
	socket, err := net.Listen("unix", f.in("socket"))
	f.must(err)
	t.Cleanup(func() { socket.Close() })
	long := strings.Repeat("x", 256)
	for name, test := range map[string]struct {
		a      attempt
		errno  unix.Errno
		cause  event.FailureCause
		detail string
	}{
		"not a directory":      {attempt{Name: f.in("file/x")}, unix.ENOTDIR, event.CauseNotDirectory, f.in("file")},
		"link to no directory": {attempt{Name: f.in("link/x")}, unix.ENOTDIR, event.CauseNotDirectory, f.in("file")},
		"slash":                {attempt{Name: f.in("file/")}, unix.ENOTDIR, event.CauseNotDirectory, f.in("file")},
		"relative":             {attempt{Name: "file/x/y", Chdir: f.path}, unix.ENOTDIR, event.CauseNotDirectory, "file"},
		"descriptor is a file": {attempt{Name: "x", At: true, DirFD: f.in("file")}, unix.ENOTDIR, event.CauseNotDirectory, ""},
		"loop":                 {attempt{Name: f.in("loop")}, unix.ELOOP, event.CauseTooManySymlinks, ""},
		"loop on the way":      {attempt{Name: f.in("loop/x")}, unix.ELOOP, event.CauseTooManySymlinks, ""},
		"link refused": {
			attempt{Name: f.in("link"), At: true, Flags: unix.AT_SYMLINK_NOFOLLOW}, unix.ELOOP, event.CauseSymlinkRefused, "",
		},
		"bad flags":       {attempt{Name: f.in("file"), At: true, Flags: 4}, unix.EINVAL, event.CauseBadFlags, ""},
		"directory":       {attempt{Name: f.path}, unix.EACCES, event.CauseDirectory, ""},
		"root":            {attempt{Name: "/"}, unix.EACCES, event.CauseDirectory, ""},
		"this directory":  {attempt{Name: ".", Chdir: f.path}, unix.EACCES, event.CauseDirectory, ""},
		"descriptor":      {attempt{At: true, DirFD: f.path, Flags: unix.AT_EMPTY_PATH}, unix.EACCES, event.CauseDirectory, ""},
		"working":         {attempt{At: true, Flags: unix.AT_EMPTY_PATH}, unix.EACCES, event.CauseDirectory, ""},
		"pipe":            {attempt{Name: f.in("pipe")}, unix.EACCES, event.CauseNotRegular, ""},
		"socket":          {attempt{Name: f.in("socket")}, unix.EACCES, event.CauseNotRegular, ""},
		"device":          {attempt{Name: "/dev/null"}, unix.EACCES, event.CauseNotRegular, ""},
		"procfs":          {attempt{Name: "/proc/self/maps"}, unix.EACCES, event.CauseNoExecMount, ""},
		"long name":       {attempt{Name: f.in(long)}, unix.ENAMETOOLONG, event.CauseNameTooLong, ""},
		"long path":       {attempt{Name: strings.Repeat("/x", 3000)}, unix.ENAMETOOLONG, event.CauseNameTooLong, ""},
		"no descriptor":   {attempt{Name: "x", At: true, BadFD: true}, unix.EBADF, event.CauseBadDescriptor, ""},
		"bad address":     {attempt{BadAddress: true}, unix.EFAULT, event.CauseBadAddress, ""},
		"long argument":   {attempt{Name: "/bin/sh", ArgSize: 1 << 20}, unix.E2BIG, event.CauseArgumentsTooLong, ""},
		"no execute bits": {attempt{Name: f.mode("plain", 0o644)}, unix.EACCES, event.CauseNoPermission, ""},
	} {
		t.Run(name, func(t *testing.T) { check(t, test.a, test.errno, test.cause, test.detail) })
	}
	t.Run("busy", func(t *testing.T) {
		w, err := os.OpenFile(f.file("busy", "#!/bin/sh\n"), os.O_WRONLY, 0)
		f.must(err)
		defer w.Close()
		check(t, attempt{Name: f.in("busy")}, unix.ETXTBSY, event.CauseTextBusy, "")
	})
}
