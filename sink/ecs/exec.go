package ecs

import (
	"strconv"

	"github.com/exectrail/exectrail/event"
)

func (c *Encoder) appendExec(dst []byte, e *event.Exec) []byte {
	p := e.Process
	dst = appendCaller(append(dst, `"process":{`...), &e.Attempt, p)
	dst = text(dst, `"executable":"`, e.Executable)
	dst = appendCall(dst, &e.Attempt, p)
	who := users{e.Credentials, e.Names}
	dst = c.appendUsersAndLeaders(dst, &e.Attempt, who)
	if len(e.Env.Raw) > 0 {
		dst = list(dst, `"env_vars":[`, e.Env.Head(), e.Env.TailBytes())
	}
	dst = c.appendParent(dst, p, e.ParentPID)
	dst = appendPrevious(dst, e.Previous)
	dst = closeObject(dst)
	dst = c.appendContainer(dst, e.Container)

	dst = append(dst, `"exectrail":{`...)
	dst = appendHook(dst, &e.Meta)
	dst = appendPodIdentity(dst, e.Container)
	dst = appendDegraded(dst, &e.Attempt)
	dst = appendExecFile(dst, e)
	dst = appendThread(dst, &e.Attempt, e.PreviousComm)
	dst = flag(dst, `"privileges_raised":true,`, e.PrivilegesRaised)
	dst = appendSignals(dst, e.Signals)
	dst = c.appendContext(dst, &e.Attempt, who)
	dst = c.appendLineage(dst, p, e.ParentPID)
	return closeObject(dst)
}

// appendSignals appends an array of their names. There is no member without one.
func appendSignals(dst []byte, signals event.Signals) []byte {
	if signals == 0 {
		return dst
	}
	dst = append(dst, `"signals":[`...)
	for signal := range signals.All() {
		dst = append(append(append(dst, '"'), signal.Name()...), '"', ',')
	}
	return closeArray(dst)
}

// appendPrevious appends what the process ran before. The schema wants an array.
func appendPrevious(dst []byte, p *event.Process) []byte {
	if p == nil || p.Executable == "" && p.Args == "" {
		return dst
	}
	dst = text(append(dst, `"previous":[{`...), `"executable":"`, p.Executable)
	if p.Args != "" {
		dst = list(dst, `"args":[`, p.Args, "")
	}
	return closeArray(closeObject(dst))
}

// appendExecFile appends what was run and how much of it was recorded.
func appendExecFile(dst []byte, e *event.Exec) []byte {
	dst = text(dst, `"filename":"`, e.Filename)
	dst = text(dst, `"interpreter":"`, e.Interpreter)
	dst = append(dst, `"file":{"device":"`...)
	dst = append(appendUint(dst, uint64(e.File.DeviceMajor)), ':')
	dst = append(appendUint(dst, uint64(e.File.DeviceMinor)), `",`...)
	dst = number(dst, `"inode":`, e.File.Inode)
	dst = number(dst, `"links":`, uint64(e.File.Links))
	dst = flag(dst, `"deleted":true,`, e.File.Deleted)
	dst = flag(dst, `"memfd":true,`, e.File.Memfd)
	if e.File.Changed != 0 {
		dst = append(strconv.AppendBool(append(dst, `"first_seen":`...), e.File.FirstSeen), ',')
	}
	dst = closeObject(dst)
	dst = flag(dst, `"executable_cut":true,`, e.ExecutableCut)
	dst = appendCutTexts(dst, &e.Attempt)

	dst = append(dst, `"args":{`...)
	dst = appendSize(dst, &e.Args)
	dst = closeObject(dst)
	dst = number(append(dst, `"env":{`...), `"count":`, uint64(e.EnvCount))
	if e.Env.Size > 0 || len(e.Env.Raw) > 0 {
		dst = appendSize(dst, &e.Env)
	}
	return closeObject(dst)
}
