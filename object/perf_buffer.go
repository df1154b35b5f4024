package object

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/perf"
)

// perfBuffer is a BPF_MAP_TYPE_PERF_EVENT_ARRAY: a ring for each CPU.
//
// The kernel tells of loss right before the next record that finds room. Of what is lost at the end it tells nothing then,
// so a last record of our own is sent on each CPU, when the buffer has run dry.
type perfBuffer struct {
	*perf.Reader
	name  string
	array *ebpf.Map
	last  []byte // our own record; nil until it is sent
}

func openPerfBuffer(name string, m *ebpf.Map, perCPU int) (reader, error) {
	r, err := perf.NewReader(m, perCPU)
	if err != nil {
		return nil, err
	}
	return &perfBuffer{Reader: r, name: name, array: m}, nil
}

func (b *perfBuffer) read() (Record, error) {
	for {
		r, err := b.Read()
		switch {
		case perf.IsUnknownEvent(err):
			continue // what programs do not send, such as PERF_RECORD_THROTTLE
		case errors.Is(err, perf.ErrFlushed) && b.last == nil:
			if err := errors.Join(b.sendLast(), b.Flush()); err != nil {
				return Record{}, fmt.Errorf("find out what was lost at the end: %w", err)
			}
			continue
		case err == nil && b.last != nil && bytes.HasPrefix(r.RawSample, b.last):
			continue
		}
		return Record{Buffer: b.name, CPU: r.CPU, Raw: r.RawSample, Lost: r.LostSamples}, err
	}
}

// sendLast sends a record on each CPU that no other program sends.
func (b *perfBuffer) sendLast() error {
	b.last = make([]byte, 16)
	if _, err := rand.Read(b.last); err != nil {
		return err
	}
	program, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Name: "exectrail_last", Type: ebpf.RawTracepoint, License: "GPL", // as the helper demands
		Instructions: asm.Instructions{
			asm.LoadImm(asm.R0, int64(binary.NativeEndian.Uint64(b.last)), asm.DWord),
			asm.StoreMem(asm.RFP, -16, asm.R0, asm.DWord),
			asm.LoadImm(asm.R0, int64(binary.NativeEndian.Uint64(b.last[8:])), asm.DWord),
			asm.StoreMem(asm.RFP, -8, asm.R0, asm.DWord),
			asm.LoadMapPtr(asm.R2, b.array.FD()),
			asm.LoadImm(asm.R3, 0xffffffff, asm.DWord), // BPF_F_CURRENT_CPU
			asm.Mov.Reg(asm.R4, asm.RFP),
			asm.Add.Imm(asm.R4, -16),
			asm.Mov.Imm(asm.R5, 16),
			asm.FnPerfEventOutput.Call(),
			asm.Mov.Imm(asm.R0, 0),
			asm.Return(),
		},
	})
	if err != nil {
		return err
	}
	defer program.Close()
	cpus, err := ebpf.PossibleCPU()
	if err != nil {
		return err
	}
	for cpu := range cpus {
		const onCPU = 1 // BPF_F_TEST_RUN_ON_CPU, since Linux 5.10
		// A CPU that is off line has lost nothing.
		_, _ = program.Run(&ebpf.RunOptions{CPU: uint32(cpu), Flags: onCPU})
	}
	return nil
}
