package diagnose

import (
	"errors"
	"io"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/event"
)

// finding is what the failure comes from.
type finding struct {
	cause  event.FailureCause
	detail string
}

// plain reports whether it is only that there is no such file.
func (f finding) plain() bool { return f == finding{cause: event.CauseNoFile} }

// part is what a file has to do with an exec.
type part struct {
	path   string // by which an interpreter is named
	loader bool   // it is that of a program, and not of a script
	depth  int    // how many scripts led there
}

// maxScripts is how many scripts can follow one another (exec_binprm() of fs/exec.c).
const maxScripts = 5

// examine looks at the file, at its interpreter, at the interpreter of that and
// so on, in the order in which the kernel does.
func (c *caller) examine() finding {
	var p part
	fd, o := c.open()
	for {
		if o != (obstacle{}) {
			return c.obstructed(o, p)
		}
		next, f := c.inspect(fd, p)
		release(fd)
		if next == nil {
			return f
		}
		p = *next
		fd, o = c.interpreter(p.path)
	}
}

// obstructed tells what it means that a file could not be reached.
func (c *caller) obstructed(o obstacle, p part) finding {
	interpreter := p.depth > 0 || p.loader
	switch {
	case o.blind || o.errno != c.errno || o.errno == unix.EACCES && c.unsure:
		return finding{}
	case o.errno == unix.ENOENT && p.loader:
		return finding{event.CauseNoELFInterpreter, p.path}
	case o.errno == unix.ENOENT && interpreter:
		return finding{event.CauseNoScriptInterpreter, p.path}
	case o.errno == unix.ENOENT && o.link:
		return finding{event.CauseBrokenLink, o.part}
	case o.errno == unix.ENOENT && c.e.DirectoryDeleted && o.final && c.fromWorkDir():
		return finding{event.CauseNoFile, string(c.e.Directory)}
	case o.errno == unix.ENOENT && o.final:
		return finding{cause: event.CauseNoFile}
	case o.errno == unix.ENOENT:
		return finding{event.CauseNoFile, o.part}
	case o.errno == unix.EACCES && interpreter:
		return finding{event.CauseInterpreterRefused, p.path}
	case o.errno == unix.EACCES:
		return finding{event.CauseNoSearch, o.part}
	case o.errno == unix.ENOTDIR:
		return finding{event.CauseNotDirectory, o.part}
	case o.errno == unix.ELOOP && o.link:
		return finding{cause: event.CauseSymlinkRefused}
	case o.errno == unix.ELOOP:
		return finding{cause: event.CauseTooManySymlinks}
	}
	return finding{}
}

// fromWorkDir reports whether the file name is seen from the working directory.
func (c *caller) fromWorkDir() bool {
	return len(c.e.Filename) > 0 && c.e.Filename[0] != '/' && (!c.e.At || c.e.DirFD == unix.AT_FDCWD)
}

// inspect looks at a file that was found. It returns what it found, or the interpreter that is to be looked at next.
func (c *caller) inspect(fd int, p part) (*part, finding) {
	if c.d.statFD(fd) != nil {
		return nil, finding{}
	}
	stat := c.d.stat
	if f := c.refused(fd, &stat, p); f != (finding{}) {
		return nil, f
	}
	if stat.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, finding{}
	}
	file, err := c.d.openRegular(fd)
	if err != nil {
		return nil, finding{}
	}
	defer release(int(file))
	var head [headSize]byte
	if _, err := file.ReadAt(head[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, finding{}
	}
	name, isScript := scriptInterpreter(&head)
	switch {
	case p.loader:
		return nil, c.loader(file, &head, p)
	case p.depth > maxScripts:
		if c.errno == unix.ELOOP || c.errno == unix.ENOEXEC {
			return nil, finding{cause: event.CauseTooManyInterpreters}
		}
		return nil, finding{}
	case isScript && p.depth == 0 && c.errno == unix.ENOENT && c.closesOnExec():
		return nil, finding{cause: event.CauseScriptDescriptor}
	case isScript:
		return &part{path: name, depth: p.depth + 1}, finding{}
	}
	return c.program(fd, file, &head, p)
}

// refused tells why a file may not be executed, whatever is in it.
func (c *caller) refused(fd int, stat *unix.Statx_t, p part) finding {
	directory := stat.Mode&unix.S_IFMT == unix.S_IFDIR
	if c.errno == unix.EISDIR && directory {
		return finding{cause: event.CauseDirectory}
	}
	if c.errno != unix.EACCES {
		return finding{}
	}
	interpreter := p.depth > 0 || p.loader
	switch {
	case interpreter && stat.Mode&unix.S_IFMT != unix.S_IFREG:
		return finding{event.CauseInterpreterRefused, p.path}
	case directory:
		return finding{cause: event.CauseDirectory}
	case stat.Mode&unix.S_IFMT != unix.S_IFREG:
		return finding{cause: event.CauseNotRegular}
	case noExec(fd):
		return finding{event.CauseNoExecMount, p.path}
	case c.mayExecute(fd, stat):
		return finding{}
	case interpreter:
		return finding{event.CauseInterpreterRefused, p.path}
	}
	return finding{cause: event.CauseNoPermission}
}

// program looks at a file that is no script.
func (c *caller) program(fd int, file io.ReaderAt, head *[headSize]byte, p part) (*part, finding) {
	elf, isELF, err := readProgram(file, head)
	switch {
	case err != nil || isELF && !c.d.machine.known():
		return nil, finding{}
	case c.errno == unix.EPERM:
		return nil, c.refusedByPolicy(fd)
	case c.errno == unix.ENOEXEC && (!isELF || elf.refused && c.d.machine.runs(elf.architecture)):
		return nil, finding{cause: event.CauseWrongFormat}
	case c.errno == unix.ENOEXEC && elf.architecture != c.d.machine.native:
		// A 32-bit program of this machine's kind is among them, when nothing is wrong with it.
		return nil, finding{event.CauseWrongArchitecture, elf.String()}
	case isELF && c.errno == unix.EINVAL, isELF && c.errno == unix.EIO && elf.short,
		isELF && c.errno == unix.ELIBBAD && elf.interpreter == "":
		return nil, finding{cause: event.CauseBadProgram}
	case isELF && c.d.machine.runs(elf.architecture) && elf.interpreter != "":
		return &part{path: elf.interpreter, loader: true, depth: p.depth}, finding{}
	}
	return nil, c.nothingWrong()
}

// loader looks at the dynamic loader of a program.
func (c *caller) loader(file io.ReaderAt, head *[headSize]byte, p part) finding {
	elf, isELF, err := readProgram(file, head)
	if err == nil && c.errno == unix.ELIBBAD && (!isELF || elf.refused || !c.d.machine.runs(elf.architecture)) {
		return finding{event.CauseBadProgram, p.path}
	}
	return c.nothingWrong()
}

// nothingWrong tells what it means that all is as it should be: the kernel refused it by a policy, or it was different a moment ago.
func (c *caller) nothingWrong() finding {
	if c.errno == unix.EACCES && !c.unsure {
		return finding{cause: event.CauseSecurityModule}
	}
	return finding{}
}
