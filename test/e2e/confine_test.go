package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

const (
	readingOthers = uint64(1)<<unix.CAP_SYS_PTRACE | 1<<unix.CAP_DAC_READ_SEARCH
)

// TestPrivilegesGivenUp looks at each thread of an exectrail that traces, has
// threads come and go under load, looks again, and has it end as it should.
func TestPrivilegesGivenUp(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			dir := publicDir(t)
			output := filepath.Join(dir, "out.json")
			l := start(t, nil, "-o", "json", "--exits", "--forks", "--env", "all", "--save-raw", filepath.Join(dir, "raw"), "--output-file", output, "--verbose")
			checkConfined(t, l, readingOthers, 0)
			someOddities(t)
			checkConfined(t, l, readingOthers, 0)
			l.signal(t, signal, 0)
			written, err := os.ReadFile(output)
			if err != nil {
				t.Fatal(err)
			}
			if execs := strings.Count(string(written), `"action":"exec"`); execs < 200 {
				t.Errorf("%d execs were written, and more than 200 happened", execs)
			}
			if strings.Contains(l.stderr.String(), "privileges") {
				t.Errorf("it said:\n%s", l.stderr.String())
			}
		})
	}
}

// TestPrivilegesKept finds them where they were asked to stay.
func TestPrivilegesKept(t *testing.T) {
	l := start(t, nil, "--keep-privileges")
	for _, s := range threads(t, l) {
		if own := threadStatus(t, "/proc/self/status"); s.effective != own.effective || s.bounding != own.bounding || s.seccomp != own.seccomp || s.noNewPrivs != own.noNewPrivs {
			t.Errorf("a thread has %+v, want %+v", s, own)
		}
	}
	l.signal(t, os.Interrupt, 0)
}

// TestReplayPrivileges has root read a recording, which takes no privilege at all.
func TestReplayPrivileges(t *testing.T) {
	recording, err := os.ReadFile("../../testdata/demo.raw")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exectrailBinary(t), "--replay", "-")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	half := len(recording) / 2
	go func() { _, _ = stdin.Write(recording[:half]) }()
	l := startCommand(t, cmd, nil)
	checkConfined(t, l, 0, 0)
	if _, err := stdin.Write(recording[half:]); err != nil {
		t.Fatal(err)
	}
	stdin.Close()
	l.end(t, 0)
	if sum := l.summary(t); sum.recorded == 0 || sum.lost != 0 {
		t.Errorf("the summary is %+v", sum)
	}
}

// TestLeastPrivilege traces as a user who is nobody, with the capabilities that
// the documentation names and no other.
func TestLeastPrivilege(t *testing.T) {
	unlimitedMemlock(t)
	for name, test := range map[string]struct {
		capabilities []uint
		keeps        uint64
		paths        bool // of the processes of others that run already
	}{
		"to trace":           {[]uint{unix.CAP_BPF, unix.CAP_PERFMON}, 0, false},
		"to know all others": {[]uint{unix.CAP_BPF, unix.CAP_PERFMON, unix.CAP_SYS_PTRACE}, 1 << unix.CAP_SYS_PTRACE, true},
	} {
		if testenv.Emulated() && test.paths {
			continue // it is about /proc alone
		}
		t.Run(name+" by ambient capabilities", func(t *testing.T) {
			cmd := exec.Command(exectrailBinary(t), "-o", "json", "--exits")
			cmd.SysProcAttr = asNobody()
			for _, c := range test.capabilities {
				cmd.SysProcAttr.AmbientCaps = append(cmd.SysProcAttr.AmbientCaps, uintptr(c))
			}
			testLeast(t, cmd, test.keeps, test.paths)
		})
		t.Run(name+" by file capabilities", func(t *testing.T) {
			own := filepath.Join(publicDir(t), "exectrail")
			copyFile(t, exectrailBinary(t), own)
			setFileCapability(t, own, test.capabilities...)
			cmd := exec.Command(own, "-o", "json", "--exits")
			cmd.SysProcAttr = asNobody()
			testLeast(t, cmd, test.keeps, test.paths)
		})
	}
}

// TestTooLittlePrivilege finds an error that names what is missing.
func TestTooLittlePrivilege(t *testing.T) {
	unlimitedMemlock(t)
	for held, missing := range map[uint]string{unix.CAP_BPF: "CAP_PERFMON", unix.CAP_PERFMON: "CAP_BPF"} {
		cmd := exec.Command(exectrailBinary(t))
		cmd.SysProcAttr = asNobody()
		cmd.SysProcAttr.AmbientCaps = []uintptr{uintptr(held)}
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(string(out), "hint: ") || !strings.Contains(string(out), missing) {
			t.Errorf("without %s it ended with %d and said:\n%s", missing, code, out)
		}
	}
}

func asNobody() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobodyUID, Gid: nobodyGID}}
}

// unlimitedMemlock permits what else takes CAP_SYS_RESOURCE before Linux 5.11, as LimitMEMLOCK= of a service does.
func unlimitedMemlock(t *testing.T) {
	t.Helper()
	exectrailBinary(t) // skips where nothing of this can run
	var before unix.Rlimit
	if err := unix.Prlimit(0, unix.RLIMIT_MEMLOCK, &unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}, &before); err != nil {
		t.Logf("the limit of locked memory is not raised, which matters before Linux 5.11: %v", err)
		return
	}
	t.Cleanup(func() { unix.Setrlimit(unix.RLIMIT_MEMLOCK, &before) })
}

// testLeast compares what an exectrail without most privileges shows: all of an
// exec of another user, and of what ran before as much as /proc tells it.
func testLeast(t *testing.T, cmd *exec.Cmd, keeps uint64, paths bool) {
	l := startCommand(t, cmd, nil)
	checkConfined(t, l, keeps, ownBounding(t))
	ran := command(t, "plain", trigger(t, "target"), "of root")
	pid := execute(t, ran)
	w := readWitnesses(t, ran.ExtraFiles[0].Name())[0]
	l.signal(t, os.Interrupt, 0)
	if sum := l.summary(t); sum.lost != 0 {
		t.Errorf("the summary is %+v", sum)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if !paths {
		self = ""
	}
	found := false
	for line := range strings.Lines(l.stdout.String()) {
		var d struct {
			Event   struct{ Action string }
			Process struct {
				PID              uint32
				Executable       string
				Args             []string
				WorkingDirectory string `json:"working_directory"`
				Parent           struct {
					PID        uint32
					Executable string
					Args       []string
				}
			}
		}
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatalf("parse %q: %v", line, err)
		}
		p := d.Process
		if p.PID != pid || d.Event.Action != "exec" || len(p.Args) < 2 || p.Args[1] != "of root" {
			continue
		}
		found = true
		if p.Executable != w.fields["exe"] || p.WorkingDirectory != w.fields["cwd"] {
			t.Errorf("%s in %s, want %s in %s", p.Executable, p.WorkingDirectory, w.fields["exe"], w.fields["cwd"])
		}
		if p.Parent.PID != uint32(os.Getpid()) || p.Parent.Executable != self || len(p.Parent.Args) != len(os.Args) {
			t.Errorf("the parent is %+v, want %d, %q, %q", p.Parent, os.Getpid(), self, os.Args)
		}
	}
	if !found {
		t.Errorf("the exec is not shown:\n%s", l.stdout.String())
	}
}

// status is what the kernel tells of the privileges of a thread.
type status struct {
	effective, permitted, inheritable, ambient, bounding uint64
	noNewPrivs, seccomp                                  string
}

// checkConfined looks at each thread. CAP_BPF may be kept where the kernel wants it for every call.
func checkConfined(t *testing.T, l *live, keeps, bounding uint64) {
	t.Helper()
	const mayStay = 1 << unix.CAP_BPF
	want := status{effective: keeps, permitted: keeps, bounding: bounding, noNewPrivs: "1", seccomp: "2"}
	list := threads(t, l)
	if len(list) < 2 {
		t.Errorf("%d threads", len(list))
	}
	for _, s := range list {
		if keeps != 0 || bounding != 0 { // a replay needs it nowhere
			s.effective, s.permitted = s.effective&^mayStay, s.permitted&^mayStay
		}
		if s != want {
			t.Errorf("a thread has %+v, want %+v", s, want)
		}
	}
}

func threads(t *testing.T, l *live) []status {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/task", l.Process.Pid)
	tasks, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []status
	for _, task := range tasks {
		list = append(list, threadStatus(t, filepath.Join(dir, task.Name(), "status")))
	}
	return list
}

func ownBounding(t *testing.T) uint64 { return threadStatus(t, "/proc/self/status").bounding }

func threadStatus(t *testing.T, path string) status {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s status
	sets := map[string]*uint64{
		"CapEff": &s.effective, "CapPrm": &s.permitted, "CapInh": &s.inheritable, "CapAmb": &s.ambient, "CapBnd": &s.bounding,
	}
	for line := range strings.Lines(string(content)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch name {
		case "NoNewPrivs":
			s.noNewPrivs = value
		case "Seccomp":
			s.seccomp = value
		}
		if set := sets[name]; set != nil {
			if *set, err = strconv.ParseUint(value, 16, 64); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}
