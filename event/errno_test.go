package event

import (
	"fmt"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestErrnoName(t *testing.T) {
	for errno := range uint32(300) {
		want := unix.ErrnoName(syscall.Errno(errno))
		if want == "" {
			want = fmt.Sprintf("E%d", errno)
		}
		if got := ErrnoName(errno); got != want {
			t.Errorf("%d is %s, want %s", errno, got, want)
		}
	}
	if got := ErrnoName(1<<32 - 1); got != "E4294967295" {
		t.Errorf("the greatest is %s", got)
	}
}
