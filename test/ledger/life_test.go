package ledger

import (
	"cmp"
	"slices"
	"strings"
	"testing"
)

// TestReadLives joins what several processes wrote of one, in whatever order their lines came.
func TestReadLives(t *testing.T) {
	const log = `7 a-000001 100 0 exec 2 15
7 a-000003 300 0 failed 2 16
8 b-000000 50 90 exec 3 20
7 - 0 200 none 0 0
7 a-000004 500 0 none 0 0
7 - 0 600 none 0 0
7 - 0 400 none 0 0
`
	want := []Life{
		{PID: 8, Marker: "b-000000", From: 50, Until: 90, How: Executed, ArgCount: 3, ArgBytes: 20},
		{PID: 7, Marker: "a-000001", From: 100, Until: 200, How: Executed, ArgCount: 2, ArgBytes: 15},
		{PID: 7, Marker: "a-000003", From: 300, Until: 400, How: Failed, ArgCount: 2, ArgBytes: 16},
		{PID: 7, Marker: "a-000004", From: 500, Until: 600, How: Idle},
	}
	got, err := ReadLives(strings.NewReader(log))
	slices.SortFunc(got, func(a, b Life) int { return cmp.Compare(a.From, b.From) })
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v and %v, want %+v", got, err, want)
	}
}

func TestReadLivesRefuses(t *testing.T) {
	for name, log := range map[string]string{
		"no numbers":    "x y\n",
		"too short":     "7 a-000001 100 200 exec\n",
		"no end":        "7 a-000001 100 0 exec 2 15\n",
		"no beginning":  "7 - 0 200 none 0 0\n",
		"one end short": "7 a-000001 100 0 exec 2 15\n7 a-000002 300 0 exec 2 15\n7 - 0 200 none 0 0\n",
	} {
		if lives, err := ReadLives(strings.NewReader(log)); err == nil {
			t.Errorf("%s: got %+v and no error", name, lives)
		}
	}
}
