package main

import (
	"context"
	"fmt"
	"time"
)

// idleRun is what a tool takes while it has nothing to do.
type idleRun struct {
	cpu    float64 // percent of one processor
	memory memory
}

// measureIdle lets all tools wait at the same time, and measures what they use.
func (b *bench) measureIdle(ctx context.Context) ([]row, error) {
	var sessions []*session
	defer func() {
		for _, s := range sessions {
			s.close()
		}
	}()
	for _, t := range b.tools {
		s, err := b.start(ctx, t)
		if err != nil {
			return nil, err
		}
		sessions = append(sessions, s)
	}
	// What they did to show the first exec is to be over.
	if err := sleep(ctx, 2*time.Second); err != nil {
		return nil, err
	}
	var spans []span
	for range b.size.idleSpans {
		s, err := watchIdle(ctx, sessions)
		if err != nil {
			return nil, err
		}
		spans = append(spans, s)
	}
	undisturbed := quiet(spans)
	runs := map[*tool][]idleRun{}
	for i, s := range sessions {
		m, err := readMemory(s.pid())
		if err != nil {
			return nil, err
		}
		runs[s.tool] = []idleRun{{usedPercent(undisturbed, i), m}}
		if err := s.stop(); err != nil {
			return nil, err
		}
	}
	return idleRows(runs, spans, undisturbed), nil
}

func idleRows(runs map[*tool][]idleRun, spans, undisturbed []span) []row {
	rows := tabulate(runs, quantity[idleRun]{
		name: "Idle: CPU, % of one", decimals: 3,
		of:     func(r idleRun) float64 { return r.cpu },
		target: "below 0.1", met: func(f figure) bool { return f.median < 0.1 },
	})
	others := newRow("Idle: processes and threads created meanwhile")
	var created uint64
	for _, s := range undisturbed {
		created += s.created
	}
	others.base = number(float64(created), 0)
	seconds := newRow("Idle: undisturbed seconds that were measured")
	seconds.base = fmt.Sprintf("%d of %d", len(undisturbed), len(spans))
	if created > 0 {
		seconds.base = fmt.Sprintf("none of %d, so all were", len(spans))
	}
	rows = append(rows, others, seconds)
	return append(rows, tabulate(runs, memoryQuantities("idle", func(r idleRun) memory { return r.memory })...)...)
}

// A span is a second in which the machine may have been idle.
type span struct {
	took    time.Duration
	created uint64          // processes and threads that began
	used    []time.Duration // CPU time by session
}

// quiet returns the spans in which no process began, for then the tools had
// nothing to do. On a machine that is never so quiet it returns all.
func quiet(spans []span) []span {
	var list []span
	for _, s := range spans {
		if s.created == 0 {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return spans
	}
	return list
}

// usedPercent returns how much of one processor a session used in all the spans together.
func usedPercent(spans []span, session int) float64 {
	var used, took time.Duration
	for _, s := range spans {
		used += s.used[session]
		took += s.took
	}
	return 100 * used.Seconds() / took.Seconds()
}

func watchIdle(ctx context.Context, sessions []*session) (span, error) {
	createdBefore, err := processesCreated()
	if err != nil {
		return span{}, err
	}
	before, err := cpuTimes(sessions)
	if err != nil {
		return span{}, err
	}
	began := time.Now()
	if err := sleep(ctx, time.Second); err != nil {
		return span{}, err
	}
	s := span{took: time.Since(began)}
	after, err := cpuTimes(sessions)
	if err != nil {
		return span{}, err
	}
	created, err := processesCreated()
	if err != nil {
		return span{}, err
	}
	s.created = created - createdBefore
	for i := range after {
		s.used = append(s.used, after[i]-before[i])
	}
	return s, nil
}

func cpuTimes(sessions []*session) ([]time.Duration, error) {
	var times []time.Duration
	for _, s := range sessions {
		t, err := cpuTime(s.pid())
		if err != nil {
			return nil, err
		}
		times = append(times, t)
	}
	return times, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
