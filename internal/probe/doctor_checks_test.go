package probe

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

const allRights = capSet(1<<unix.CAP_BPF | 1<<unix.CAP_PERFMON)

func TestCapabilities(t *testing.T) {
	for _, test := range []struct {
		held    capSet
		missing string
	}{
		{0, "CAP_BPF CAP_PERFMON"},
		{1 << unix.CAP_BPF, "CAP_PERFMON"},
		{allRights, ""},
		{1 << unix.CAP_SYS_ADMIN, ""},
	} {
		if got := strings.Join(test.held.missing(), " "); got != test.missing {
			t.Errorf("%#x: missing %q, want %q", test.held, got, test.missing)
		}
	}
	if capSet(1 << unix.CAP_SYS_ADMIN).permits(unix.CAP_SYS_PTRACE) {
		t.Error("CAP_SYS_ADMIN is taken for CAP_SYS_PTRACE")
	}
}

func TestRightsHint(t *testing.T) {
	container := &machine{pidNS: namespace{known: true}}
	if hint := rightsHint(container); !strings.Contains(hint, "CAP_BPF, CAP_PERFMON") || !strings.Contains(hint, "--cap-add") {
		t.Errorf("in a container without rights: %q", hint)
	}
	if hint := rightsHint(&machine{}); strings.Contains(hint, "container") {
		t.Errorf("not in a container: %q", hint)
	}
}

func TestKernelTrials(t *testing.T) {
	const locked = "sys/kernel/security/lockdown"
	for _, test := range []struct {
		name  string
		try   func(*machine) (string, error)
		files map[string]string
		want  string // in what was found, or in why not
		fails bool
	}{
		{"no lockdown", tryLockdown, map[string]string{locked: "[none] integrity confidentiality\n"}, "none", false},
		{"integrity", tryLockdown, map[string]string{locked: "none [integrity] confidentiality\n"}, "integrity", false},
		{"confidentiality", tryLockdown, map[string]string{locked: "none integrity [confidentiality]\n"}, "locked down", true},
		{"lockdown unknown", tryLockdown, nil, "not known", false},
		{"btf", tryBTF, map[string]string{"sys/kernel/btf/vmlinux": strings.Repeat("x", 4096)}, "4 KiB", false},
		{"no btf", tryBTF, map[string]string{"sys/kernel/notes": ""}, "does not offer", true},
		{"jit off", tryJIT, map[string]string{"proc/sys/net/core/bpf_jit_enable": "0\n"}, "interpreted", true},
		{"jit on", tryJIT, map[string]string{"proc/sys/net/core/bpf_jit_enable": "1\n"}, "on", false},
		{"jit debug", tryJIT, map[string]string{"proc/sys/net/core/bpf_jit_enable": "2\n"}, "on", false},
		{"statistics", tryStatistics, map[string]string{"proc/sys/kernel/bpf_stats_enabled": "1\n"}, "on", false},
		{"no statistics", tryStatistics, map[string]string{"proc/sys/kernel/bpf_stats_enabled": "0\n"}, "off", true},
		{"unprivileged", tryUnprivileged, map[string]string{"proc/sys/kernel/unprivileged_bpf_disabled": "2\n"}, "not allowed", false},
		{"open to all", tryUnprivileged, map[string]string{"proc/sys/kernel/unprivileged_bpf_disabled": "0\n"}, "allowed, though", false},
		{"seccomp", trySeccomp, map[string]string{"proc/self/status": "Seccomp:\t2\n"}, "filter is active", true},
		{"no seccomp", trySeccomp, map[string]string{"proc/self/status": "Seccomp:\t0\n"}, "no filter", false},
	} {
		detail, err := test.try(readMachine(root(test.files)))
		if (err != nil) != test.fails {
			t.Errorf("%s: got %q, %v", test.name, detail, err)
			continue
		}
		if text := fmt.Sprint(detail, err); !strings.Contains(text, test.want) {
			t.Errorf("%s: got %q, want %q in it", test.name, text, test.want)
		}
	}
}

func TestExplain(t *testing.T) {
	denied := fmt.Errorf("load program: %w", unix.EPERM)
	rejected := &ebpf.VerifierError{Cause: unix.EACCES, Log: []string{"R0 !read_ok"}}
	config := kernelConfig{"CONFIG_BPF": "y"}
	for _, test := range []struct {
		name string
		m    machine
		err  error
		want string
	}{
		{"without rights", machine{config: config}, denied, "not permitted without CAP_BPF and CAP_PERFMON"},
		{"with rights", machine{held: allRights}, denied, "although the capabilities are held"},
		{"filtered", machine{held: allRights, seccomp: "2"}, denied, "seccomp"},
		{"not built", machine{held: allRights, config: config}, denied, "without CONFIG_KPROBES"},
		{"too old", machine{held: allRights}, ebpf.ErrNotSupported, "not in this kernel"},
		{"no such hook", machine{held: allRights}, fs.ErrNotExist, "not in this kernel"},
		{"no memory", machine{held: allRights}, unix.ENOMEM, "not enough memory"},
		{"rejected", machine{}, rejected, "R0 !read_ok"},
	} {
		if got := explain(&test.m, test.err, "BPF", "KPROBES"); !strings.Contains(got.Error(), test.want) {
			t.Errorf("%s: got %q, want %q in it", test.name, got, test.want)
		}
	}
	if err := explain(&machine{}, nil); err != nil {
		t.Errorf("nothing to explain: %v", err)
	}
	other := errors.New("something else")
	if got := explain(&machine{held: allRights}, other); got != other {
		t.Errorf("an unknown error became %v", got)
	}
}

func TestNativeEntry(t *testing.T) {
	for arch, want := range map[string]string{"amd64": "__x64_sys_execve", "arm64": "__arm64_sys_execve"} {
		if got := entries(arch)[0].symbol; got != want {
			t.Errorf("%s: got %s", arch, got)
		}
	}
}
