package object

import (
	"encoding/binary"
	"os"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/testenv"
)

// TestAttachErrors wants each error before anything is loaded, with what to do next.
func TestAttachErrors(t *testing.T) {
	testenv.NeedsRoot(t) // to read tracefs
	for _, test := range []struct {
		name, file string
		opts       Options
		want, hint string
	}{
		{"byte order", "ring" + otherOrder(), Options{}, "-endian, and this machine is not", "clang -target bpf"},
		{"program", "attach_tracing", Options{Programs: picks("nothing")}, `no program "nothing"`, "each_task, "},
		{"xdp", "attach_net", Options{Programs: picks("xdp_pass")}, "attached to a network interface", "there are: lo"},
		{"interface", "attach_net", Options{Interface: "eth77", Programs: picks("xdp_pass")}, `no network interface "eth77"`, "there are: lo"},
		{"two xdp", "attach_net", Options{Interface: "lo", Programs: picks("xdp_pass", "xdp_frags")}, "cannot both be attached to xdp lo", "--program"},
		{"cgroup", "attach_net", Options{Programs: picks("cgroup_connect")}, "attached to a control group", "--cgroup DIR"},
		{"cgroup elsewhere", "attach_net", Options{Cgroup: os.TempDir(), Programs: picks("cgroup_connect")}, "unified hierarchy", "unified hierarchy"},
		{"no cgroup", "attach_net", Options{Cgroup: "/nowhere", Programs: picks("cgroup_connect")}, "no such file", "unified hierarchy"},
		{"tracepoint", "attach_tracing", Options{Programs: picks("tp_exit=sched/sched_process_exite")}, "no tracepoint sched/sched_process_exite", "perhaps sched_process_exit"},
		{"tracepoint group", "attach_tracing", Options{Programs: picks("tp_exit=scheduler/sched_process_exit")}, "no tracepoint", "perhaps sched/sched_process_exit"},
		{"tracepoint form", "attach_tracing", Options{Programs: picks("tp_exit=../../etc/passwd")}, "is no tracepoint", "GROUP/NAME"},
		{"raw tracepoint", "attach_tracing", Options{Programs: picks("raw_exit=sched_process_exits")}, "no tracepoint sched_process_exits", "perhaps sched_process_exit"},
		{"typed tracepoint", "attach_tracing", Options{Programs: picks("tp_btf_exec=shed_process_exec")}, "no tracepoint shed_process_exec", "perhaps sched_process_exec"},
		{"iterator", "attach_tracing", Options{Programs: picks("each_task=tasks")}, "no iterator tasks", "perhaps task"},
		{"two targets", "attach_tracing", Options{Programs: picks("tp_btf_exec", "tp_btf_exec=sched_switch")}, "one target only", "choose one"},
		{"event", "attach_tracing", Options{Programs: picks("sampled=cycles")}, `"cycles" is no performance event`, "cpu-cycles"},
		{"frequency", "attach_tracing", Options{Programs: picks("sampled=cpu-clock:fast")}, "neither a period nor a frequency", "99hz"},
		{"process", "attach_tracing", Options{Programs: picks("sampled"), PID: 1 << 23}, "no process", "--pid"},
		{"function", "attach_trampoline", Options{Programs: picks("fentry_entry=vfs_unlinkk")}, "no function vfs_unlinkk", "perhaps vfs_unlink"},
		{"hook", "attach_trampoline", Options{Programs: picks("lsm_hook=file_opens")}, "no security hook file_opens", "perhaps file_open"},
	} {
		log, _ := logger()
		test.opts.Logger = log
		_, err := planTest(t, test.file, test.opts)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(hintOf(err), test.hint) {
			t.Errorf("%s: %v (%s)", test.name, err, hintOf(err))
		}
	}
}

// TestAttachWithoutRights is about a process that has given up its capabilities.
func TestAttachWithoutRights(t *testing.T) {
	testenv.NeedsRoot(t)
	runHelper(t, "powerless")
}

// otherOrder ends the name of an object that is compiled for the byte order that this machine has not.
func otherOrder() string {
	if binary.NativeEndian.Uint16([]byte{1, 2}) == 0x102 {
		return ""
	}
	return ".eb"
}

// TestAttachUprobeErrors is about files, which are looked at where the kernel has uprobes.
func TestAttachUprobeErrors(t *testing.T) {
	if refuses(t, "uprobe", "attach_uprobe", Options{Programs: picks("uprobe_entry=/bin/sh:main")}) {
		return
	}
	file, err := os.Executable()
	must(t, err)
	for _, test := range []struct{ target, path, want, hint string }{
		{"main", "", "does not say in which file", "--path FILE"},
		{"/nowhere:main", "", "no file /nowhere", "--path"},
		{"libnothing.so:main", "", "no program or library", "/usr/lib"},
		{"/proc/version:main", "", "no program or library", "script"},
		{file, "", "says no function", "SYMBOL"},
		{"exectrail.attachMarke", file, "no function", ""},
		{"0xzz", file, "no offset", "0x1234"},
	} {
		_, err := planTest(t, "attach_uprobe", Options{Path: test.path, Programs: picks("uprobe_entry=" + test.target)})
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(hintOf(err), test.hint) {
			t.Errorf("%s: %v (%s)", test.target, err, hintOf(err))
		}
	}
}
