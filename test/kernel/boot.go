package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/exectrail/exectrail/test/kernel/guest"
)

// machine is how an architecture is emulated.
type machine struct {
	qemu     string
	options  []string
	console  string
	compiler string
}

// cmpxchg16b is left out, as QEMU 7.2 now and then leaves garbage in the flags after it, and the kernel dies of that.
var machines = map[string]machine{
	"amd64": {"qemu-system-x86_64", []string{"-cpu", "max,cx16=off"}, "ttyS0", "x86_64-linux-gnu-gcc"},
	"arm64": {"qemu-system-aarch64", []string{"-machine", "virt", "-cpu", "cortex-a72"}, "ttyAMA0", "aarch64-linux-gnu-gcc"},
}

// boot runs the steps on a kernel. What the machine writes to its console goes to the file log.
func boot(ctx context.Context, k kernel, s software, steps []guest.Step, log string, limit time.Duration) error {
	dir, err := os.MkdirTemp("", "exectrail-boot-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	initramfs := filepath.Join(dir, "initramfs")
	if err := writeInitramfs(initramfs, s.init, filepath.Join(k.dir, "modules"), steps); err != nil {
		return fmt.Errorf("write the initial file system: %w", err)
	}
	console, err := os.Create(log)
	if err != nil {
		return err
	}
	defer console.Close()

	m := machines[k.arch]
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	// Emulated in software everywhere, so that it is the same machine everywhere, and needs no rights. The two
	// processors take turns in one thread: with a thread each, QEMU before 8.1 may run code that the kernel has just
	// patched, and as many machines at a time as there are processors keep these busy anyway.
	cmd := exec.CommandContext(ctx, m.qemu, slices.Concat(m.options, []string{
		"-accel", "tcg,thread=single", "-smp", "2", "-m", "1G",
		"-display", "none", "-monitor", "none", "-serial", "stdio", "-nic", "none", "-no-reboot",
		"-drive", "file=" + s.disk + ",format=raw,if=none,id=disk,snapshot=on,cache=unsafe",
		"-device", "virtio-blk-pci,drive=disk",
		"-kernel", filepath.Join(k.dir, "vmlinuz"), "-initrd", initramfs,
		// Not each kernel runs programs at security hooks (bpf) unless told to.
		"-append", "console=" + m.console + " panic=-1 quiet loglevel=1 lsm=lockdown,yama,apparmor,bpf",
	})...)
	cmd.Stdout, cmd.Stderr = console, console
	if err := cmd.Run(); err != nil {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return fmt.Errorf("the machine was stopped: not done after %s", limit)
		}
		return fmt.Errorf("run %s: %w", m.qemu, err)
	}
	return nil
}
