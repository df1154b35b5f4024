// Package ecs writes events as JSON, one object a line, by the names of the
// Elastic Common Schema. [Fields] lists them all.
//
// Text is written exactly when it is UTF-8; characters that must not reach a
// terminal stand there as \u escapes of JSON, so a line can be looked at
// safely. Of text that is not UTF-8 the field shows the stray bytes as \xff,
// and a second field, named with _bytes at its end, holds the exact bytes in
// base64. There is such a field if and only if the text is not exact.
package ecs

import (
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/sink"
)

// Version is the version of the Elastic Common Schema that the names are taken from.
const Version = "9.0.0"

// Encoder turns events into JSON. It is not safe for concurrent use. Of the
// events it keeps strings only, which never change.
type Encoder struct {
	sentence []byte

	host       fragment[event.Host]
	users      fragment[users]
	login      fragment[users]
	namespaces fragment[event.Namespaces]
	container  fragment[*event.Container]
	known      fragments[event.Process]
	ancestors  fragments[ancestor]
}

// Append appends e as one object and a newline.
func (c *Encoder) Append(dst []byte, e event.Event) []byte {
	m := e.Header()
	dst = append(dst, `{"@timestamp":"`...)
	dst = event.AppendTime(dst, m.Time)
	dst = append(dst, `","ecs":{"version":"`+Version+`"},`...)
	switch e := e.(type) {
	case *event.Exec:
		dst = append(dst, `"event":{"kind":"event","category":["process"],"type":["start"],"action":"exec",`...)
		dst = c.appendMeta(dst, m)
		dst = c.appendExec(dst, e)
	case *event.ExecFailed:
		dst = append(dst, `"event":{"kind":"event","category":["process"],"type":["start"],"action":"exec-failed","outcome":"failure",`...)
		dst = c.appendMeta(dst, m)
		dst = c.appendExecFailed(dst, e)
	case *event.Fork:
		dst = append(dst, `"event":{"kind":"event","category":["process"],"type":["start"],"action":"fork",`...)
		dst = c.appendMeta(dst, m)
		dst = c.appendFork(dst, e)
	case *event.Exit:
		dst = append(dst, `"event":{"kind":"event","category":["process"],"type":["end"],"action":"exit",`...)
		if e.Process != nil {
			dst = number(dst, `"duration":`, uint64(e.Duration()))
		}
		dst = c.appendMeta(dst, m)
		dst = c.appendExit(dst, e)
	case *event.Lost:
		dst = append(dst, `"event":{"kind":"pipeline_error","category":["process"],"type":["info"],"action":"lost",`...)
		dst = c.appendMeta(dst, m)
		dst = c.appendLost(dst, e)
	case *event.Clock:
		dst = append(dst, `"event":{"kind":"event","category":["host"],"type":["change"],"action":"clock",`...)
		dst = c.appendMeta(dst, m)
		dst = c.appendClock(dst, e)
	}
	dst = closeObject(dst)
	dst[len(dst)-1] = '\n'
	return dst
}

// appendMeta appends the rest of the object event, and the host.
func (c *Encoder) appendMeta(dst []byte, m *event.Meta) []byte {
	dst = number(dst, `"sequence":`, m.Sequence)
	dst = closeObject(dst)
	if m.Host == nil {
		return dst
	}
	return c.host.append(dst, *m.Host, appendHost)
}

func appendHost(dst []byte, h *event.Host) []byte {
	dst = append(dst, `"host":{`...)
	dst = text(dst, `"name":"`, h.Name)
	if h.BootID != "" {
		dst = append(dst, `"boot":{`...)
		dst = text(dst, `"id":"`, h.BootID)
		dst = closeObject(dst)
	}
	dst = text(dst, `"architecture":"`, machine(h.Arch))
	dst = append(dst, `"os":{"type":"linux",`...)
	dst = text(dst, `"kernel":"`, h.Kernel)
	dst = closeObject(dst)
	return closeObject(dst)
}

// machine names an architecture as uname -m does, which is what others write there.
func machine(arch string) string {
	switch arch {
	case "amd64":
		return "x86_64"
	case "arm64":
		return "aarch64"
	}
	return arch
}

// Sink writes events as JSON.
type Sink struct {
	out     *sink.Writer
	encoder Encoder
	line    []byte
}

// New returns a sink that writes to out. It closes out when it is closed.
func New(out *sink.Writer) *Sink { return &Sink{out: out} }

// Write writes one line.
func (s *Sink) Write(e event.Event) error {
	s.line = s.encoder.Append(s.line[:0], e)
	_, err := s.out.Write(s.line)
	if cap(s.line) > keepBytes {
		s.line = nil // one huge command is no reason to hold its size for good
	}
	return err
}

const keepBytes = 1 << 20

// Flush writes out what is buffered.
func (s *Sink) Flush() error { return s.out.Flush() }

// Close flushes and closes the writer.
func (s *Sink) Close() error { return s.out.Close() }
