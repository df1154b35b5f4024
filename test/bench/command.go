package main

import (
	"context"
	"os/exec"
	"syscall"
)

// command prepares a command that ends with this program at the latest, and
// that a Ctrl-C does not reach but through ctx.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return cmd
}
