package proctable

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/exectrail/exectrail/event"
)

const (
	// maxArgs is how much of argv a process keeps, in bytes.
	maxArgs = 4096
	// fewArgs is how much it keeps when there is more text than Options.MaxText.
	fewArgs = 64
)

// image is what a record tells of a process, apart from its key and its place in the tree.
type image struct {
	execID                            uint64
	name, executable, directory, args []byte
	argsCut                           bool
	uid, gid                          uint32
	previousName                      []byte
}

// show makes p run im. All its strings, the previous name that it returns
// among them, share one allocation.
func (t *Table) show(p *process, im *image) (previousName string) {
	t.texts.drop(p.text)
	args := t.argsToKeep(im)
	b := appendEntityID(t.scratch[:0], t.bootID, p.Key, im.execID)
	b = append(b, im.directory...)
	executable := len(b)
	// Most names are the end of the path, and many an argv begins with all of it.
	if !bytes.HasPrefix(args, im.executable) {
		b = append(b, im.executable...)
	}
	argv := len(b)
	b = append(b, args...)
	name := executable + bytes.Index(b[executable:executable+len(im.executable)], im.name)
	if name < executable {
		name = len(b)
		b = append(b, im.name...)
	}
	previous := len(b)
	b = append(b, im.previousName...)
	t.scratch = b

	all := string(b)
	p.text = t.texts.add(len(all) - entityIDLen)
	p.EntityID = all[:entityIDLen]
	p.Directory = all[entityIDLen:executable]
	p.Executable = all[executable:][:len(im.executable)]
	p.Args = all[argv:][:len(args)]
	p.ArgsCut = im.argsCut || len(args) < len(im.args)
	p.Name = all[name:][:len(im.name)]
	p.ExecID, p.UID, p.GID = im.execID, im.uid, im.gid
	return all[previous:]
}

// argsToKeep returns as much of the argv of im as there is room for.
func (t *Table) argsToKeep(im *image) []byte {
	args := im.args[:min(len(im.args), maxArgs)]
	if t.texts.bytes > t.maxText && len(args) > fewArgs {
		t.given.ArgsCut++
		args = args[:fewArgs]
	}
	return args
}

// follow makes e run the image that a record named: a different one than
// before when its exec was lost, or while the entry is ahead of the stream.
func (t *Table) follow(e *entry, execID uint64) {
	if e.EntityID != "" && (execID == e.ExecID || execID < e.ExecID && !t.merging()) {
		return
	}
	if v := t.merge.visited[e.Key]; v != nil && v.ExecID == execID {
		e.known = true
		t.copyImage(&e.process, &v.process)
		return
	}
	e.known = false
	t.show(&e.process, &image{execID: execID, uid: e.UID, gid: e.GID})
}

func (t *Table) copyImage(dst, src *process) {
	t.texts.keep(src.text)
	t.texts.drop(dst.text)
	dst.text = src.text
	dst.ExecID, dst.EntityID = src.ExecID, src.EntityID
	dst.Name, dst.Executable, dst.Directory = src.Name, src.Executable, src.Directory
	dst.Args, dst.ArgsCut = src.Args, src.ArgsCut
	dst.UID, dst.GID, dst.Container = src.UID, src.GID, src.Container
}

const entityIDLen = 32

// appendEntityID appends the [event.Process.EntityID]. Its layout is a promise
// to whoever stores one. It is the first 16 bytes, in lower-case hex, of the
// SHA-256 of this text, numbers in decimal:
//
//	BOOT-ID:PID:START:EXEC-ID
//
// so that it can be had from the shell too:
//
//	printf %s:%d:%d:%d "$boot_id" "$pid" "$start" "$exec_id" | sha256sum | cut -c1-32
func appendEntityID(dst []byte, bootID string, k event.Key, execID uint64) []byte {
	n := len(dst)
	dst = append(dst, bootID...)
	dst = strconv.AppendUint(append(dst, ':'), uint64(k.PID), 10)
	dst = strconv.AppendUint(append(dst, ':'), k.Start, 10)
	dst = strconv.AppendUint(append(dst, ':'), execID, 10)
	sum := sha256.Sum256(dst[n:])
	return hex.AppendEncode(dst[:n], sum[:entityIDLen/2])
}
