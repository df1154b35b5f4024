package journal

import (
	"encoding/binary"
	"fmt"

	"github.com/exectrail/exectrail/internal/wire"
)

func putPlace(dst []byte, p Place) {
	for i, v := range []uint64{p.Device, p.Inode, uint64(p.Offset), uint64(p.Length), uint64(len(p.File))} {
		binary.LittleEndian.PutUint64(dst[8*i:], v)
	}
	copy(dst[40:], p.File)
}

func getPlace(src []byte) Place {
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(src[8*i:]) }
	length := min(word(4), maxPath)
	return Place{
		Device: word(0), Inode: word(1), Offset: int64(word(2)), Length: int64(word(3)),
		File: string(src[40 : 40+length]),
	}
}

func putProgress(dst []byte, p *wire.Progress, streams int) error {
	put := func(v uint64) {
		binary.LittleEndian.PutUint64(dst, v)
		dst = dst[8:]
	}
	put(p.Sequence)
	put(uint64(p.Offset))
	for kind := range p.Hooks {
		h := &p.Hooks[kind]
		if len(h.Streams) > streams {
			return fmt.Errorf("%d streams: there is room for %d", len(h.Streams), streams)
		}
		put(h.Missed)
		put(h.MissedAt)
		for _, s := range h.Streams {
			put(s.Seq)
			put(s.Time)
			put(s.ShortReads)
			put(s.ChunksLost)
			put(s.Filtered)
			put(s.Untracked)
		}
		rest := (streams - len(h.Streams)) * streamSize
		clear(dst[:rest])
		dst = dst[rest:]
	}
	return nil
}

func getProgress(src []byte, p *wire.Progress, streams int) {
	get := func() uint64 {
		v := binary.LittleEndian.Uint64(src)
		src = src[8:]
		return v
	}
	p.Sequence, p.Offset = get(), int64(get())
	for kind := range p.Hooks {
		h := &p.Hooks[kind]
		h.Missed, h.MissedAt, h.Streams = get(), get(), h.Streams[:0]
		for range streams {
			h.Streams = append(h.Streams, wire.StreamProgress{
				Seq: get(), Time: get(), ShortReads: get(), ChunksLost: get(), Filtered: get(), Untracked: get(),
			})
		}
	}
}
