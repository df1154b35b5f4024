package object

import (
	"errors"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// hasTrampolines reports whether a program that does nothing can be attached to a function of this kernel. It accepts two
// refusals only: the kernel loads no such program, as where no function can be patched, or its architecture cannot attach it.
func hasTrampolines(t *testing.T) bool {
	t.Helper()
	p, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Name: "nothing", License: "GPL", Type: ebpf.Tracing, AttachType: ebpf.AttachTraceFEntry, AttachTo: nativeEntry(t, "getpgid"),
		Instructions: asm.Instructions{asm.Mov.Imm(asm.R0, 0), asm.Return()},
	})
	if errors.Is(err, unix.EPERM) {
		return false
	}
	must(t, err)
	defer p.Close()
	l, err := link.AttachTracing(link.TracingOptions{Program: p})
	if errors.Is(err, link.ErrNotSupported) {
		return false
	}
	must(t, err)
	must(t, l.Close())
	return true
}
