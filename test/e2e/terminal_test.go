package e2e

import (
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

// newTerminal returns a terminal for programs, and the end of whoever sits at it. Neither is that of this process.
func newTerminal(t *testing.T) (seat, terminal *os.File) {
	t.Helper()
	seat, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		testenv.Skip(t, "no terminal can be made: %v", err)
	}
	t.Cleanup(func() { seat.Close() })
	must(t, unix.IoctlSetPointerInt(int(seat.Fd()), unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(int(seat.Fd()), unix.TIOCGPTN)
	must(t, err)
	terminal, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		testenv.Skip(t, "the terminal cannot be opened: %v", err)
	}
	t.Cleanup(func() { terminal.Close() })
	return seat, terminal
}
