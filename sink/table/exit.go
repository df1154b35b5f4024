package table

import "github.com/exectrail/exectrail/event"

// appendExitDetail adds to the line of an exit for how long the process lived and what it used.
func appendExitDetail(dst []byte, e *event.Exit) []byte {
	if e.Process != nil {
		dst = event.AppendDuration(append(dst, " after "...), e.Duration())
	}
	dst = event.AppendDuration(append(dst, ", "...), e.Usage.UserTime+e.Usage.SystemTime)
	return append(dst, " cpu"...)
}
