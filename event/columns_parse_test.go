package event_test

import (
	"strings"
	"testing"

	"github.com/exectrail/exectrail/event"
)

func TestParseColumns(t *testing.T) {
	for spec, want := range map[string]string{
		"":                      "time pcomm pid ppid uid gid command",
		" , ":                   "time pcomm pid ppid uid gid command",
		"pid,exe":               "pid exe",
		"PID, Exe,pid":          "pid exe",
		"command,pid":           "command pid",
		"+exe":                  "time pcomm pid ppid uid gid exe command",
		"+exe,-ppid,+cwd,-time": "pcomm pid uid gid exe cwd command",
		"-command,+exe":         "time pcomm pid ppid uid gid exe",
		"+pid,-exe":             "time pcomm pid ppid uid gid command",
		"+exe,-exe":             "time pcomm pid ppid uid gid command",
	} {
		columns, err := event.ParseColumns(spec)
		if err != nil {
			t.Errorf("%q: %v", spec, err)
			continue
		}
		var names []string
		for _, c := range columns {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q: %s, want %s", spec, got, want)
		}
	}
}

func TestParseColumnsErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"pid,+exe":    "not both",
		"+exe,pid":    "not both",
		"pdi":         `unknown column "pdi"; did you mean pid?`,
		"+commmand":   "did you mean command or comm?",
		"euidd":       "did you mean uid or euid?",
		"cgroup_name": "did you mean cgroup?",
		"xyzzy":       `unknown column "xyzzy"`,
		"+":           `unknown column ""`,
		"-time,-pcomm,-pid,-ppid,-uid,-gid,-command": "no column is left",
	} {
		_, err := event.ParseColumns(spec)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %s", spec, err, want)
		}
	}
}
