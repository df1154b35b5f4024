package wire

import (
	"reflect"
	"testing"

	"github.com/exectrail/exectrail/event"
)

func TestContainer(t *testing.T) {
	want := Facts{Path: "/jobs/a", Container: event.Container{
		ID: "a", Runtime: "runc", Name: "n\xff", Image: "i", ImageTag: "t", Labels: []event.Label{{Name: "x", Value: ""}, {Name: "y", Value: "z\n"}},
		Pod: event.Pod{UID: "u", Name: "p", Namespace: "s"},
	}}
	r := decode(t, AppendContainer(AppendClock(nil, 1, 2), 7, &want)[clockSize:])
	if r.Kind != Container || r.Time != 7 || !reflect.DeepEqual(r.Facts, want) {
		t.Errorf("got %+v, want %+v", r.Facts, want)
	}
	hostile := Facts{Container: event.Container{ID: "a\x00b", Name: "c\x00d"}}
	if r := decode(t, AppendContainer(nil, 7, &hostile)); r.Facts.ID != "a" || r.Facts.Name != "c" || r.Facts.Runtime != "" {
		t.Errorf("got %+v of texts with a NUL", r.Facts)
	}
}

func TestOwner(t *testing.T) {
	for _, want := range []OwnerOf{
		{Scope: Scope{1, 2}, What: OwnerUser, ID: 1000, Name: []byte("ann")},
		{Scope: Scope{1, 2}, What: OwnerGroup, ID: 1000, Name: []byte{}},
		{Scope: Scope{1, 2}, What: ScopeOthers, Name: []byte{}},
	} {
		if r := decode(t, AppendOwner(nil, 7, want)); r.Kind != Owner || r.Time != 7 || !reflect.DeepEqual(r.Owner, want) {
			t.Errorf("got %+v, want %+v", r.Owner, want)
		}
	}
}

// TestCgroupAbove has the path of a control group with as many components as each record tells of it.
func TestCgroupAbove(t *testing.T) {
	for path, want := range map[string][2]string{
		"": {"", ""}, "one": {"one", ""}, "one\x00": {"one", ""}, "one\x00two\x00three\x00": {"one", "two\x00three\x00"},
	} {
		texts := sampleTexts()
		texts.cgroupParent = path
		r := decode(t, execRecord(sampleExec(), texts))
		if e := &r.Exec; string(e.CgroupParent) != want[0] || string(e.CgroupAbove) != want[1] {
			t.Errorf("%q: got %q and %q", path, e.CgroupParent, e.CgroupAbove)
		}
		r = decode(t, failedRecord(sampleFailed(), texts))
		if e := &r.Failed; string(e.CgroupParent) != want[0] || string(e.CgroupAbove) != want[1] {
			t.Errorf("failed, %q: got %q and %q", path, e.CgroupParent, e.CgroupAbove)
		}
	}
}
