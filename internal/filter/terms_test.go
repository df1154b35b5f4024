package filter

import (
	"reflect"
	"testing"

	"github.com/exectrail/exectrail/internal/filter/term"
)

func TestTerms(t *testing.T) {
	const most = 4294967295
	between := func(low, high uint32) term.Range { return term.Range{Set: true, Min: low, Max: high} }
	for _, test := range []struct {
		text string
		want term.Terms
		rest []string
	}{
		{`uid != 0 && exe startsWith "/tmp"`, term.Terms{UID: between(1, most)}, []string{`exe startsWith "/tmp"`}},
		{`(uid >= 1000 and (2000 > uid)) and pid == 7`, term.Terms{UID: between(1000, 1999), PID: between(7, 7)}, nil},
		{`process.real_user.id == "1000" && 5 < gid < 8`, term.Terms{UID: between(1000, 1000), GID: between(6, 7)}, nil},
		{`5 < gid < euid`, term.Terms{}, []string{`5 < gid < euid`}},
		{`uid in 1000..1999 && ppid in [5, 9, 7]`, term.Terms{UID: between(1000, 1999), PPID: between(5, 9)}, []string{`ppid in [5, 9, 7]`}},
		{`uid == 1 && uid == 2`, term.Terms{UID: between(2, 1)}, nil},
		{`uid == -1`, term.Terms{UID: between(1, 0)}, nil},
		{`uid != 5`, term.Terms{}, []string{`uid != 5`}},
		{`uid == 1 || pid == 2`, term.Terms{}, []string{`uid == 1 || pid == 2`}},
		{`!(uid == 1)`, term.Terms{}, []string{`!(uid == 1)`}},
		{`uid == 1.5`, term.Terms{}, []string{`uid == 1.5`}},
		{`uid == euid`, term.Terms{}, []string{`uid == euid`}},
		{`comm == "bash" && comm != "sh"`, term.Terms{Comm: "bash"}, []string{`comm != "sh"`}},
		{`comm == "bash" && comm == "sh"`, term.Terms{Comm: "bash"}, []string{`comm == "sh"`}},
		{`comm == "sixteen letters!"`, term.Terms{}, []string{`comm == "sixteen letters!"`}},
		{`mntns == 4026531841 && pidns == 4026531836 && cgroupid == 6841`, term.Terms{MountNS: 4026531841, PIDNS: 4026531836, Cgroup: 6841}, []string{`cgroupid == 6841`}},
		{`container.id == "3f2a" && uid == 0`, term.Terms{Container: "3f2a", UID: between(0, 0)}, []string{`container.id == "3f2a"`}},
		{`exectrail.cgroup.id == 0`, term.Terms{}, []string{`exectrail.cgroup.id == 0`}},
	} {
		f := mustCompile(t, test.text)
		terms, rest := f.Terms()
		if terms != test.want || !reflect.DeepEqual(rest.Clauses(), test.rest) {
			t.Errorf("%s:\n     %+v, rest %q\nwant %+v, rest %q", test.text, terms, rest.Clauses(), test.want, test.rest)
		}
	}
}
