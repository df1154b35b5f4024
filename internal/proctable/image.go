package proctable

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/exectrail/exectrail/event"
)

// maxArgs is how much of argv a process keeps, in bytes.
const maxArgs = 4096

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
func (t *Table) show(p *event.Process, im *image) (previousName string) {
	args := im.args[:min(len(im.args), maxArgs)]
	b := appendEntityID(t.text[:0], t.bootID, p.Key, im.execID)
	b = append(b, im.name...)
	b = append(b, im.executable...)
	b = append(b, im.directory...)
	b = append(b, args...)
	b = append(b, im.previousName...)
	t.text = b

	all := string(b)
	next := func(n int) (s string) {
		s, all = all[:n], all[n:]
		return s
	}
	p.EntityID = next(entityIDLen)
	p.Name = next(len(im.name))
	p.Executable = next(len(im.executable))
	p.Directory = next(len(im.directory))
	p.Args = next(len(args))
	p.ArgsCut = im.argsCut || len(args) < len(im.args)
	p.ExecID, p.UID, p.GID = im.execID, im.uid, im.gid
	return all
}

// follow makes e run the image that a record named: a different one than
// before when its exec was lost, or while the entry is ahead of the stream.
func (t *Table) follow(e *entry, execID uint64) {
	if e.EntityID != "" && (execID == e.ExecID || execID < e.ExecID && !t.merging()) {
		return
	}
	if v := t.merge.visited[e.Key]; v != nil && v.ExecID == execID {
		e.known = true
		copyImage(&e.Process, &v.Process)
		return
	}
	e.known = false
	t.show(&e.Process, &image{execID: execID, uid: e.UID, gid: e.GID})
}

func copyImage(dst, src *event.Process) {
	dst.ExecID, dst.EntityID = src.ExecID, src.EntityID
	dst.Name, dst.Executable, dst.Directory = src.Name, src.Executable, src.Directory
	dst.Args, dst.ArgsCut = src.Args, src.ArgsCut
	dst.UID, dst.GID = src.UID, src.GID
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
