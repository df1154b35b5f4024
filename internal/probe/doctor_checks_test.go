package probe

import (
	"fmt"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/machine"
)

func TestKernelTrials(t *testing.T) {
	const locked = "sys/kernel/security/lockdown"
	for _, test := range []struct {
		name  string
		try   func(*machine.Machine) (string, error)
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
		detail, err := test.try(machine.Read(root(test.files)))
		if (err != nil) != test.fails {
			t.Errorf("%s: got %q, %v", test.name, detail, err)
			continue
		}
		if text := fmt.Sprint(detail, err); !strings.Contains(text, test.want) {
			t.Errorf("%s: got %q, want %q in it", test.name, text, test.want)
		}
	}
}

func TestNativeEntry(t *testing.T) {
	for arch, want := range map[string]string{"amd64": "__x64_sys_execve", "arm64": "__arm64_sys_execve"} {
		if got := entries(arch)[0].symbol; got != want {
			t.Errorf("%s: got %s", arch, got)
		}
	}
}
