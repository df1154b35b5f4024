package sink

import (
	"testing"

	"github.com/exectrail/exectrail/event"
)

func TestCell(t *testing.T) {
	argv := event.Strings{Raw: []byte("sh\x00-c\x00a b\n\x00"), Size: 11}
	hole := argv
	hole.Size += 5
	middle := event.Strings{Raw: []byte("sh\x00-c\x00abz\x00"), Size: 15, Tail: 2}
	end := event.Strings{Raw: []byte("z\x00y y\x00"), Size: 7, Tail: 6}
	cutParent := &event.Process{Parent: &event.Process{Name: "p\x1b", Args: "sh\x00-c\x00", ArgsCut: true}}
	tests := []struct {
		column string
		e      event.Event
		limit  int
		want   string
		cut    bool
	}{
		{"command", &event.Exec{Attempt: event.Attempt{Args: argv}}, 0, `sh -c $'a b\n'`, false},
		{"command", &event.Exec{Attempt: event.Attempt{Args: argv}}, 4, `sh -`, true},
		{"command", &event.Exec{Attempt: event.Attempt{Args: hole}}, 0, `sh -c $'a b\n' # 5 bytes missing`, false},
		{"command", &event.Exec{Attempt: event.Attempt{Args: hole}}, 100, `sh -c $'a b\n' # 5 bytes missing`, false},
		{"command", &event.Exec{Executable: []byte("/bin/\n")}, 0, `[/bin/\n]`, false},
		{"command", &event.Exec{Attempt: event.Attempt{Args: event.Strings{Size: 1}}, Executable: []byte("/bin/a")}, 0, `[/bin/a] # 1 byte missing`, false},
		{"command", &event.ExecFailed{Attempt: event.Attempt{Args: hole}}, 0, `sh -c $'a b\n' # 5 bytes missing`, false},
		{"command", &event.ExecFailed{Attempt: event.Attempt{Args: hole}, ArgsUnmeasured: true}, 0, `sh -c $'a b\n' # cut`, false},
		{"command", &event.ExecFailed{Attempt: event.Attempt{Filename: []byte("/\n")}}, 0, `[/\n]`, false},
		{"command", &event.Exec{Attempt: event.Attempt{Args: middle}}, 0, `sh -c ab … z # 5 bytes missing at …`, false},
		{"args", &event.Exec{Attempt: event.Attempt{Args: middle}}, 100, `sh -c ab … z # 5 bytes missing at …`, false},
		{"command", &event.Exec{Attempt: event.Attempt{Args: middle}}, 9, `sh -c ab`, true},
		{"command", &event.Exec{Attempt: event.Attempt{Args: middle}}, 8, `sh -c ab`, true},
		{"command", &event.ExecFailed{Attempt: event.Attempt{Args: middle}, ArgsUnreadable: true}, 0, `sh -c ab … z # cut`, false},
		{"env", &event.Exec{Env: middle}, 0, `sh -c ab … z # 5 bytes missing at …`, false},
		{"command", &event.Exec{Attempt: event.Attempt{Args: end}}, 0, `… z 'y y' # 1 byte missing at …`, false},
		{"reason", &event.ExecFailed{Attempt: event.Attempt{Filename: []byte("\x1b")}, Code: "EIO"}, 0, `\x1b: input or output error`, false},
		{"command", &event.Exit{Signal: 9}, 0, "signal 9 SIGKILL", false},
		{"exe", &event.Exec{Executable: []byte("dir/\xff"), ExecutableCut: true}, 0, `…dir/\xff`, false},
		{"pargs", &event.Fork{Process: cutParent}, 0, "sh -c # cut", false},
		{"ancestors", &event.Fork{Process: cutParent}, 0, `$'p\x1b'`, false},
		{"env", &event.Exec{Env: event.Strings{Raw: []byte("A=b c\x00"), Size: 6}}, 0, "'A=b c'", false},
		{"pid", &event.Lost{}, 0, "", false},
	}
	var cell Cell
	for _, tt := range tests {
		column, err := event.LookupColumn(tt.column)
		if err != nil {
			t.Fatal(err)
		}
		got, cut := cell.Append([]byte(">"), column, tt.e, tt.limit)
		if string(got) != ">"+tt.want || cut != tt.cut {
			t.Errorf("%s of %+v: %s, cut %v; want >%s, cut %v", tt.column, tt.e, got, cut, tt.want, tt.cut)
		}
	}
}
