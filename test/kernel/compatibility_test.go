package main

import (
	"os"
	"strings"
	"testing"
)

// TestPageIsComplete finds every kernel of the matrix on the page.
func TestPageIsComplete(t *testing.T) {
	content, err := os.ReadFile("../../docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	all, err := matrix(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range all {
		if !strings.Contains(string(content), "| "+k.heading()+" |") {
			t.Errorf("docs/compatibility.md does not tell of %s: run make test-kernels ARGS='-write docs/compatibility.md'", k.heading())
		}
	}
}

const able = `@begin doctor
{"kernel":"6.1.0","arch":"amd64","works":true,"checks":[
{"group":"kernel","name":"bpf_loop","required":false,"state":"ok"},
{"group":"kernel","name":"BPF statistics","required":false,"state":"unavailable","reason":"off"},
{"group":"hooks","name":"fexit/__x64_sys_execve","required":false,"state":"unavailable","reason":"not in this kernel"},
{"group":"failed execs","name":"kprobe","required":false,"state":"ok"},
{"group":"tracing","name":"session","required":true,"state":"ok","detail":"attached tp_btf/a, tp_btf/b; 9 processes run"}]}

@end doctor 0
@begin probe
=== RUN   TestLoadEveryKnob
    verifier_test.go:44: verifier: on_exec default 124 instructions
    verifier_test.go:44: verifier: on_exec with_env 153 instructions
    verifier_test.go:44: verifier: on_fork default 17 instructions
    verifier_test.go:44: verifier: on_fork with_env 17 instructions
    verifier_test.go:50: verifier: on_other default refused: invalid argument
--- PASS: TestLoadEveryKnob (0.25s)
PASS

@end probe 0
@taint 0
@done
`

func TestPage(t *testing.T) {
	var all []abilities
	for _, k := range []target{{name: "6.1", arch: "amd64"}, {name: "6.1", arch: "arm64"}} {
		text := able
		if k.arch == "arm64" {
			text = strings.NewReplacer("__x64_sys", "__arm64_sys", "not in this kernel", "no such function", "124", "125").Replace(able)
		}
		a, err := result{kernel: kernel{target: k, got: "6.1.2-3"}, session: read(t, text)}.abilities()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	got := string(page(all))
	for _, want := range []string{
		"| kernel | 6.1 amd64 | 6.1 arm64 |\n| --- | --- | --- |\n| package | 6.1.2-3 | 6.1.2-3 |\n",
		"- tp_btf/a, tp_btf/b (everywhere)\n",
		"| `bpf_loop` | yes | yes |\n| `fexit/sys_execve` | – | – |\n| failed execs by `kprobe` | yes | yes |\n",
		"- `fexit/sys_execve`: not in this kernel (6.1 amd64)\n- `fexit/sys_execve`: no such function (6.1 arm64)\n",
		"| `on_exec` | 124 | 125 |\n| `on_exec`, with_env | 153 | 153 |\n| `on_fork` | 17 | 17 |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant in it\n%s", got, want)
		}
	}
	for _, unwanted := range []string{"BPF statistics", "on_other", "`on_fork`, with_env"} {
		if strings.Contains(got, unwanted) {
			t.Errorf("%s is in it:\n%s", unwanted, got)
		}
	}
}

func TestAbilitiesMissing(t *testing.T) {
	if _, err := (result{session: read(t, "@begin doctor\nno\n@end doctor 1\n")}).abilities(); err == nil {
		t.Error("what is no report was taken for one")
	}
}
