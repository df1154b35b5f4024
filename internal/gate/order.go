package gate

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// order is what the waiting process is told in its arguments. Its descriptors keep the numbers that they have here, so that none is in
// the place of a file that the command inherits, such as those of a jobserver.
type order struct {
	begin   int // ends, or has a byte when the command may begin
	report  int // takes why the command cannot be executed; closed by the exec
	ignored []unix.Signal
}

func (o order) String() string {
	words := []string{strconv.Itoa(o.begin), strconv.Itoa(o.report)}
	for _, s := range o.ignored {
		words = append(words, strconv.Itoa(int(s)))
	}
	return strings.Join(words, ",")
}

func parseOrder(text string) (order, error) {
	var numbers []int
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 0 {
			return order{}, fmt.Errorf("%q is no order", text)
		}
		numbers = append(numbers, n)
	}
	if len(numbers) < 2 {
		return order{}, fmt.Errorf("%q is no order", text)
	}
	o := order{begin: numbers[0], report: numbers[1]}
	for _, n := range numbers[2:] {
		o.ignored = append(o.ignored, unix.Signal(n))
	}
	return o, nil
}

// passing calls start while a process that is started inherits the two descriptors.
func (o order) passing(start func() error) error {
	err := errors.Join(setCloseOnExec(o.begin, false), setCloseOnExec(o.report, false))
	if err == nil {
		err = start()
	}
	return errors.Join(err, setCloseOnExec(o.begin, true), setCloseOnExec(o.report, true))
}

func setCloseOnExec(fd int, on bool) error {
	flags := 0
	if on {
		flags = unix.FD_CLOEXEC
	}
	_, err := unix.FcntlInt(uintptr(fd), unix.F_SETFD, flags)
	return err
}
