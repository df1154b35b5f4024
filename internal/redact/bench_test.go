package redact

import (
	"bytes"
	"testing"

	"github.com/exectrail/exectrail/event"
)

func BenchmarkArgs(b *testing.B) {
	for _, bench := range []struct{ name, args string }{
		{"usual", "ls\x00-la\x00--color=auto\x00/usr/share/doc/linux-doc\x00"},
		{"script", "/bin/sh\x00-c\x00cd /srv/app && make -j4 all 2>&1\x00"},
		{"compiler", "/usr/lib/gcc/x86_64-linux-gnu/12/cc1\x00-quiet\x00-I\x00.\x00-imultiarch\x00x86_64-linux-gnu\x00main.c\x00-dumpbase\x00main.c\x00-O2\x00-Wall\x00-o\x00/tmp/ccAbCdEf.s\x00"},
		{"suspicious", "curl\x00-sS\x00-o\x00/tmp/a\x00https://example.com/a.tar.gz\x00"},
		{"secret", "mysql\x00-uroot\x00-pfake\x00app\x00"},
		{"6MiB", string(bytes.Repeat([]byte("name-of-a-file.c\x00"), 6<<20/17))},
		{"6MiB-suspicious", "curl\x00" + string(bytes.Repeat([]byte("a\x00"), 3<<20))},
		{"6MiB-secrets", string(bytes.Repeat([]byte("--token=fake\x00"), 6<<20/13))},
		{"6MiB-one", "sh\x00-c\x00" + string(bytes.Repeat([]byte("a 'token=$x' https://a:1 "), 6<<20/25)) + "\x00"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r := New(Options{Known: true})
			s := event.Strings{Raw: []byte(bench.args), Size: uint64(len(bench.args))}
			b.ReportAllocs()
			b.SetBytes(int64(len(bench.args)))
			for b.Loop() {
				r.Args(s)
			}
		})
	}
}
