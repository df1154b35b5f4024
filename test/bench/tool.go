package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// A tool is something that records execs.
type tool struct {
	name           string
	command        []string
	versionCommand []string
	version        string
	// why says why the tool cannot be measured here; empty if it can.
	why string
	// execLine is part of each line of output that tells of an exec.
	execLine string
	// bareLine matches a line that tells of an exec and says that none of its arguments are there, with the id of its
	// parent. nil for a tool that has no such lines.
	bareLine *regexp.Regexp
	// lost matches what the tool says of loss, with the number of lost events.
	lost *regexp.Regexp
	// hooks names those programs in the kernel that do not run for each exec.
	hooks map[string]hook
}

// The tools, by name.
const (
	ours       = "exectrail"
	oursJSON   = "exectrail, all as JSON"
	oursFailed = "exectrail, failed execs by tracepoint"
	libbpf     = "execsnoop (libbpf-tools)"
	bpftraced  = "execsnoop (bpftrace)"
)

// candidates returns all tools that are measured where they are installed.
func candidates(exectrail string) []*tool {
	var (
		version   = []string{exectrail, "version"}
		hooks     = map[string]hook{"on_fork": hookFork, "on_exit": hookExit, "on_sys_exit": hookCall}
		lost      = regexp.MustCompile(`executed, .*?(\d+) lost`)
		bareJSON  = regexp.MustCompile(`"parent":\{"pid":(\d+).*"degraded":\["args"`)
		bareTable = regexp.MustCompile(`^\S+ \S+ +\d+ +(\d+) .*\[[^]]+\] # \d+ bytes missing`)
		lostPeers = regexp.MustCompile(`(?i)\blost (\d+) events`)
	)
	return []*tool{{
		name: ours, command: []string{exectrail, "trace"},
		versionCommand: version, lost: lost, hooks: hooks, bareLine: bareTable,
	}, {
		name: oursJSON, command: []string{exectrail, "trace", "-o", "json", "--forks", "--exits"},
		versionCommand: version, lost: lost, hooks: hooks, execLine: `"action":"exec"`, bareLine: bareJSON,
	}, {
		name: oursFailed, command: []string{exectrail, "trace", "--attach", "tracepoint"},
		versionCommand: version, lost: lost, hooks: hooks, bareLine: bareTable,
	}, {
		// It says of itself that it is version 0.1, whatever it is.
		name: libbpf, command: []string{"execsnoop"},
		versionCommand: []string{"dpkg-query", "-W", "libbpf-tools"}, lost: lostPeers,
	}, {
		name: bpftraced, command: []string{"bpftrace", bpftraceScript()},
		versionCommand: []string{"bpftrace", "--version"}, lost: lostPeers,
	}}
}

// bpftraceScript returns where the distribution keeps the script.
func bpftraceScript() string {
	const older, newer = "/usr/sbin/execsnoop.bt", "/usr/share/bpftrace/tools/execsnoop.bt"
	if _, err := os.Stat(newer); err == nil {
		return newer
	}
	return older
}

// chooseTools tries each tool, keeps in b those that show execs on this
// machine, and returns all.
func (b *bench) chooseTools(ctx context.Context, exectrail string) ([]*tool, error) {
	all := candidates(exectrail)
	for _, t := range all {
		err := b.try(ctx, t)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			t.why = strings.Join(strings.Fields(err.Error()), " ")
			b.log("%s cannot be measured: %s", t.name, t.why)
			continue
		}
		b.tools = append(b.tools, t)
	}
	if all[0].why != "" {
		return nil, errors.New("exectrail does not run here: " + all[0].why)
	}
	return all, nil
}

// try finds out whether a tool shows an exec here.
func (b *bench) try(ctx context.Context, t *tool) error {
	if _, err := exec.LookPath(t.command[0]); err != nil {
		return fmt.Errorf("%s is not installed", t.command[0])
	}
	t.readVersion(ctx)
	s, err := b.start(ctx, t)
	if err != nil {
		return err
	}
	defer s.close()
	return s.stop()
}

// readVersion reads the first line of what the tool says of its version.
func (t *tool) readVersion(ctx context.Context) {
	t.version = "version unknown"
	if out, err := exec.CommandContext(ctx, t.versionCommand[0], t.versionCommand[1:]...).Output(); err == nil {
		line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		t.version = strings.Join(strings.Fields(line), " ")
	}
}

const modulePath = "github.com/exectrail/exectrail"

// buildExectrail builds the command into dir, as `make build` does, and returns its path.
func buildExectrail(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, "exectrail")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", path, modulePath+"/cmd/exectrail")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build exectrail: %w\n%s", err, out)
	}
	return path, nil
}
