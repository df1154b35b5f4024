package redact

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/exectrail/exectrail/event"
)

// Span is a part of some bytes, from From on, up to but without To.
type Span struct{ From, To int }

// fill overwrites a secret where its length must stay. On paper tape it punched out what was typed by mistake, and
// arguments do not hold it otherwise.
const fill = 0x7f

// Fill overwrites the spans of raw, so that its length stays. A [Redactor] with [Options.Filled] finds them again.
func Fill(raw []byte, spans []Span) {
	for _, s := range spans {
		FillAll(raw[s.From:s.To])
	}
}

// FillAll overwrites all of raw but the NULs, which end strings.
func FillAll(raw []byte) {
	for i, b := range raw {
		if b != 0 {
			raw[i] = fill
		}
	}
}

// Replace appends raw to dst, with [Mark] in the place of each span. The spans are in order.
func Replace(dst, raw []byte, spans []Span) []byte {
	from := 0
	for _, s := range spans {
		dst = append(append(dst, raw[from:s.From]...), Mark...)
		from = s.To
	}
	return append(dst, raw[from:]...)
}

// ReplaceStrings returns s with [Mark] in the place of each span, in the memory of dst, which it overwrites. As many bytes are missing
// as were before, and in the same place; what was the length of a secret does not show.
func ReplaceStrings(dst []byte, s event.Strings, spans []Span) event.Strings {
	missing, hole := s.Missing(), s.MissingAt()
	before, _ := slices.BinarySearchFunc(spans, hole, func(s Span, at int) int { return cmp.Compare(s.From, at) })
	dst = Replace(dst[:0], s.Raw[:hole], spans[:before])
	head := len(dst)
	for i := range spans[before:] {
		spans[before+i].From -= hole
		spans[before+i].To -= hole
	}
	dst = Replace(dst, s.Raw[hole:], spans[before:])
	replaced := event.Strings{Raw: dst, Size: uint64(len(dst)) + missing}
	if missing > 0 {
		replaced.Tail = len(dst) - head
	}
	return replaced
}

// merge puts spans in order, and makes one of those that overlap or touch, but for two on either side of the hole.
func merge(spans []Span, hole int) []Span {
	if len(spans) < 2 {
		return spans
	}
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	merged := spans[:1]
	for _, s := range spans[1:] {
		if last := &merged[len(merged)-1]; s.From <= last.To && (s.From < hole || last.From >= hole) {
			last.To = max(last.To, s.To)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

// add notes a secret, unless it was replaced before.
func (s *scan) add(from, to int) {
	if from < to && !bytes.Equal(s.raw[from:to], []byte(Mark)) {
		s.spans = append(s.spans, Span{from, to})
	}
}

// filled notes what [Fill] overwrote.
func (s *scan) filled(from, to int) {
	for from < to {
		i := bytes.IndexByte(s.raw[from:to], fill)
		if i < 0 {
			return
		}
		end := runOf(s.raw[:to], from+i, func(b byte) bool { return b == fill })
		s.spans = append(s.spans, Span{from + i, end})
		from = end
	}
}
