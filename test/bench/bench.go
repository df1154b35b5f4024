package main

import (
	"context"
	"fmt"
	"time"
)

// bench is one run.
type bench struct {
	dir   string // for all that is made, removed at the end
	size  size
	load  *load
	tools []*tool // those that run here
	log   func(format string, args ...any)
}

// measure measures everything.
func (b *bench) measure(ctx context.Context) (*report, error) {
	r := &report{began: time.Now()}
	var err error
	if r.machine, err = readMachine(); err != nil {
		return nil, err
	}
	b.log("building")
	if b.load, err = compileLoad(ctx, b.dir); err != nil {
		return nil, err
	}
	exectrail, err := buildExectrail(ctx, b.dir)
	if err != nil {
		return nil, err
	}
	if r.tools, err = b.chooseTools(ctx, exectrail); err != nil {
		return nil, err
	}
	for _, m := range []struct {
		name    string
		measure func(*bench, context.Context) ([]row, error)
	}{
		{"time in the kernel", (*bench).measureKernel},
		{"time in the kernel of what is filtered", (*bench).measureFiltered},
		{"spawns and system calls", (*bench).measurePairs},
		{"flood", (*bench).measureFlood},
		{"frozen reader", (*bench).measureFrozen},
		{"idle", (*bench).measureIdle},
		{"time to ready", (*bench).measureReady},
	} {
		b.log("%4.0f s: measuring %s", time.Since(r.began).Seconds(), m.name)
		rows, err := m.measure(b, ctx)
		if err != nil {
			return nil, fmt.Errorf("measure %s: %w", m.name, err)
		}
		r.rows = append(r.rows, rows...)
	}
	b.log("%4.0f s: measuring a build", time.Since(r.began).Seconds())
	if r.build, err = b.measureBuild(ctx, exectrail); err != nil {
		return nil, fmt.Errorf("measure a build: %w", err)
	}
	b.log("%4.0f s: running the Go benchmarks", time.Since(r.began).Seconds())
	if r.goBenchmarks, err = runGoBenchmarks(ctx, b.size.goBenchTime); err != nil {
		return nil, err
	}
	r.size, r.took = b.size, time.Since(r.began)
	return r, nil
}
