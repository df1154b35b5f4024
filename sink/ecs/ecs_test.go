package ecs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
	"github.com/exectrail/exectrail/sink/ecs"
	"github.com/exectrail/exectrail/sink/sinktest"
)

func open(w *sink.Writer) sink.Sink { return ecs.New(w) }

func TestContract(t *testing.T) { sinktest.Contract(t, open) }

// decode parses one line.
func decode(t *testing.T, e event.Event) map[string]any {
	t.Helper()
	var encoder ecs.Encoder
	line := encoder.Append(nil, e)
	var object map[string]any
	if err := json.Unmarshal(line, &object); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return object
}

func TestGolden(t *testing.T) {
	var pretty bytes.Buffer
	for _, e := range sinktest.Events() {
		var encoder ecs.Encoder
		if err := json.Indent(&pretty, encoder.Append(nil, e), "", "  "); err != nil {
			t.Fatal(err)
		}
	}
	sinktest.Golden(t, "testdata/pretty.json", pretty.Bytes())
}

func TestNoAllocation(t *testing.T) {
	var encoder ecs.Encoder
	buf := make([]byte, 0, 64<<10)
	for _, e := range sinktest.Events() {
		if n := testing.AllocsPerRun(100, func() { encoder.Append(buf, e) }); n > 0 {
			t.Errorf("%s allocates %v times", e.Action(), n)
		}
	}
}

// BenchmarkECS writes execs with a parent and six ancestors each: the children
// of one process, and processes that have nothing in common.
func BenchmarkECS(b *testing.B) {
	siblings, strangers := make([]*event.Exec, 64), make([]*event.Exec, 64)
	for i := range siblings {
		siblings[i], strangers[i] = sinktest.Exec(), sinktest.Exec()
		siblings[i].Process.Parent = siblings[0].Process.Parent
		siblings[i].PID += uint32(i)

		x, n := strangers[i], uint32(i)
		x.PID, x.UID, x.EUID, x.LoginUID, x.NetNS = x.PID+n, 2000+n, 2000+n, 2000+n, x.NetNS+n
		for a := range x.Process.Ancestors {
			a.EntityID = fmt.Sprintf("%016x", i)
		}
	}
	b.Run("siblings", func(b *testing.B) { benchmark(b, siblings) })
	b.Run("strangers", func(b *testing.B) { benchmark(b, strangers) })
}

func benchmark(b *testing.B, events []*event.Exec) {
	s := ecs.New(sink.NewWriter(io.Discard, time.Hour))
	var encoder ecs.Encoder
	b.SetBytes(int64(len(encoder.Append(nil, events[0]))))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := s.Write(events[i%len(events)]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
