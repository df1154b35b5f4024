package pipeline

import (
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/redact"
)

// redaction replaces secrets before anything else sees them, the process table included: so they do not show in what is told
// of ancestors either.
type redaction struct {
	redactor             *redact.Redactor // nil: nothing is replaced
	args, env, name, why []byte
}

func (d *redaction) exec(e *event.Exec) {
	if d.redactor == nil {
		return
	}
	e.Redacted = d.strings(&d.args, &e.Args, d.redactor.Args) + d.strings(&d.env, &e.Env, d.redactor.Env)
}

// failed looks at names of files too: where a whole command is taken for one by mistake, it is what was not found.
func (d *redaction) failed(e *event.ExecFailed) {
	if d.redactor == nil {
		return
	}
	e.Redacted = d.strings(&d.args, &e.Args, d.redactor.Args) + d.text(&d.name, &e.Filename) + d.text(&d.why, &e.Detail)
}

// running returns the argv of a process that ran already.
func (d *redaction) running(args []byte) []byte {
	if d.redactor == nil {
		return args
	}
	s := event.Strings{Raw: args, Size: uint64(len(args))}
	d.strings(&d.args, &s, d.redactor.Args)
	return s.Raw
}

// strings replaces secrets in s, with the memory of buf, and returns how many there were.
func (d *redaction) strings(buf *[]byte, s *event.Strings, find func(event.Strings) []redact.Span) uint32 {
	spans := find(*s)
	if len(spans) == 0 {
		return 0
	}
	*s = redact.ReplaceStrings(*buf, *s, spans)
	*buf = s.Raw
	return uint32(len(spans))
}

func (d *redaction) text(buf, text *[]byte) uint32 {
	spans := d.redactor.Text(*text)
	if len(spans) == 0 {
		return 0
	}
	*buf = redact.Replace((*buf)[:0], *text, spans)
	*text = *buf
	return uint32(len(spans))
}
