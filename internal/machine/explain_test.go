package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

const allRights = CapSet(1<<unix.CAP_BPF | 1<<unix.CAP_PERFMON)

func TestCapabilities(t *testing.T) {
	for _, test := range []struct {
		held    CapSet
		missing string
	}{
		{0, "CAP_BPF CAP_PERFMON"},
		{1 << unix.CAP_BPF, "CAP_PERFMON"},
		{allRights, ""},
		{1 << unix.CAP_SYS_ADMIN, ""},
	} {
		if got := strings.Join(test.held.Missing(unix.CAP_BPF, unix.CAP_PERFMON), " "); got != test.missing {
			t.Errorf("%#x: missing %q, want %q", test.held, got, test.missing)
		}
	}
	if CapSet(1 << unix.CAP_SYS_ADMIN).Permits(unix.CAP_SYS_PTRACE) {
		t.Error("CAP_SYS_ADMIN is taken for CAP_SYS_PTRACE")
	}
}

func TestRightsHint(t *testing.T) {
	container := &Machine{PIDNS: Namespace{Known: true}}
	missing := container.Held.Missing(unix.CAP_BPF, unix.CAP_PERFMON)
	if hint := container.RightsHint(missing); !strings.Contains(hint, "CAP_BPF, CAP_PERFMON") || !strings.Contains(hint, "--cap-add") {
		t.Errorf("in a container without rights: %q", hint)
	}
	if hint := (&Machine{}).RightsHint(missing); strings.Contains(hint, "container") {
		t.Errorf("not in a container: %q", hint)
	}
}

func TestExplain(t *testing.T) {
	denied := fmt.Errorf("load program: %w", unix.EPERM)
	rejected := &ebpf.VerifierError{Cause: unix.EACCES, Log: []string{"R0 !read_ok"}}
	attempt := Attempt{Capabilities: []int{unix.CAP_BPF, unix.CAP_PERFMON}, Config: []string{"BPF", "KPROBES"}}
	config := Config{"CONFIG_BPF": "y"}
	for _, test := range []struct {
		name string
		m    Machine
		err  error
		want string
	}{
		{"without rights", Machine{Config: config}, denied, "not permitted without CAP_BPF and CAP_PERFMON"},
		{"with rights", Machine{Held: allRights}, denied, "although the capabilities are held"},
		{"filtered", Machine{Held: allRights, Seccomp: "2"}, denied, "seccomp"},
		{"not built", Machine{Held: allRights, Config: config}, denied, "without CONFIG_KPROBES"},
		{"too old", Machine{Held: allRights}, ebpf.ErrNotSupported, "not in this kernel"},
		{"no such hook", Machine{Held: allRights}, fs.ErrNotExist, "not in this kernel"},
		{"no memory", Machine{Held: allRights}, unix.ENOMEM, "not enough memory"},
		{"rejected", Machine{}, rejected, "R0 !read_ok"},
	} {
		if got := test.m.Explain(test.err, attempt); !strings.Contains(got.Error(), test.want) {
			t.Errorf("%s: got %q, want %q in it", test.name, got, test.want)
		}
	}
	if err := (&Machine{}).Explain(nil, attempt); err != nil {
		t.Errorf("nothing to explain: %v", err)
	}
	other := errors.New("something else")
	if got := (&Machine{Held: allRights}).Explain(other, attempt); got != other {
		t.Errorf("an unknown error became %v", got)
	}
}
