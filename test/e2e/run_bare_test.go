package e2e

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestRunAsBare compares what the kernel tells of a command with what it tells when nothing stands before it.
func TestRunAsBare(t *testing.T) {
	mirror := trigger(t, "mirror")
	files := []string{"environ", "stat", "status", "limits", "cgroup", "oom_score_adj", "timerslack_ns", "personality", "mountinfo", "autogroup"}
	files = slices.DeleteFunc(files, func(name string) bool {
		_, err := os.Stat("/proc/self/" + name)
		return err != nil
	})
	work := publicDir(t)
	ends := pipe(t)
	extra := []*os.File{newWitnessFile(t), ends[0], ends[1], socket(t)}
	// What most programs have otherwise. A variable that comes twice no shell would pass on.
	started := func(cmd *exec.Cmd) *exec.Cmd {
		var argv []string
		for _, part := range []string{"nice -n 7", "nohup", "prlimit --nofile=99:4000 --core=0", trigger(t, "environment")} {
			words := strings.Fields(part)
			path, err := exec.LookPath(words[0])
			must(t, err)
			argv = append(append(argv, path), words[1:]...)
		}
		cmd.Path, cmd.Args = argv[0], append(argv, cmd.Args...)
		cmd.Dir, cmd.ExtraFiles = work, extra
		cmd.Stdin, cmd.Stdout, cmd.Stderr = ends[0], extra[0], extra[0]
		return cmd
	}
	defer unix.Umask(unix.Umask(0o027))
	bareDir, runDir := publicDir(t), publicDir(t)
	must(t, started(exec.Command(mirror, append([]string{bareDir}, files...)...)).Run())
	s := newRun(t, append([]string{"--report", filepath.Join(runDir, "report"), "--", mirror, runDir}, files...)...)
	started(s.Cmd)
	s.runs(t, 0)

	for _, name := range append(files, "fd") {
		want, err := os.ReadFile(filepath.Join(bareDir, name))
		must(t, err)
		got, err := os.ReadFile(filepath.Join(runDir, name))
		must(t, err)
		switch name {
		case "stat":
			got, want = lasting(got), lasting(want)
		case "status":
			got, want = lastingLines(got), lastingLines(want)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is\n%q, bare it is\n%q", name, got, want)
		}
	}
}

// lasting returns the fields of /proc/PID/stat that a program inherits: see proc_pid_stat(5).
func lasting(stat []byte) []byte {
	_, rest, _ := bytes.Cut(stat, []byte(") "))
	fields := strings.Fields("pid comm " + string(rest))
	var b bytes.Buffer
	for n, name := range []string{
		5: "pgrp", 6: "session", 7: "tty_nr", 8: "tpgid", 18: "priority", 19: "nice", 20: "num_threads",
		31: "signal", 32: "blocked", 33: "sigignore", 34: "sigcatch", 38: "exit_signal", 40: "rt_priority", 41: "policy",
	} {
		if name != "" {
			fmt.Fprintf(&b, "%s %s\n", name, fields[n-1])
		}
	}
	return b.Bytes()
}

// lastingLines returns the lines of /proc/PID/status about what a program inherits.
func lastingLines(status []byte) []byte {
	var b bytes.Buffer
	for line := range strings.Lines(string(status)) {
		name, _, _ := strings.Cut(line, ":")
		switch {
		case strings.HasPrefix(name, "Sig"), strings.HasPrefix(name, "Shd"), strings.HasPrefix(name, "Cap"),
			strings.HasPrefix(name, "Cpus"), strings.HasPrefix(name, "Mems"), strings.HasPrefix(name, "NS"):
			if name == "SigQ" || name == "NSpid" || name == "NStgid" {
				continue // those of the moment
			}
		case slices.Contains([]string{"Umask", "Uid", "Gid", "Groups", "NoNewPrivs", "Seccomp", "Seccomp_filters", "TracerPid", "Threads"}, name):
		default:
			continue
		}
		b.WriteString(line)
	}
	return b.Bytes()
}

// TestRunStreams has a command between two pipes.
func TestRunStreams(t *testing.T) {
	const size = 3 << 20
	content := bytes.Repeat([]byte("exectrail\x00\xff\n"), size/12)
	s := newRun(t, "--", "sh", "-c", `cat; echo to stderr >&2; test -t 1 || echo no terminal >&2; head -c 6 <&4 >&5`)
	jobs, answers := pipe(t), pipe(t)
	_, err := jobs[1].WriteString("tokens")
	must(t, err)
	s.ExtraFiles = append(s.ExtraFiles, jobs[0], answers[1])
	var out bytes.Buffer
	s.Stdin, s.Stdout = bytes.NewReader(content), &out
	s.runs(t, 0)
	if got, want := sha256.Sum256(out.Bytes()), sha256.Sum256(content); got != want {
		t.Errorf("%d bytes came out, and others than the %d that went in", out.Len(), len(content))
	}
	if said := s.said(t); !strings.HasPrefix(said, "to stderr\nno terminal\n") {
		t.Errorf("on stderr is\n%s", said)
	}
	answer := make([]byte, 100)
	n, err := unix.Read(int(answers[0].Fd()), answer)
	must(t, err)
	if string(answer[:n]) != "tokens" {
		t.Errorf("the descriptors that it inherits gave %q", answer[:n])
	}
}
