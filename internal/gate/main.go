package gate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// Main waits, and becomes the command. args are those of the process. It returns the exit status where there is none to become.
func Main(args []string) int {
	if len(args) < 3 {
		return StatusNotExecutable
	}
	order, err := parseOrder(args[1])
	if err != nil {
		return StatusNotExecutable
	}
	unix.CloseOnExec(order.begin)
	unix.CloseOnExec(order.report)
	var one [1]byte
	if n, _ := os.NewFile(uintptr(order.begin), "gate").Read(one[:]); n == 0 {
		return StatusNotExecutable // whoever was to open it has gone
	}
	argv, report := args[2:], os.NewFile(uintptr(order.report), "report")
	// Nobody is left to be told if it fails.
	_, _ = fmt.Fprintln(report, ownUsage())
	if err = ignore(order.ignored); err == nil {
		err = become(argv)
	}
	errno := unix.EACCES
	errors.As(err, &errno)
	_, _ = fmt.Fprintf(report, "%d %s", int(errno), argv[0])
	return (&ExecError{Errno: errno}).Status()
}

// usualPath is where commands are looked for when there is no variable PATH: what execvp(3) of the GNU C library takes then (_CS_PATH).
const usualPath = "/bin:/usr/bin"

// become executes the command. What has no format that the kernel knows is a script for the shell, as it is for execvp(3).
func become(argv []string) error {
	environ := OwnEnviron()
	if _, set := os.LookupEnv("PATH"); !set {
		if err := os.Setenv("PATH", usualPath); err != nil {
			return err
		}
	}
	path, err := exec.LookPath(argv[0])
	switch {
	case errors.Is(err, exec.ErrDot): // as the user's PATH has it
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return unix.ENOENT
	case err != nil:
		return err
	}
	err = unix.Exec(path, argv, environ)
	if errors.Is(err, unix.ENOEXEC) {
		err = unix.Exec("/bin/sh", append([]string{"sh", path}, argv[1:]...), environ)
	}
	return err
}
