package pipeline

import (
	"bytes"

	"github.com/exectrail/exectrail/event"
)

// envFilter keeps the variables that were asked for.
type envFilter struct {
	names map[string]bool // nil: all
	buf   []byte
}

func newEnvFilter(names []string) envFilter {
	if len(names) == 0 {
		return envFilter{}
	}
	f := envFilter{names: make(map[string]bool, len(names))}
	for _, n := range names {
		f.names[n] = true
	}
	return f
}

// apply returns env without the variables that were not asked for. What is
// missing of env stays missing.
func (f *envFilter) apply(env event.Strings) event.Strings {
	if f.names == nil || env.Size == 0 {
		return env
	}
	missing := env.Missing()
	f.buf = f.append(f.buf[:0], env.Head())
	head := len(f.buf)
	f.buf = f.append(f.buf, env.TailBytes())
	kept := event.Strings{Raw: f.buf, Size: uint64(len(f.buf)) + missing}
	if missing > 0 {
		kept.Tail = len(f.buf) - head
	}
	return kept
}

// append appends those variables of env that were asked for, each with its NUL, which a last one that is
// cut does not have.
func (f *envFilter) append(dst, env []byte) []byte {
	for variable := range bytes.SplitAfterSeq(env, []byte{0}) {
		name, _, assigned := bytes.Cut(variable, []byte{'='})
		if assigned && f.names[string(name)] {
			dst = append(dst, variable...)
		}
	}
	return dst
}
