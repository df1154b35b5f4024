package exectrail_test

import (
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink/ecs"
)

// TestMain finds that no test leaves a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is for how long a test waits for what must come. Only one that fails takes that long.
const patience = 20 * time.Second

// await waits until done is closed.
func await(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s: nothing happened for %s", what, patience)
	}
}

// openDemo opens the recording that comes with the source.
func openDemo(t testing.TB, options ...exectrail.Option) *exectrail.Tracer {
	t.Helper()
	file, err := os.Open("testdata/demo.raw")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	tracer, err := exectrail.OpenRecording(file, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tracer.Close() })
	return tracer
}

// readAll returns the events that are left, each as the line of JSON that shows all of it, and
// the error that ended them.
func readAll(t testing.TB, tracer *exectrail.Tracer) (lines []string, err error) {
	t.Helper()
	for e, err := range tracer.Events(t.Context()) {
		if err != nil {
			return lines, err
		}
		lines = append(lines, jsonLine(e))
	}
	return lines, nil
}

// jsonLine shows all of an event.
func jsonLine(e event.Event) string { return string(new(ecs.Encoder).Append(nil, e)) }
