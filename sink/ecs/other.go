package ecs

import (
	"strconv"
	"time"

	"github.com/exectrail/exectrail/event"
)

func (c *Encoder) appendFork(dst []byte, e *event.Fork) []byte {
	p := e.Process
	dst = number(append(dst, `"process":{`...), `"vpid":`, uint64(e.NamespacePID))
	if p != nil {
		dst = c.appendKnown(dst, p)
	}
	dst = c.appendParent(dst, p, 0)
	dst = closeObject(dst)
	dst = c.appendContainer(dst, containerOf(p))

	dst = append(dst, `"exectrail":{`...)
	dst = appendHook(dst, &e.Meta)
	dst = appendPodIdentity(dst, containerOf(p))
	dst = flag(dst, `"kernel_thread":true,`, e.KernelThread)
	dst = appendCut(dst, p)
	dst = c.appendLineage(dst, p, 0)
	return closeObject(dst)
}

// signalBase is what shells add to the number of the signal for the status of a process that was ended by it.
const signalBase = 128

func (c *Encoder) appendExit(dst []byte, e *event.Exit) []byte {
	p := e.Process
	code := uint64(e.Status)
	if e.Signal != 0 {
		code = signalBase + uint64(e.Signal)
	}
	dst = number(append(dst, `"process":{`...), `"exit_code":`, code)
	dst = event.AppendTime(append(dst, `"end":"`...), e.Time)
	dst = append(dst, `",`...)
	if p != nil {
		dst = c.appendKnown(dst, p)
	}
	dst = c.appendParent(dst, p, e.ParentPID)
	dst = closeObject(dst)
	dst = c.appendContainer(dst, containerOf(p))

	dst = append(dst, `"exectrail":{`...)
	dst = appendHook(dst, &e.Meta)
	dst = appendPodIdentity(dst, containerOf(p))
	dst = number(append(dst, `"exit":{`...), `"status":`, uint64(e.Status))
	dst = number(dst, `"signal":`, uint64(e.Signal))
	dst = append(strconv.AppendBool(append(dst, `"core_dumped":`...), e.CoreDumped), ',')
	dst = closeObject(dst)
	dst = appendUsage(dst, &e.Usage)
	dst = appendCut(dst, p)
	dst = c.appendLineage(dst, p, e.ParentPID)
	return closeObject(dst)
}

func containerOf(p *event.Process) *event.Container {
	if p == nil {
		return nil
	}
	return p.Container
}

func appendCut(dst []byte, p *event.Process) []byte {
	return flag(dst, `"args_cut":true,`, p != nil && p.ArgsCut)
}

func appendUsage(dst []byte, u *event.Usage) []byte {
	dst = number(append(dst, `"cpu":{`...), `"user_ns":`, uint64(max(u.UserTime, 0)))
	dst = number(dst, `"system_ns":`, uint64(max(u.SystemTime, 0)))
	dst = closeObject(dst)
	dst = number(dst, `"max_rss_bytes":`, u.MaxRSS)
	dst = number(append(dst, `"faults":{`...), `"minor":`, u.MinorFaults)
	dst = number(dst, `"major":`, u.MajorFaults)
	dst = closeObject(dst)
	dst = number(append(dst, `"io":{`...), `"read_bytes":`, u.ReadBytes)
	dst = number(dst, `"write_bytes":`, u.WriteBytes)
	dst = closeObject(dst)
	dst = number(append(dst, `"context_switches":{`...), `"voluntary":`, u.VoluntaryCtxt)
	dst = number(dst, `"involuntary":`, u.InvoluntaryCtxt)
	return closeObject(dst)
}

func (c *Encoder) appendLost(dst []byte, e *event.Lost) []byte {
	dst = c.appendMessage(dst, e)
	dst = append(dst, `"exectrail":{`...)
	dst = appendHook(dst, &e.Meta)
	dst = number(append(dst, `"lost":{`...), `"count":`, e.Count)
	dst = text(dst, `"kind":"`, string(e.Kind))
	dst = text(dst, `"cause":"`, string(e.Cause))
	if !e.Since.IsZero() {
		dst = event.AppendTime(append(dst, `"since":"`...), e.Since)
		dst = append(dst, `",`...)
	}
	dst = number(dst, `"since_boot_ns":`, e.SinceBoot)
	return closeObject(closeObject(dst))
}

func (c *Encoder) appendClock(dst []byte, e *event.Clock) []byte {
	dst = c.appendMessage(dst, e)
	dst = append(dst, `"exectrail":{`...)
	dst = appendHook(dst, &e.Meta)
	dst = append(dst, `"clock":{"step_ns":`...)
	dst = append(strconv.AppendInt(dst, int64(e.Step/time.Nanosecond), 10), ',')
	return closeObject(closeObject(dst))
}

// appendMessage appends in words what happened.
func (c *Encoder) appendMessage(dst []byte, e event.Event) []byte {
	c.sentence = event.AppendSentence(c.sentence[:0], e)
	return text(dst, `"message":"`, c.sentence)
}
