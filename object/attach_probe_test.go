package object

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/features"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

// nativeEntry returns the function by which a system call enters.
func nativeEntry(t *testing.T, call string) string {
	t.Helper()
	entry := map[string]string{"amd64": "__x64_sys_", "arm64": "__arm64_sys_"}[runtime.GOARCH]
	if entry == "" {
		t.Fatalf("the entries of %s are not known", runtime.GOARCH)
	}
	return entry + call
}

// callGetpgid makes the system call that the probes of the tests are about. By its id, even of this process, the kernel looks for
// the process, and asks its security modules.
func callGetpgid(t *testing.T) {
	t.Helper()
	if _, err := unix.Getpgid(os.Getpid()); err != nil {
		t.Fatal(err)
	}
}

func TestAttachKprobe(t *testing.T) {
	opts := Options{Programs: picks("kprobe_guess", "kprobe_sys", "kretprobe_bare", "ksyscall_entry", "ksyscall_return", "kprobe_plain",
		"without_target=getpgid", "without_target=do_exit+0")}
	if refuses(t, "kprobe", "attach_kprobe", opts) {
		return
	}
	l := session(t, "attach_kprobe", opts)
	entry := nativeEntry(t, "getpgid")
	wantAttached(t, l, "kprobe_guess kprobe "+entry, "kprobe_sys kprobe "+entry, "kretprobe_bare kretprobe "+entry,
		"ksyscall_entry ksyscall "+entry, "ksyscall_return kretsyscall "+entry, "kprobe_plain kprobe do_exit",
		"without_target kprobe "+entry, "without_target kprobe do_exit")
	callGetpgid(t)
	wantHits(t, l, os.Getpid(), "kprobe_guess", "kprobe_sys", "kretprobe_bare", "ksyscall_entry", "ksyscall_return", "without_target")
	wantHits(t, l, runHelper(t, "exit"), "kprobe_plain", "without_target")
}

func TestAttachKprobeMulti(t *testing.T) {
	opts := Options{Programs: picks("multi_entry", "multi_return")}
	if refuses(t, "kprobe", "attach_kprobe", opts) {
		return
	}
	if errors.Is(features.HaveBPFLinkKprobeMulti(), ebpf.ErrNotSupported) {
		// As before 5.18, and where functions cannot be probed several at a time (CONFIG_FPROBE).
		wantRefused(t, "attach_kprobe", Options{Programs: picks("multi_return")}, "the kernel has no kretprobe.multi")
		return
	}
	entry := nativeEntry(t, "getpgid")
	want := []string{"multi_entry kprobe.multi do_exit", "multi_return kretprobe.multi " + entry}
	programs := []string{"multi_return"}
	if !errors.Is(features.HaveBPFLinkKprobeSession(), ebpf.ErrNotSupported) {
		opts.Programs = append(opts.Programs, Choice{Name: "session_both"})
		want, programs = append(want, "session_both kprobe.session "+entry), append(programs, "session_both")
	}
	l := session(t, "attach_kprobe", opts)
	wantAttached(t, l, want...)
	callGetpgid(t)
	wantHits(t, l, os.Getpid(), programs...)
	wantHits(t, l, runHelper(t, "exit"), "multi_entry")
}

// TestAttachEntries runs an object that has a program for each kernel: one of them is attached, and counts once.
func TestAttachEntries(t *testing.T) {
	log, told := logger()
	opts := Options{Logger: log}
	if refuses(t, "kprobe", "attach_entries", opts) {
		return
	}
	l := session(t, "attach_entries", opts)
	wantAttached(t, l, "entry_"+runtime.GOARCH+" kprobe "+nativeEntry(t, "getpgid"))
	callGetpgid(t)
	wantHits(t, l, os.Getpid(), "entry_"+runtime.GOARCH)
	for _, want := range []string{"on another architecture", "program=entry_before_417", "which program entry_" + runtime.GOARCH + " names"} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("nobody is told of %q:\n%s", want, told)
		}
	}
	l = session(t, "attach_entries", Options{Programs: picks("entry_before_417", "entry_"+runtime.GOARCH)})
	if len(l.attachments) != 2 {
		t.Errorf("both were picked by name, attached is %v", l.attachments)
	}
}

func TestAttachUprobe(t *testing.T) {
	file, symbol := marker(t)
	opts := Options{Path: file, Programs: picks("uprobe_entry="+symbol, "uprobe_return="+file+":"+symbol)}
	if refuses(t, "uprobe", "attach_uprobe", opts) {
		return
	}
	want := []string{"uprobe_entry uprobe " + file + ":" + symbol, "uprobe_return uretprobe " + file + ":" + symbol}
	programs := []string{"uprobe_entry", "uprobe_return"}
	if !testenv.KernelBefore(t, 6, 0) {
		opts.Programs = append(opts.Programs, Choice{"uprobe_sleep", symbol})
		want, programs = append(want, "uprobe_sleep uprobe "+file+":"+symbol), append(programs, "uprobe_sleep")
	}
	if !testenv.KernelBefore(t, 6, 6) {
		opts.Programs = append(opts.Programs, Choice{"uprobe_multi", symbol}, Choice{"uret_multi", symbol})
		want = append(want, "uprobe_multi uprobe.multi "+file+":"+symbol, "uret_multi uretprobe.multi "+file+":"+symbol)
		programs = append(programs, "uprobe_multi", "uret_multi")
	}
	l := session(t, "attach_uprobe", opts)
	wantAttached(t, l, want...)
	pid := runHelper(t, "call")
	wantHits(t, l, pid, programs...)
	if n := hits(t, l, "uprobe_entry", pid); n != 3 {
		t.Errorf("of 3 calls it saw %d", n)
	}
}

// marker returns the file of this program, and where attachMarker is in it: by name, unless it was stripped, as by go test.
func marker(t *testing.T) (file, symbol string) {
	t.Helper()
	file, err := os.Executable()
	must(t, err)
	const name = "github.com/exectrail/exectrail/object.attachMarker"
	all, err := readExecutable(file)
	must(t, err)
	offset, named := all[name]
	f, err := elf.Open(file)
	must(t, err)
	defer f.Close()
	pc := uint64(reflect.ValueOf(attachMarker).Pointer())
	for _, segment := range f.Progs {
		if segment.Type == elf.PT_LOAD && segment.Vaddr <= pc && pc-segment.Vaddr < segment.Filesz {
			at := pc - segment.Vaddr + segment.Off
			if named && at != offset {
				t.Errorf("%s is at %#x in the file, found at %#x", name, at, offset)
			}
			symbol = fmt.Sprintf("%#x", at)
		}
	}
	if named {
		symbol = name
	}
	return file, symbol
}

// TestAttachTrampoline wants either that programs at functions run, or a hint at what runs in their place.
func TestAttachTrampoline(t *testing.T) {
	testenv.NeedsRoot(t)
	log, _ := logger()
	opts := Options{Logger: log, Programs: picks("fentry_entry", "fexit_return", "fmod_ret_hook", "lsm_hook")}
	if !hasTrampolines(t) {
		wantRefused(t, "attach_trampoline", opts, "tp_btf, raw_tp and tracepoint programs work")
		return
	}
	entry := nativeEntry(t, "getpgid")
	l := session(t, "attach_trampoline", opts)
	wantAttached(t, l, "fentry_entry fentry "+entry, "fexit_return fexit "+entry,
		"fmod_ret_hook fmod_ret security_task_getpgid", "lsm_hook lsm task_getpgid")
	callGetpgid(t)
	wantHits(t, l, os.Getpid(), "fentry_entry", "fexit_return", "fmod_ret_hook")
	if runsSecurityHooks(t) {
		wantHits(t, l, os.Getpid(), "lsm_hook")
	}
}

// runsSecurityHooks reports whether programs at security hooks run: a machine can be booted without.
func runsSecurityHooks(t *testing.T) bool {
	t.Helper()
	text, err := os.ReadFile("/sys/kernel/security/lsm")
	must(t, err)
	runs := strings.Contains(string(text), "bpf")
	if !runs && testenv.Emulated() {
		t.Errorf("the security modules are %s, without bpf", text)
	}
	return runs
}

// TestAttachSleepableHook is about security hooks at which programs may wait for memory of users.
func TestAttachSleepableHook(t *testing.T) {
	testenv.NeedsRoot(t)
	if !hasTrampolines(t) {
		return // TestAttachTrampoline wants to be told so
	}
	testenv.NeedsKernel(t, 5, 11)
	l := session(t, "attach_trampoline", Options{Programs: picks("lsm_sleepable")})
	wantAttached(t, l, "lsm_sleepable lsm file_open")
	if runsSecurityHooks(t) {
		wantHits(t, l, runHelper(t, "exit"), "lsm_sleepable") // it opens files
	}
}

// TestAttachSleepable is about programs that may wait for memory of users. Which functions take them depends on the kernel.
func TestAttachSleepable(t *testing.T) {
	testenv.NeedsRoot(t)
	if !hasTrampolines(t) {
		return // TestAttachTrampoline wants to be told so
	}
	testenv.NeedsKernel(t, 7, 0) // the entries of system calls take them since
	l := session(t, "attach_trampoline", Options{Programs: picks("fentry_sleepable", "fexit_sleepable")})
	entry := nativeEntry(t, "execve")
	wantAttached(t, l, "fentry_sleepable fentry "+entry, "fexit_sleepable fexit "+entry)
	wantHits(t, l, runHelper(t, "exit"), "fentry_sleepable", "fexit_sleepable")
}
