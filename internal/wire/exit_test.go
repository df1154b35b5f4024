package wire

import (
	"math"
	"math/big"
	"reflect"
	"testing"
	"testing/quick"
	"time"

	"github.com/exectrail/exectrail/event"
)

func TestExit(t *testing.T) {
	x := sampleExit()
	r := decode(t, build(&x, &x.Head, ""))
	want := event.Exit{
		ParentPID: 4200, Status: 3,
		Usage: event.Usage{
			UserTime: 3300 * time.Microsecond, SystemTime: 1100 * time.Microsecond, MaxRSS: 3 << 20,
			MinorFaults: 10, MajorFaults: 11, ReadBytes: 12, WriteBytes: 13, VoluntaryCtxt: 14, InvoluntaryCtxt: 15,
		},
	}
	if r.Kind != Exit || r.ID != (ID{PID: 4300, Start: 5_900, ExecID: 8}) || !reflect.DeepEqual(r.Exit, want) {
		t.Errorf("%+v: got  %+v\nwant %+v", r.ID, r.Exit, want)
	}
}

func TestExitCode(t *testing.T) {
	for _, test := range []struct {
		code           uint32
		status, signal uint8
		core           bool
	}{
		{0, 0, 0, false},
		{3 << 8, 3, 0, false},
		{255 << 8, 255, 0, false},
		{9, 0, 9, false},
		{11 | 0x80, 0, 11, true},
		{64, 0, 64, false},
	} {
		x := sampleExit()
		x.Code = test.code
		e := &decode(t, build(&x, &x.Head, "")).Exit
		if e.Status != test.status || e.Signal != test.signal || e.CoreDumped != test.core {
			t.Errorf("%#x: got %d, %d, %v", test.code, e.Status, e.Signal, e.CoreDumped)
		}
	}
}

func TestCPUTimes(t *testing.T) {
	const most = math.MaxUint64
	for _, test := range []struct{ user, system, run, wantUser, wantSystem uint64 }{
		{0, 0, 0, 0, 0},
		{0, 0, 700, 700, 0}, // too short for a tick: taken for user time
		{4, 0, 700, 700, 0},
		{0, 4, 700, 0, 700},
		{4, 4, 700, 350, 350},
		{3, 1, 4_400, 3_300, 1_100},
		{2, 1, 100, 67, 33},
		{1, most - 1, most, 1, most - 1},
		{most - 1, 1, most, most - 1, 1},
		{most / 2, most / 2, most, most/2 + 1, most / 2},
	} {
		user, system := cpuTimes(test.user, test.system, test.run)
		if user != test.wantUser || system != test.wantSystem {
			t.Errorf("%d of %d+%d: got %d and %d, want %d and %d",
				test.run, test.user, test.system, user, system, test.wantUser, test.wantSystem)
		}
	}
}

// TestCPUTimesModel compares with the same arithmetic in numbers of any size:
// the times add up to the run time, and stand in the proportion of the ticks.
func TestCPUTimesModel(t *testing.T) {
	same := func(userTicks, systemTicks, run uint64, shift uint8) bool {
		// Small numbers and such that overflow are both wanted.
		userTicks, systemTicks, run = userTicks>>(shift%64), systemTicks>>(shift/2%64), run>>(shift/4%64)
		user, system := cpuTimes(userTicks, systemTicks, run)
		ticks := new(big.Int).Add(number(userTicks), number(systemTicks))
		if user+system != run {
			return false
		}
		if systemTicks == 0 || !ticks.IsUint64() {
			return system == 0
		}
		want := new(big.Int).Mul(number(run), number(systemTicks))
		return number(system).Cmp(want.Quo(want, ticks)) == 0
	}
	if err := quick.Check(same, &quick.Config{MaxCount: 20_000}); err != nil {
		t.Error(err)
	}
}

func number(n uint64) *big.Int { return new(big.Int).SetUint64(n) }
