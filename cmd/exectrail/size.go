package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/exectrail/exectrail/internal/probe"
)

// byteSize is a flag that takes the size of a ring buffer: 262144, 256K, 256KiB.
type byteSize int

// String, Set and Type implement pflag.Value.
func (s *byteSize) String() string {
	for _, u := range sizeUnits() {
		if n := int(*s) / u.bytes; n > 0 && int(*s)%u.bytes == 0 {
			return fmt.Sprintf("%d %siB", n, u.name)
		}
	}
	return strconv.Itoa(int(*s))
}

func (s *byteSize) Set(text string) error {
	return s.set(text, probe.MinBufferSize, probe.MaxBufferSize)
}

func (s *byteSize) set(text string, smallest, largest byteSize) error {
	number, unit := text, 1
	for _, u := range sizeUnits() {
		before, ok := strings.CutSuffix(text, u.name+"iB")
		if !ok {
			before, ok = strings.CutSuffix(text, u.name)
		}
		if ok {
			number, unit = before, u.bytes
			break
		}
	}
	n, err := strconv.ParseUint(number, 10, 31)
	if err != nil {
		return errors.New("must be a number of bytes, or of K, M or G such as 64M")
	}
	if size := n * uint64(unit); size < uint64(smallest) || size > uint64(largest) {
		return fmt.Errorf("must be between %s and %s", &smallest, &largest)
	}
	*s = byteSize(n) * byteSize(unit)
	return nil
}

func (s *byteSize) Type() string { return "size" }

// perCPUSize is a flag that takes the size of a perf buffer on each CPU.
type perCPUSize struct{ byteSize }

// Set implements pflag.Value.
func (s *perCPUSize) Set(text string) error { return s.set(text, 4<<10, 1<<30) }

type sizeUnit struct {
	name  string
	bytes int
}

// sizeUnits returns powers of 1024, the largest first.
func sizeUnits() []sizeUnit { return []sizeUnit{{"G", 1 << 30}, {"M", 1 << 20}, {"K", 1 << 10}} }
