package wire

import (
	"math/bits"
	"time"

	"github.com/exectrail/exectrail/event"
)

func (d *Decoder) decodeExit(record []byte, r *Record) bool {
	x := &d.exit
	if _, ok := load(x, record); !ok {
		return false
	}
	r.ID = idOf(&x.Self)
	u := &x.Usage
	user, system := cpuTimes(u.UserNs, u.SystemNs, u.RunNs)
	// wait(2) keeps the signal in the low seven bits, and the core flag above them.
	r.Exit = event.Exit{
		ParentPID:  x.ParentPid,
		Status:     uint8(x.Code >> 8),
		Signal:     uint8(x.Code & 0x7f),
		CoreDumped: x.Code&0x80 != 0,
		Usage: event.Usage{
			UserTime: time.Duration(user), SystemTime: time.Duration(system),
			MaxRSS:      u.MaxRss,
			MinorFaults: u.MinorFaults, MajorFaults: u.MajorFaults,
			ReadBytes: u.ReadBytes, WriteBytes: u.WriteBytes,
			VoluntaryCtxt: u.VoluntarySwitches, InvoluntaryCtxt: u.InvoluntarySwitches,
		},
	}
	return true
}

// cpuTimes divides the run time, which is exact, by the ticks, which only
// sample it: as the kernel does for getrusage(2) in cputime_adjust().
func cpuTimes(userTicks, systemTicks, run uint64) (user, system uint64) {
	ticks, carry := bits.Add64(userTicks, systemTicks, 0)
	switch {
	case systemTicks == 0 || carry != 0:
		return run, 0
	case userTicks == 0:
		return 0, run
	}
	hi, lo := bits.Mul64(run, systemTicks)
	system, _ = bits.Div64(hi, lo, ticks)
	return run - system, system
}
