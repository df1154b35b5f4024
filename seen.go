package exectrail

import (
	"errors"
	"fmt"

	"github.com/exectrail/exectrail/internal/seen"
	"github.com/exectrail/exectrail/internal/seenfile"
	"github.com/exectrail/exectrail/internal/wire"
)

// WithSeen remembers in a file which files were executed, so that [event.File.FirstSeen] knows of earlier sessions, too. Else
// it tells of this session alone. The file is created for its owner only, and its directory if that is the only one
// missing. It takes at most 4 MiB: the 131,072 files that were executed last. A file that cannot be used is no error of
// [Open]: [Tracer.Limits] tells. While one session writes to it, others read it only.
func WithSeen(path string) Option { return func(c *config) { c.seenFile = path } }

// appendSeen appends that the file of an exec was seen before this session, if it was and that was not told yet.
func (l *live) appendSeen(told [][]byte, r *wire.Record) [][]byte {
	f, ok := seen.FileOf(&r.Exec.File)
	if l.files == nil || !ok {
		return told
	}
	if before := !l.files.Add(f); before && !l.tracer.reader.KnowsFile(f) {
		told = append(told, wire.AppendSeen(nil, r.Time, &r.Exec.File))
	}
	return told
}

// seenLimits tells why files are not remembered.
func (l *live) seenLimits() []string {
	switch {
	case errors.Is(l.filesErr, seenfile.ErrBusy):
		return []string{fmt.Sprintf("%v: what is executed now is not remembered", l.filesErr)}
	case l.filesErr != nil:
		return []string{fmt.Sprintf("files that were executed before this session are not known: %v", l.filesErr)}
	}
	return nil
}

func (l *live) closeSeen() {
	if l.files == nil {
		return
	}
	if err := l.files.Close(); err != nil {
		l.tracer.config.logger.Warn("cannot remember all files that were executed", "error", err)
	}
}
