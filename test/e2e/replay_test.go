package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReplay records sessions with odd programs in them, and decodes them
// again as a user without privileges: the output is the same, byte by byte.
func TestReplay(t *testing.T) {
	for _, args := range [][]string{
		{"-o", "json", "--exits", "--forks", "--env", "PATH,HOME"},
		{"--exits", "--forks", "--timestamps", "rfc3339", "--wide"},
		{"--tree", "--columns", "+cwd"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			raw := filepath.Join(publicDir(t), "session.raw")
			l := start(t, nil, append([]string{"trace", "--save-raw", raw}, args...)...)
			someOddities(t)
			l.signal(t, os.Interrupt, 0)
			sum := l.summaryText(t)
			if info, err := os.Stat(raw); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("the recording: %v, %v, want a file for its owner only", info, err)
			}

			replayed, stderr := replay(t, raw, args)
			if live := l.stdout.Bytes(); !bytes.Equal(replayed, live) {
				a, b := firstDifference(live, replayed)
				t.Errorf("the replay differs from the live output:\n%s\nlive:\n%s", b, a)
			}
			if !strings.Contains(stderr, sum) {
				t.Errorf("the live summary was %q, that of the replay:\n%s", sum, stderr)
			}
		})
	}
}

// TestDamagedRecording decodes a recording that lost its end, and one with a
// byte changed: an error tells where, after what could be read.
func TestDamagedRecording(t *testing.T) {
	raw := filepath.Join(publicDir(t), "session.raw")
	l := start(t, nil, "trace", "--save-raw", raw)
	someOddities(t)
	l.signal(t, os.Interrupt, 0)
	whole, err := os.ReadFile(raw)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"cut":   whole[:len(whole)-len(whole)/3],
		"empty": nil,
		"other": []byte("this is no recording\n"),
	} {
		t.Run(name, func(t *testing.T) {
			damaged := filepath.Join(t.TempDir(), "damaged.raw")
			if err := os.WriteFile(damaged, content, 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(exectrailBinary(t), "trace", "--replay", damaged)
			var stderr strings.Builder
			cmd.Stderr = &stderr
			stdout, _ := cmd.Output()
			if code := cmd.ProcessState.ExitCode(); code != 1 {
				t.Errorf("the exit code is %d, want 1", code)
			}
			if strings.Contains(stderr.String(), "goroutine ") {
				t.Errorf("it panicked:\n%s", stderr.String())
			}
			if name == "cut" && !strings.Contains(stderr.String(), "offset") {
				t.Errorf("it does not say where the recording is damaged:\n%s", stderr.String())
			}
			if name == "cut" && !bytes.HasPrefix(l.stdout.Bytes(), stdout) {
				t.Error("what could be read differs from the live output")
			}
		})
	}
}

// someOddities runs programs whose events are hard to store: long ones, ones
// with many parts, ones with bytes that a terminal would obey.
func someOddities(t *testing.T) {
	t.Helper()
	target := trigger(t, "target")
	for _, name := range []string{"plain", "huge", "long_argument", "escapes", "memfd", "thread", "vfork", "no_directory"} {
		execute(t, command(t, name, target))
	}
	execute(t, command(t, "script", target, "3"))
	execute(t, command(t, "spawner", "replay", "200", trigger(t, "nothing")))
}

// replay decodes a recording as a user without privileges, who reads it from
// stdin, since the file is for its owner only.
func replay(t *testing.T, raw string, args []string) (stdout []byte, stderr string) {
	t.Helper()
	file, err := os.Open(raw)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cmd := exec.Command(exectrailBinary(t), append([]string{"trace", "--replay", "-"}, replayable(args)...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobodyUID, Gid: nobodyGID}}
	cmd.Stdin = file
	var said strings.Builder
	cmd.Stderr = &said
	if stdout, err = cmd.Output(); err != nil {
		t.Errorf("replay: %v\n%s", err, said.String())
	}
	return stdout, said.String()
}

// replayable leaves out what is decided when a recording is made.
func replayable(args []string) []string {
	var list []string
	for i := 0; i < len(args); i++ {
		if args[i] == "--env" {
			i++
			continue
		}
		list = append(list, args[i])
	}
	return list
}

// firstDifference returns the first lines that are not the same.
func firstDifference(a, b []byte) (lineA, lineB string) {
	linesA, linesB := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := 0; i < len(linesA) && i < len(linesB); i++ {
		if linesA[i] != linesB[i] {
			return abridge(linesA[i]), abridge(linesB[i])
		}
	}
	return abridge(linesA[min(len(linesA), len(linesB))-1]), "(one is longer than the other)"
}

func abridge(line string) string { return line[:min(len(line), 2000)] }
