package main

import (
	"os"
	"testing"
)

func TestParseSmaps(t *testing.T) {
	const smaps = `00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/tool with space
Size:                328 kB
Rss:                 300 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me dw
7f0000000000-7f0000001000 rw-p 00000000 00:00 0 
Size:                  4 kB
Rss:                   4 kB
Anonymous:             4 kB
7f1000000000-7f1002000000 rw-s 00001000 00:0e 9       anon_inode:bpf-map
Size:              65536 kB
Rss:               65536 kB
Anonymous:             0 kB
7f2000000000-7f2000041000 rw-s 00000000 00:0e 9       anon_inode:[perf_event]
Size:                260 kB
Rss:                 260 kB
Anonymous:             0 kB
7f3000000000-7f3000001000 rw-p 00000000 00:00 0       [stack]
Rss:                   8 kB
Anonymous:             8 kB
`
	got, err := parseSmaps(smaps)
	if err != nil {
		t.Fatal(err)
	}
	want := memory{resident: (300 + 4 + 65536 + 260 + 8) << 10, ring: (65536 + 260) << 10, anonymous: (4 + 8) << 10}
	if got != want {
		t.Errorf("parseSmaps = %+v, want %+v", got, want)
	}
}

func TestParseSmapsDamaged(t *testing.T) {
	if _, err := parseSmaps("Rss: many kB\n"); err == nil {
		t.Error("no error for a size that is no number")
	}
}

// TestReadMemory reads this process, in which there is no ring.
func TestReadMemory(t *testing.T) {
	m, err := readMemory(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if m.resident == 0 || m.anonymous == 0 || m.anonymous > m.resident || m.ring != 0 {
		t.Errorf("the memory is %+v", m)
	}
}
