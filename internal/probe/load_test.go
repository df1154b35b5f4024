package probe

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

// TestTypeInformation asks for what is the same in all kernels that are supported.
func TestTypeInformation(t *testing.T) {
	kernel, err := btf.LoadKernelSpec()
	if err != nil {
		testenv.Skip(t, "the kernel has no type information: %v", err)
	}
	if n := tracepointArgs(kernel, "sched_process_fork"); n != 2 {
		t.Errorf("sched_process_fork has %d arguments", n)
	}
	if n := tracepointArgs(kernel, "sched_process_exit"); n != 1 && n != 2 {
		t.Errorf("sched_process_exit has %d arguments", n)
	}
	if n := tracepointArgs(kernel, "no_such_tracepoint"); n != 0 {
		t.Errorf("no_such_tracepoint has %d arguments", n)
	}
	if !hasFunction(kernel, "bpf_prog_alloc") || hasFunction(kernel, "no_such_function") || hasFunction(kernel, "task_struct") {
		t.Error("functions are not told from what is none")
	}
}

// TestOpenFails finds that a failure leaves nothing, tells why, and what to do.
func TestOpenFails(t *testing.T) {
	openProbe(t).Close()
	before := descriptors(t)
	p, err := Open(Config{BufferSize: 1 << 40, Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		p.Close()
		t.Fatal("a ring that no kernel can make was made")
	}
	if h := (interface{ Hint() string })(nil); !errors.As(err, &h) || h.Hint() == "" {
		t.Errorf("it tells nothing of what to do: %v", err)
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d file descriptors are open, %d were before", after, before)
	}
}

// TestAdvise keeps the error that was explained.
func TestAdvise(t *testing.T) {
	err := advise(fmt.Errorf("load the programs: %w", unix.ENOMEM))
	if !errors.Is(err, unix.ENOMEM) {
		t.Errorf("got %v", err)
	}
	if h := (interface{ Hint() string })(nil); !errors.As(err, &h) || h.Hint() == "" {
		t.Errorf("it tells nothing of what to do: %v", err)
	}
}
