package filter

import (
	"testing"
	"time"
)

// BenchmarkMatch tells what an event costs that the filter looks at.
func BenchmarkMatch(b *testing.B) {
	x := exec()
	for _, text := range []string{
		`uid == 0 && exe startsWith "/tmp"`,
		`uid != 0 && exe startsWith "/opt"`,
		`"wget" in args`,
		`container.id == "beef"`,
		`ancestors any {.name == "cron"}`,
		`duration > 10s`,
		`command matches "wget .*-k"`,
	} {
		b.Run(text, func(b *testing.B) {
			f := mustCompile(b, text)
			b.ReportAllocs()
			for b.Loop() {
				if f.Match(x) {
					b.Fatal("it matches")
				}
			}
		})
	}
	b.Run("exit", func(b *testing.B) {
		f, e := mustCompile(b, `duration > 10s`), exit(time.Second)
		for b.Loop() {
			if f.Match(e) {
				b.Fatal("it matches")
			}
		}
	})
}
