package exectrail

import "github.com/exectrail/exectrail/event"

// leaveOut has the kernel leave out what happens in the control group of an exec from now on, if it is known to be that of no
// container which the terms select. The id of a container never changes.
func (l *live) leaveOut(a *event.Attempt) {
	terms := &l.tracer.config.terms
	if terms.Container == "" || a.Degraded.Has(event.PartDetails|event.PartPaths) {
		return
	}
	c := l.tracer.reader.Container(a)
	if c == nil && len(a.CgroupName) > 0 && !isUnit(a.CgroupName) && !l.containers.GaveUp(string(l.keyOf(a))) {
		return // its runtime may know it
	}
	if c == nil || !terms.IsContainer(c.ID) {
		l.probe.LeaveOut(a.CgroupID)
	}
}
