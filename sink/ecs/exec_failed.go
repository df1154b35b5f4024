package ecs

import (
	"strconv"

	"github.com/exectrail/exectrail/event"
)

// appendExecFailed appends the caller as the process, but with the arguments that
// it passed. What it runs itself, it ran before as well.
func (c *Encoder) appendExecFailed(dst []byte, e *event.ExecFailed) []byte {
	p := e.Process
	dst = c.appendError(dst, e)
	dst = appendCaller(append(dst, `"process":{`...), &e.Attempt, p)
	if p != nil {
		dst = text(dst, `"executable":"`, p.Executable)
	}
	dst = appendCall(dst, &e.Attempt, p)
	who := users{e.Credentials, e.Names}
	dst = c.appendUsersAndLeaders(dst, &e.Attempt, who)
	dst = c.appendParent(dst, p, e.ParentPID)
	dst = appendPrevious(dst, p)
	dst = closeObject(dst)
	dst = c.appendContainer(dst, e.Container)

	dst = append(dst, `"exectrail":{`...)
	dst = appendHook(dst, &e.Meta)
	dst = appendPodIdentity(dst, e.Container)
	dst = appendDegraded(dst, &e.Attempt)
	dst = text(dst, `"filename":"`, e.Filename)
	dst = flag(dst, `"filename_unreadable":true,`, e.FilenameUnreadable)
	dst = appendCutTexts(dst, &e.Attempt)
	dst = append(dst, `"args":{"untrusted":true,`...)
	dst = appendSize(dst, &e.Args)
	dst = flag(dst, `"unreadable":true,`, e.ArgsUnreadable)
	dst = flag(dst, `"unmeasured":true,`, e.ArgsUnmeasured)
	dst = closeObject(dst)
	if !e.Degraded.Has(event.PartDetails) {
		dst = appendSystemCall(dst, e)
	}
	dst = number(dst, `"errno":`, uint64(e.Errno))
	dst = text(append(dst, `"failure":{`...), `"cause":"`, e.Cause.String())
	dst = text(dst, `"detail":"`, e.Detail)
	dst = closeObject(dst)
	dst = appendThread(dst, &e.Attempt, e.Comm)
	dst = c.appendContext(dst, &e.Attempt, who)
	dst = c.appendLineage(dst, p, e.ParentPID)
	return closeObject(dst)
}

func (c *Encoder) appendError(dst []byte, e *event.ExecFailed) []byte {
	dst = text(append(dst, `"error":{`...), `"code":"`, e.Code)
	c.sentence = event.AppendFailure(c.sentence[:0], e)
	dst = text(dst, `"message":"`, c.sentence)
	return closeObject(dst)
}

// appendSystemCall appends how the exec was called.
func appendSystemCall(dst []byte, e *event.ExecFailed) []byte {
	dst = text(append(dst, `"call":{`...), `"name":"`, e.Call())
	dst = flag(dst, `"compat":true,`, e.Compat)
	if e.At {
		dst = append(strconv.AppendInt(append(dst, `"dirfd":`...), int64(e.DirFD), 10), ',')
		dst = number(dst, `"flags":`, uint64(e.Flags))
	}
	return closeObject(dst)
}
