package figures

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestFigures(t *testing.T) {
	for _, tt := range [][2]string{
		{Grouped(0), "0"}, {Grouped(999), "999"}, {Grouped(1000), "1,000"}, {Grouped(uint64(math.MaxUint64)), "18,446,744,073,709,551,615"},
		{Counted(1, "exec"), "1 exec"}, {Counted(0, "exec"), "0 execs"}, {Processes(1), "1 process"}, {Processes(2000), "2,000 processes"},
		{Size(0), "0 B"}, {Size(1023), "1023 B"}, {Size(1024), "1.0 KiB"}, {Size(312 << 20), "312 MiB"}, {Size(math.MaxUint64), "16.0 EiB"},
		{Change(0), ""}, {Change(1500 * time.Millisecond), "+1.500s"}, {Change(-time.Second), "-1.000s"},
		{Percent(1, 3), "33%"}, {Percent(1, 0), "0%"}, {Percent(time.Second, time.Second), "100%"},
		{Safe("\x1b["), `\x1b[`}, {Fit("abcdef", 3), "ab…"}, {Fit("abcdef", 0), "abcdef"},
		{Code("a|b"), "<code>a&#124;b</code>"}, {Code(strings.Repeat("x", 300)), "`" + strings.Repeat("x", 199) + "…`"},
	} {
		if tt[0] != tt[1] {
			t.Errorf("got %s, want %s", tt[0], tt[1])
		}
	}
}
