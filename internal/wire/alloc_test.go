package wire

import (
	"strings"
	"testing"
)

// TestNoAllocation decodes what comes often: nothing of it may cost the garbage collector's time.
func TestNoAllocation(t *testing.T) {
	records := samples()
	records["exec with chunks"] = append(chunkRecord(3, 41, false, 0, strings.Repeat("x", 32<<10)), chunkedExec(3, 41, 32<<10, 0)...)
	for kind, record := range records {
		var d Decoder
		var r Record
		allocations := testing.AllocsPerRun(100, func() {
			for rest := record; len(rest) > 0; rest = rest[r.Size:] {
				if err := d.Decode(rest, &r); err != nil {
					t.Fatal(err)
				}
			}
			d.forget()
		})
		if allocations != 0 {
			t.Errorf("%s: %v allocations", kind, allocations)
		}
	}
}

// forget makes the next chunk one of another exec.
func (d *Decoder) forget() {
	for i := range d.assemblies {
		d.assemblies[i].seq = 0
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, kind := range []string{"exec", "fork", "exit"} {
		b.Run(kind, func(b *testing.B) {
			record := samples()[kind]
			var d Decoder
			var r Record
			b.ReportAllocs()
			b.SetBytes(int64(len(record)))
			for b.Loop() {
				if err := d.Decode(record, &r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
