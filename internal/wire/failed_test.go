package wire

import (
	"reflect"
	"testing"

	"github.com/exectrail/exectrail/event"
)

func TestFailed(t *testing.T) {
	r := decode(t, failedRecord(sampleFailed(), sampleTexts()))
	if r.Kind != Failed || r.CPU != 3 || r.Seq != 41 {
		t.Errorf("head: kind %d, cpu %d, seq %d", r.Kind, r.CPU, r.Seq)
	}
	if want := (ID{PID: 4242, Start: 5_000_000_000, ExecID: 8}); r.ID != want {
		t.Errorf("process %+v, want %+v", r.ID, want)
	}
	want := event.ExecFailed{
		Attempt: sampleEvent(),
		Errno:   2, Code: "ENOENT", At: true, DirFD: 7, Flags: 0x100,
	}
	want.CallerTID = 4242
	want.Args.Size = 9 // three bytes more than came
	if !reflect.DeepEqual(r.Failed, want) {
		t.Errorf("got  %+v\nwant %+v", r.Failed, want)
	}
}

func TestFailedFlags(t *testing.T) {
	for flags, want := range map[uint32]event.ExecFailed{
		0:                  {},
		compat:             {Compat: true},
		sharesRoot:         {SharesRoot: true},
		filenameUnreadable: {FilenameUnreadable: true},
		argsUnreadable:     {ArgsUnreadable: true},
		argsUnmeasured:     {ArgsUnmeasured: true},
	} {
		x := sampleFailed()
		x.Attempt.Flags, x.Error = flags, 4000
		got := decode(t, failedRecord(x, sampleTexts())).Failed
		if got.Compat != want.Compat || got.SharesRoot != want.SharesRoot || got.FilenameUnreadable != want.FilenameUnreadable ||
			got.ArgsUnreadable != want.ArgsUnreadable || got.ArgsUnmeasured != want.ArgsUnmeasured {
			t.Errorf("flags %#x: got %+v", flags, got)
		}
		if got.Code != "E4000" {
			t.Errorf("an error without a name has the code %q", got.Code)
		}
	}
}

// TestCause has a cause for one of two failed execs.
func TestCause(t *testing.T) {
	x := sampleFailed()
	record := failedRecord(x, sampleTexts())
	x.Attempt.Head.Seq++
	other := failedRecord(x, sampleTexts())
	x.Attempt.Head.Seq, x.Attempt.Head.Lane = 41, 1
	lane := failedRecord(x, sampleTexts())

	cause := AppendCause(nil, decode(t, record), event.CauseNoScriptInterpreter, "/bin/perl5")
	if r := decode(t, cause, record); r.Failed.Cause != event.CauseNoScriptInterpreter || string(r.Failed.Detail) != "/bin/perl5" {
		t.Errorf("got cause %d of %q", r.Failed.Cause, r.Failed.Detail)
	}
	for name, next := range map[string][]byte{"another number": other, "another lane": lane} {
		if r := decode(t, cause, next); r.Failed.Cause != event.CauseUnknown || r.Failed.Detail != nil {
			t.Errorf("%s: got cause %d of %q", name, r.Failed.Cause, r.Failed.Detail)
		}
	}
}
