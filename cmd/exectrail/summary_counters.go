package main

import (
	"fmt"
	"strings"

	"github.com/exectrail/exectrail/event"
)

// A counter is what one stage of a session counted, from the kernel to the output.
type counter struct {
	stage, name string
	value       uint64
}

type counters []counter

// counters returns what each stage counted, in the order in which events pass them.
func (s summary) counters() counters {
	var list counters
	add := func(stage, name string, value uint64) { list = append(list, counter{stage, name, value}) }
	for _, k := range s.kinds {
		add("kernel", k.name+" seen", k.counts.Seen)
		if k.counts.Filtered > 0 {
			add("kernel", k.name+" filtered", k.counts.Filtered)
		}
		add("kernel", k.name+" lost, buffer full", k.counts.BufferFull)
		add("kernel", k.name+" lost, recursion", k.counts.Recursion)
	}
	add("kernel", "chunks lost", s.stats.ChunksLost)
	add("kernel", "short reads", s.stats.ShortReads)
	add("reader", "records", s.stats.Reader.Records)
	add("reader", "bytes", s.stats.Reader.Bytes)
	for _, k := range s.kinds {
		add("reader", k.name+" recorded", k.counts.Recorded)
		add("reader", k.name+" degraded", k.counts.Degraded)
		if k.counts.SlowOutput > 0 {
			add("reader", k.name+" skipped in the recording", k.counts.SlowOutput)
		}
	}
	if s.chosen {
		for _, k := range s.kinds {
			add("filter", k.name+" left out", k.left)
		}
	}
	table := s.stats.Table
	add("table", "live processes", uint64(table.Live))
	add("table", "exited processes", uint64(table.Exited))
	add("table", "text bytes", uint64(table.TextBytes))
	add("table", "evicted", table.Evicted)
	add("table", "args cut", table.ArgsCut)
	add("table", "lineages cut", table.LineagesCut)
	if raw := s.stats.RawCopy; raw.Records > 0 {
		add("raw copy", "records", raw.Records)
		add("raw copy", "skipped", raw.Skipped)
	}
	kinds := append([]kindSummary(nil), s.kinds...)
	for _, k := range append(kinds, kindSummary{name: "clock", action: event.ActionClock}) {
		account := s.output.Of(k.action)
		add("output", k.name+" offered", account.Offered)
		add("output", k.name+" written", account.Written)
		add("output", k.name+" lost, slow output", account.Dropped)
		add("output", k.name+" lost, not written", account.Abandoned)
	}
	add("output", "lost untold", s.output.Untold)
	return list
}

// lines returns the counters as a table for a person.
func (c counters) lines() []string {
	name, value := len("COUNTER"), len("VALUE")
	for _, x := range c {
		name, value = max(name, len(x.name)), max(value, len(fmt.Sprint(x.value)))
	}
	lines := []string{fmt.Sprintf("%-8s  %-*s  %*s", "STAGE", name, "COUNTER", value, "VALUE")}
	for _, x := range c {
		lines = append(lines, fmt.Sprintf("%-8s  %-*s  %*d", x.stage, name, x.name, value, x.value))
	}
	return lines
}

// object returns the counters for a program.
func (c counters) object() map[string]map[string]uint64 {
	stages := map[string]map[string]uint64{}
	key := strings.NewReplacer(", ", "_", " ", "_")
	for _, x := range c {
		stage := key.Replace(x.stage)
		if stages[stage] == nil {
			stages[stage] = map[string]uint64{}
		}
		stages[stage][key.Replace(x.name)] = x.value
	}
	return stages
}
