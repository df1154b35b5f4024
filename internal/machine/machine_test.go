package machine

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"testing"
	"testing/fstest"

	"golang.org/x/sys/unix"
)

func TestReadMachine(t *testing.T) {
	fsys := fstest.MapFS{
		"proc/sys/kernel/osrelease":  {Data: []byte("6.1.0-13-amd64\n")},
		"proc/self/status":           {Data: []byte("Name:\tx\nCapInh:\t0000000000000000\nCapEff:\t000000c000000000\nSeccomp:\t2\n")},
		"boot/config-6.1.0-13-amd64": {Data: []byte("# Linux\nCONFIG_BPF=y\nCONFIG_HZ=250\n# CONFIG_KPROBES is not set\n")},
	}
	fsys["proc/self/ns/user"] = &fstest.MapFile{Mode: fs.ModeSymlink, Data: []byte("user:[4026531837]")}
	fsys["proc/self/ns/pid"] = &fstest.MapFile{Mode: fs.ModeSymlink, Data: []byte("pid:[4026532001]")}
	m := Read(fsys)

	if m.Release != "6.1.0-13-amd64" {
		t.Errorf("release %q", m.Release)
	}
	if m.Held != 1<<unix.CAP_BPF|1<<unix.CAP_PERFMON {
		t.Errorf("capabilities %#x", m.Held)
	}
	if m.Seccomp != "2" {
		t.Errorf("seccomp %q", m.Seccomp)
	}
	if m.UserNS != (Namespace{Known: true, Initial: true}) || m.PIDNS != (Namespace{Known: true}) {
		t.Errorf("namespaces: user %+v, pid %+v", m.UserNS, m.PIDNS)
	}
	if !m.InContainer() {
		t.Error("a pid namespace of its own is no container")
	}
	for option, lacks := range map[string]bool{"BPF": false, "HZ": false, "KPROBES": true, "FPROBE": true} {
		if m.Config.Lacks(option) != lacks {
			t.Errorf("lacks %s: %v, want %v", option, !lacks, lacks)
		}
	}
}

func TestReadMachineThatTellsNothing(t *testing.T) {
	m := Read(fstest.MapFS{})
	if m.Held != 0 || m.UserNS.Known || m.InContainer() {
		t.Errorf("got %+v out of nothing", m)
	}
	if m.Config.Lacks("KPROBES") {
		t.Error("an unknown configuration is said to lack something")
	}
}

func TestParseConfig(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte("CONFIG_BPF=y\n"))
	z.Close()
	config, err := parseConfig(zipped.Bytes())
	if err != nil || config.Lacks("BPF") {
		t.Errorf("compressed: %v, %v", config, err)
	}
	for name, damaged := range map[string][]byte{
		"cut":   zipped.Bytes()[:zipped.Len()/2],
		"empty": nil,
		"text":  []byte("hello\n"),
	} {
		if config, err := parseConfig(damaged); err == nil {
			t.Errorf("%s: got %v", name, config)
		}
	}
}
