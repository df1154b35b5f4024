package wire

import (
	"bytes"

	"github.com/exectrail/exectrail/event"
)

// Facts is what the state of its runtime tells of a container.
type Facts struct {
	// Path is the path of its control group, with a slash before each component, where nothing but that state tells
	// that it is a container; empty when the id tells.
	Path string
	event.Container
}

// AppendContainer appends a record of f. Strings end at a NUL, if they have one.
func AppendContainer(dst []byte, time uint64, f *Facts) []byte {
	begin := len(dst)
	dst = appendFixed(dst, &container{Head: newHead(Container, containerSize, 0, time)})
	for _, s := range f.texts() {
		dst = appendText(dst, *s)
	}
	for _, l := range f.Labels {
		dst = appendText(appendText(dst, l.Name), l.Value)
	}
	h := head{}
	load(&h, dst[begin:])
	h.Size = uint32(len(dst) - begin)
	appendFixed(dst[:begin], &h)
	return dst
}

// texts are the strings of a record, in their order.
func (f *Facts) texts() [9]*string {
	return [...]*string{
		&f.Path, &f.ID, &f.Runtime, &f.Name, &f.Image, &f.ImageTag, &f.Pod.Name, &f.Pod.Namespace, &f.Pod.UID,
	}
}

func appendText(dst []byte, s string) []byte {
	for i := range len(s) {
		if s[i] == 0 {
			s = s[:i]
			break
		}
	}
	return append(append(dst, s...), 0)
}

func decodeFacts(tail []byte) (f Facts, ok bool) {
	for _, dst := range f.texts() {
		text, rest, found := bytes.Cut(tail, []byte{0})
		if !found {
			return Facts{}, false
		}
		*dst, tail = string(text), rest
	}
	for len(tail) > 0 {
		name, rest, found := bytes.Cut(tail, []byte{0})
		value, rest, also := bytes.Cut(rest, []byte{0})
		if !found || !also {
			return Facts{}, false
		}
		f.Labels = append(f.Labels, event.Label{Name: string(name), Value: string(value)})
		tail = rest
	}
	return f, f.ID != ""
}
