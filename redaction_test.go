package exectrail_test

import (
	"bytes"
	"context"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
)

// TestRedaction records a session with secrets wherever they can be: on the borders of chunks, which are of 32 KiB, in the
// environment, and in what failed. None comes out, in events or in the recording, and the replay tells the same as the session.
func TestRedaction(t *testing.T) {
	options := []exectrail.Option{exectrail.WithExits(), exectrail.WithFailed(), exectrail.WithRedaction(exectrail.Redaction{
		Events: true, RawCopy: true, Patterns: []*regexp.Regexp{regexp.MustCompile(`customer (\d+)`)},
	})}
	var recording bytes.Buffer
	tracer := openLive(t, append(options, exectrail.WithRawCopy(&recording), exectrail.WithEnv("DB_PASSWORD"))...)
	const secret, number = "correct-horse-fake", "4711004711"
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		run := func(args ...string) {
			c := exec.Command(args[0], args[1:]...)
			c.Env = []string{"HOME=/" + strings.Repeat("x", 40_000), "DB_PASSWORD=" + secret, "API_TOKEN=" + secret}
			_ = c.Run() // some of them cannot be run
		}
		run("/bin/true", "--password", secret, "--token="+secret, "customer "+number)
		for before := 32<<10 - 40; before < 32<<10+10; before += 7 {
			run("/bin/true", strings.Repeat("a", before), "--password", secret, strings.Repeat("b", 40_000), "--password="+secret)
		}
		run("/bin/sh", "-c", "/bin/true; exit 0", "--password", secret) // the parent of another exec
		run("/no/such/program", "--password", secret)
		run("/no/such/curl -u bob:" + secret + " https://bob:" + secret + "@example.com/x")
	}()
	var live []string
	var execs, failed uint32
	for e, err := range tracer.Events(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		switch e := e.(type) {
		case *event.Exec:
			execs += e.Redacted
		case *event.ExecFailed:
			failed += e.Redacted
		}
		live = append(live, jsonLine(e))
	}
	if err := tracer.Close(); err != nil {
		t.Fatal(err)
	}
	if execs < 4+8*3+2 || failed < 4 {
		t.Errorf("%d secrets were replaced in execs, and %d in failed ones", execs, failed)
	}
	all := strings.Join(live, "")
	for _, text := range []string{secret, number, secret[:9]} {
		if strings.Contains(all, text) {
			t.Errorf("%s is in the events", text)
		}
		if bytes.Contains(recording.Bytes(), []byte(text)) {
			t.Errorf("%s is in the recording", text)
		}
	}
	if strings.Count(all, "[redacted]") < int(execs) {
		t.Errorf("the mark is there %d times", strings.Count(all, "[redacted]"))
	}

	// What was overwritten is marked, whatever the replay redacts itself.
	content := recording.Bytes()
	for _, more := range []exectrail.Option{exectrail.WithExits(), exectrail.WithRedaction(exectrail.Redaction{Events: true})} {
		again, err := exectrail.OpenRecording(bytes.NewReader(content), exectrail.WithExits(), more)
		if err != nil {
			t.Fatal(err)
		}
		replayed, err := readAll(t, again)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(replayed, live) {
			t.Errorf("the replay is not as the session: %d lines and %d", len(replayed), len(live))
			for i := range min(len(replayed), len(live)) {
				if replayed[i] != live[i] {
					t.Fatalf("got\n%.3000s\nwant\n%.3000s", replayed[i], live[i])
				}
			}
		}
	}
}

// TestNotRedacted finds that nothing is redacted unless asked for.
func TestNotRedacted(t *testing.T) {
	for e, err := range openDemo(t).Events(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if x, ok := e.(*event.Exec); ok && x.Redacted != 0 {
			t.Errorf("%d were replaced in %q", x.Redacted, x.Args.Slice())
		}
	}
}
