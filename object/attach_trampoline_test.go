package object

import (
	"errors"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// hasTrampolines reports whether a program that does nothing can be attached to a function of this kernel. It accepts
// two refusals only: that of a kernel in which no function can be patched, and that of an architecture without them.
func hasTrampolines(t *testing.T) bool {
	t.Helper()
	p, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Name: "nothing", License: "GPL", Type: ebpf.Tracing, AttachType: ebpf.AttachTraceFEntry, AttachTo: "do_unlinkat",
		Instructions: asm.Instructions{asm.Mov.Imm(asm.R0, 0), asm.Return()},
	})
	if err == nil {
		defer p.Close()
		var l link.Link
		if l, err = link.AttachTracing(link.TracingOptions{Program: p}); err == nil {
			l.Close()
			return true
		}
	}
	if !errors.Is(err, unix.EPERM) && !errors.Is(err, ebpf.ErrNotSupported) && !errors.Is(err, link.ErrNotSupported) {
		t.Fatalf("attach to a function: %v", err)
	}
	return false
}
