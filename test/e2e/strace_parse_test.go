package e2e

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// hexed writes a string as strace does with -xx.
func hexed(s string) string {
	var text strings.Builder
	for _, b := range []byte(s) {
		const digits = "0123456789abcdef"
		text.WriteString(`\x` + string(digits[b>>4]) + string(digits[b&15]))
	}
	return text.String()
}

// TestReadStrace reads what strace writes, so that what is compared with it cannot agree by being left out.
func TestReadStrace(t *testing.T) {
	files := map[uint32]string{
		10: `execve("` + hexed("./a b") + `", ["` + hexed("a") + `", "", "` + hexed("\", \"\xff") + `"], 0x7ffc /* 1 var */) = 0
clone3({flags=CLONE_VM|CLONE_THREAD, stack=0x1} => {parent_tid=[11]}, 88) = 11
vfork()                                 = ? ERESTARTNOINTR (To be restarted)
vfork()                                 = 12
+++ exited with 3 +++
`,
		11: "clone(child_stack=NULL, flags=SIGCHLD, child_tidptr=0x7f) = 13\n???( <unfinished ...>\n+++ exited with 3 +++\n",
		12: `execve("` + hexed("/x") + `", [], 0x7ffc /* 35 vars */) = -1 ENOENT (No such file or directory)` + "\n+++ killed by SIGSEGV (core dumped) +++\n",
		13: "+++ killed by SIGKILL +++\n",
	}
	threads := map[uint32]*threadLog{}
	for tid, content := range files {
		thread, err := parseThread(content)
		if err != nil {
			t.Fatal(err)
		}
		threads[tid] = thread
	}
	got, err := assemble(threads, 9)
	if err != nil {
		t.Fatal(err)
	}
	compareLives(t, got, map[uint32]*buildLife{
		10: {parent: 9, ended: true, end: buildEnd{code: 3}, steps: []buildStep{{path: "./a b", argv: []string{"a", "", "\", \"\xff"}, envCount: 1}}},
		12: {parent: 10, ended: true, end: buildEnd{signal: unix.SIGSEGV, core: true}, steps: []buildStep{{path: "/x", errno: unix.ENOENT}}},
		13: {parent: 10, ended: true, end: buildEnd{signal: unix.SIGKILL}},
	})
	if n, want := countLives(got), (buildCounts{processes: 3, execs: 1, failedExecs: 1, failedExits: 3}); n != want {
		t.Errorf("the counts are %+v, want %+v", n, want)
	}

	for _, bad := range []string{
		`execve("\x2f", ["\x2f"...], 0x7ffc /* 1 var */) = 0`, `execve("\x2f", 0x1, 0x7ffc /* 1 var */) = 0`,
		`execve("\x2f", ["/"], 0x7ffc /* 1 var */) = 0`, `execveat(3, "", ["\x2f"], 0x7ffc /* 1 var */, AT_EMPTY_PATH) = 0`,
		`execve("\x2f", ["\x2f"], 0x7ffc /* 1 var */ <unfinished ...>` + "\nvfork() = 3", "+++ superseded by execve in pid 9 +++",
		"???( <unfinished ...>\nvfork() = 3", "+++ exited with 0 +++\n+++ exited with 0 +++",
	} {
		if thread, err := parseThread(bad + "\n"); err == nil {
			t.Errorf("%s was read as %+v", bad, thread)
		}
	}
	if _, err := assemble(map[uint32]*threadLog{10: {}}, 9); err == nil {
		t.Error("a process without an end was taken for one")
	}
}
