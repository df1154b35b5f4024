package object

import (
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const kallsyms = `0000000000000000 T do_unlinkat
0000000000000000 T __pfx___x64_sys_execve
0000000000000000 T __x64_sys_execve
0000000000000000 T __arm64_sys_execve
0000000000000000 T __ia32_compat_sys_execve
0000000000000000 T __arm64_compat_sys_execve
0000000000000000 T vfs_read
0000000000000000 D jiffies
0000000000000000 t nf_hook	[nf_tables]
`

func TestAttachSyscallNames(t *testing.T) {
	all := symbols(kallsyms)
	for name, want := range map[string]bool{
		"nf_hook": true, "do_unlinkat": true, "vfs_read": true,
		"jiffies": false, "unlinkat": false, "vfs_rea": false, "nf_tables": false, "__x64_sys_execv": false, "": false,
	} {
		if all.has(name) != want || slices.Contains(slices.Collect(all.names()), name) != want {
			t.Errorf("function %q: %v, want %v", name, !want, want)
		}
	}
	for _, arch := range []string{"amd64", "arm64"} {
		entry := syscallEntries(arch).native + "sys_execve"
		for _, written := range []string{
			"execve", "sys_execve", "SyS_execve", "guess_execve", "guess_sys_execve", "__se_sys_execve", "__do_sys_execve", "do_sys_execve",
			"ksys_execve", entry,
		} {
			if got := all.guessSyscall(written, arch); got != entry {
				t.Errorf("%s on %s: %q, want %q", written, arch, got, entry)
			}
		}
		if got := all.guessSyscall("compat_sys_execve", arch); got != syscallEntries(arch).compat+"sys_execve" {
			t.Errorf("compat_sys_execve on %s: %q", arch, got)
		}
	}
	if got := all.guessSyscall("do_unlinkat", "amd64"); got != "" {
		t.Errorf("do_unlinkat is taken for the system call %s", got)
	}
	before417 := symbols("0 T sys_execve\n0 T SyS_execve\n")
	if got := before417.guessSyscall("__x64_sys_execve", "amd64"); got != "sys_execve" {
		t.Errorf("before 4.17: %q", got)
	}
}

func TestAttachForeignEntries(t *testing.T) {
	for _, test := range []struct {
		function, arch string
		foreign        bool
	}{
		{"__x64_sys_execve", "arm64", true}, {"__x64_sys_execve", "amd64", false},
		{"__arm64_sys_execve", "amd64", true}, {"__arm64_compat_sys_execve", "amd64", true}, {"__ia32_sys_execve", "amd64", true},
		{"__ia32_compat_sys_execve", "arm64", true}, {"sys_execve", "amd64", false}, {"__x64_something", "arm64", false},
	} {
		if got := foreignEntry(test.function, test.arch); got != test.foreign {
			t.Errorf("%s on %s: foreign is %v", test.function, test.arch, got)
		}
	}
}

func TestAttachFindFunction(t *testing.T) {
	k := &kernel{functions: symbols(kallsyms + "0 T execve\n")}
	entry := syscallEntries(runtime.GOARCH).native + "sys_execve"
	for _, test := range []struct {
		written   string
		isSyscall bool
		want      string
		guessed   bool
	}{
		{"do_unlinkat", false, "do_unlinkat", false},
		{"execve", false, "execve", false}, // a function is really named so
		{"execve", true, entry, false},
		{"sys_execve", false, entry, true},
		{entry, false, entry, false},
	} {
		got, guessed, err := k.findFunction(test.written, test.isSyscall)
		if err != nil || got != test.want || guessed != test.guessed {
			t.Errorf("%s: %q, guessed %v, %v", test.written, got, guessed, err)
		}
	}
	_, _, err := k.findFunction("__s390x_sys_execve", false)
	if out := (*omission)(nil); !errors.As(err, &out) {
		t.Errorf("the entry of another architecture: %v", err)
	}
	for written, hint := range map[string]string{"vfs_raed": "perhaps vfs_read?", "unlinkat": "perhaps do_unlinkat?", "xyzzy_frob": "/proc/kallsyms"} {
		_, _, err := k.findFunction(written, false)
		if err == nil || !strings.Contains(hintOf(err), hint) {
			t.Errorf("%s: %v (%s)", written, err, hintOf(err))
		}
	}
}

func TestAttachRingSize(t *testing.T) {
	for _, test := range []struct {
		asked uint32
		page  int
		want  uint32
	}{
		{0, 4096, defaultRing}, {1, 4096, 4096}, {4096, 4096, 4096}, {4097, 4096, 8192}, {5000, 65536, 65536},
		{1 << 20, 4096, 1 << 20}, {1<<31 + 1, 4096, 1 << 31}, {1<<32 - 1, 4096, 1 << 31},
	} {
		if got := ringSize(test.asked, test.page); got != test.want {
			t.Errorf("%d bytes with pages of %d: %d, want %d", test.asked, test.page, got, test.want)
		}
	}
}

func TestAttachPerfEventNames(t *testing.T) {
	for text, want := range map[string]struct {
		sample    uint64
		frequency bool
	}{
		"cpu-clock": {99, true}, "cpu-clock:1000000": {1000000, false}, "cpu-cycles:49Hz": {49, true}, "page-faults": {1, false},
	} {
		attr, err := parsePerfEvent(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if attr.Sample != want.sample || (attr.Bits != 0) != want.frequency {
			t.Errorf("%s: %d, bits %#x", text, attr.Sample, attr.Bits)
		}
	}
	for _, text := range []string{"", "clock", "cpu-clock:0", "cpu-clock:-1", "cpu-clock:hz", "cpu-clock:1:2"} {
		if attr, err := parsePerfEvent(text); err == nil {
			t.Errorf("%q: %+v", text, attr)
		}
	}
}

func TestAttachLibraryDirs(t *testing.T) {
	root := fstest.MapFS{
		"etc/ld.so.conf":          {Data: []byte("include /etc/ld.so.conf.d/*.conf\n# none\n/opt/lib # why\n")},
		"etc/ld.so.conf.d/a.conf": {Data: []byte("/usr/local/lib\ninclude b.inc\n")},
		"etc/ld.so.conf.d/b.inc":  {Data: []byte("/b\ninclude b.inc\n")},
	}
	got := libraryDirs(root)
	if want := []string{"/usr/local/lib", "/b"}; !slices.Equal(got[:2], want) || !slices.Contains(got, "/opt/lib") || !slices.Contains(got, "/usr/lib") {
		t.Errorf("got %v", got)
	}
}

func TestAttachOffsets(t *testing.T) {
	for text, want := range map[string]uint64{"f": 0, "f+16": 16, "f+0x10": 16} {
		if symbol, offset, err := splitOffset(text); symbol != "f" || offset != want || err != nil {
			t.Errorf("%s: %s %d %v", text, symbol, offset, err)
		}
	}
	for _, text := range []string{"f+", "f+x", "f+-1"} {
		if _, _, err := splitOffset(text); err == nil {
			t.Errorf("%s is no error", text)
		}
	}
}
