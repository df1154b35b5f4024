package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/trail"
	"github.com/exectrail/exectrail/internal/testenv"
	"github.com/exectrail/exectrail/test/builds"
)

// realBuild is a real command that starts others.
type realBuild struct {
	name    string
	command []string
	env     []string // beside that of the test
	status  int
	atLeast int // so many processes, for it to be what the test is about
	dir     string
	// prepare makes dir as it is before a build.
	prepare func(t *testing.T, dir string)
}

// TestRunBuilds holds what is told of real builds against what strace saw of them, process by process.
func TestRunBuilds(t *testing.T) {
	exectrailBinary(t)
	for _, b := range []realBuild{goBuild(t), projectBuild(), aptInstall(), npmRun()} {
		t.Run(b.name, func(t *testing.T) {
			if _, err := exec.LookPath(b.command[0]); err != nil {
				testenv.Skip(t, "%s is not installed", b.command[0])
			}
			b.dir = filepath.Join(publicDir(t), "work")
			files := t.TempDir()
			witnessed := b.checkWitnessed(t, files)
			plain := b.checkAllowed(t, files)
			compareBuilds(t, files, witnessed, plain)
			if b.name == builds.Package {
				b.checkNovelty(t, files)
			}
		})
	}
}

// goBuild compiles a program of this module, and all that it is made of.
func goBuild(t *testing.T) realBuild {
	goEnv := func(name string) string {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	// Once a day, go starts a process of its own for its telemetry.
	config := t.TempDir()
	if err := os.MkdirAll(filepath.Join(config, "go", "telemetry"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(config, "go", "telemetry", "mode"), []byte("off"), 0o644); err != nil {
		t.Fatal(err)
	}
	cache := filepath.Join(t.TempDir(), "cache")
	return realBuild{
		name:    "go",
		command: []string{"go", "build", "-a", "-buildvcs=false", "-o", os.DevNull, "github.com/exectrail/exectrail/test/kernel/init"},
		env:     []string{"CGO_ENABLED=0", "GOENV=" + goEnv("GOENV"), "XDG_CONFIG_HOME=" + config, "GOCACHE=" + cache, "GOFLAGS=-mod=readonly"},
		atLeast: 80,
		prepare: func(t *testing.T, dir string) {
			if err := os.RemoveAll(cache); err != nil {
				t.Fatal(err)
			}
			// In a directory of the module.
			if err := os.Symlink(filepath.Dir(goEnv("GOMOD")), dir); err != nil && !errors.Is(err, os.ErrExist) {
				t.Fatal(err)
			}
		},
	}
}

// projectBuild configures and makes a project of C, and ends with a status of its own.
func projectBuild() realBuild {
	return realBuild{
		name:    builds.Package,
		command: []string{"sh", "-c", "(" + builds.Command + ") >log 2>&1 && exit 7"},
		status:  7,
		atLeast: 1000,
		prepare: func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			if err := builds.Unpack(t.Context(), dir); err != nil {
				t.Fatal(err)
			}
		},
	}
}

func aptInstall() realBuild {
	return realBuild{
		name:    "apt-get",
		command: []string{"apt-get", "--simulate", "--quiet", "install", "dash"},
		atLeast: 2,
		prepare: makeDir,
	}
}

func npmRun() realBuild {
	return realBuild{
		name:    "npm",
		command: []string{"npm", "run", "--silent", "--offline", "--no-update-notifier", "build"},
		atLeast: 8,
		prepare: func(t *testing.T, dir string) {
			makeDir(t, dir)
			const scripts = `{"name": "real", "version": "1.0.0", "scripts": {
				"prebuild": "rm -rf out && mkdir out",
				"build": "for n in 1 2 3; do node -p $n >out/$n || exit; done; ls out | sort -r >list",
				"postbuild": "nosuchprogram || env nosuchprogram || test -s list"}}`
			if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(scripts), 0o644); err != nil {
				t.Fatal(err)
			}
		},
	}
}

func makeDir(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
}

// run prepares the build and runs it below exectrail, with what is before it in the command, and finds that exectrail ends with the status.
func (b *realBuild) run(t *testing.T, status int, flags, before []string) (stderr string) {
	t.Helper()
	b.prepare(t, b.dir)
	return b.again(t, status, flags, slices.Concat(before, b.command))
}

// again runs a command in what is there.
func (b *realBuild) again(t *testing.T, status int, flags, command []string) (stderr string) {
	t.Helper()
	// As root, whoever called sudo for the test.
	cmd := exec.Command(exectrailBinary(t), slices.Concat([]string{"run", "--user", "0"}, flags, []string{"--"}, command)...)
	cmd.Dir = b.dir
	cmd.Env = append(append(os.Environ(), "npm_config_cache="+t.TempDir()), b.env...)
	var out bytes.Buffer
	cmd.Stderr = &out
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != status {
		log, _ := os.ReadFile(filepath.Join(b.dir, "log")) // not every build has one
		t.Fatalf("%q ended with %d, want %d:\n%s\n%s", command, got, status, out.String(), log[max(0, len(log)-2000):])
	}
	return out.String()
}

// buildReport is what a test looks at in the report of JSON.
type buildReport struct {
	Processes, Execs, Running int
	FailedExecs               *int   `json:"failed_execs"`
	FailedExits               int    `json:"failed_exits"`
	Recorded                  uint64 `json:"recorded_events"`
	Missing                   uint64 `json:"missing_events"`
	NotAllowed                []struct {
		Path, Reason, Command, Origin string
		PID                           uint32
	} `json:"not_allowed"`
}

// readReport finds the report in what was written to stderr.
func readReport(t *testing.T, stderr string) buildReport {
	t.Helper()
	for line := range strings.Lines(stderr) {
		var object struct {
			Exectrail struct{ Run *buildReport }
		}
		if json.Unmarshal([]byte(line), &object) == nil && object.Exectrail.Run != nil {
			return *object.Exectrail.Run
		}
	}
	t.Fatalf("there is no report in:\n%s", stderr)
	return buildReport{}
}

// checkWitnessed records a build that strace watches, and compares. It returns what was kept of the run, in witnessed.trail, without strace.
func (b *realBuild) checkWitnessed(t *testing.T, files string) *lives.Run {
	t.Helper()
	log, events, kept := filepath.Join(files, "strace"), filepath.Join(files, "events"), filepath.Join(files, "witnessed.trail")
	witness := slices.Concat([]string{strace(t)}, straceOptions(), []string{"-o", log})
	stderr := b.run(t, b.status, []string{
		"--failed", "--redact=off", "-o", "json", "--output-file", events, "--save", kept, "--learn", filepath.Join(files, "list"),
	}, witness)

	tracer, got, forked, count := readBuildEvents(t, events)
	run := readTrail(t, kept)
	compareRun(t, run, got)
	told := readReport(t, stderr)
	counts := countLives(got)
	if told.FailedExecs == nil || (buildCounts{told.Processes, told.Execs, *told.FailedExecs, told.FailedExits}) != counts || told.Running != 0 {
		t.Errorf("the report tells %+v, and the events %+v", told, counts)
	}
	if told.Missing != 0 || told.Recorded != uint64(count) || run.Recorded != told.Recorded || run.Lost+run.Omitted != 0 {
		t.Errorf("%d events were recorded and %d are missing, %d were written", told.Recorded, told.Missing, count)
	}

	b.removeTracer(t, got, tracer, forked, slices.Concat(witness, b.command))
	want := readStrace(t, log, tracer)
	resolveScripts(t, got, want)
	compareLives(t, got, want)
	if len(want) < b.atLeast {
		t.Errorf("the build has %d processes, want %d at least", len(want), b.atLeast)
	}
	t.Logf("with strace, %+v; %d events", counts, count)
	return run
}

// removeTracer finds the processes of strace itself, and takes them out.
func (b *realBuild) removeTracer(t *testing.T, all map[uint32]*buildLife, tracer uint32, forked []uint32, command []string) {
	t.Helper()
	own := straceOwn(t)
	root := all[tracer]
	if len(root.steps) != 1 || root.steps[0].path != command[0] || !slices.Equal(root.steps[0].argv, command) || !root.ended || root.end != (buildEnd{code: b.status}) {
		t.Errorf("of strace itself there is\n%s\nwant an exec of %q, and status %d", root, command, b.status)
	}
	var children []uint32
	for _, pid := range forked {
		if all[pid].parent == tracer {
			children = append(children, pid)
		}
	}
	if len(children) != len(own)+1 {
		t.Fatalf("strace created %d processes, want %d of its own and the command", len(children), len(own))
	}
	for i, end := range own {
		life := all[children[i]]
		if len(life.steps) != 0 || !life.ended || life.end != end {
			t.Errorf("of process %d of strace there is\n%s\nwant the end %+v", i+1, life, end)
		}
		delete(all, children[i])
	}
	delete(all, tracer)
}

func readTrail(t *testing.T, path string) *lives.Run {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	run, err := trail.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return run
}
