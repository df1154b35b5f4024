package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/exectrail/exectrail/internal/printable"
)

// What exectrail says, it says by these rules:
//
//   - Results go to stdout, everything else to stderr.
//   - A message is one line that starts with "exectrail: ", in lower case and
//     without a full stop. It names what failed and then why:
//     "exectrail: cannot load programs: operation not permitted".
//   - The next step, where there is one, follows on a line that starts with
//     "hint: "; a second one marks a place in the first.
//   - A failure is told once, by run, after everything else.
//   - With JSON output each of them is one JSON object on a line.

// A ui writes messages for the user. Several goroutines may.
type ui struct {
	json bool

	mu sync.Mutex
	w  io.Writer
}

func newUI(w io.Writer, json bool) *ui { return &ui{w: w, json: json} }

// notice tells what the user may want to know and need not act upon.
func (u *ui) notice(format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if u.json {
		u.object(map[string]any{"message": message})
		return
	}
	u.line("exectrail: ", message)
}

// hint tells the next step after a notice.
func (u *ui) hint(text string) {
	if u.json {
		u.object(map[string]any{"hint": text})
		return
	}
	u.hintLines(text)
}

// hintLines writes a hint, which may show a place in what the user wrote by a mark on a line below it.
func (u *ui) hintLines(text string) {
	for line := range strings.Lines(text) {
		u.line("hint: ", strings.TrimSuffix(line, "\n"))
	}
}

// summary tells how a session went.
func (u *ui) summary(s summary) {
	lines := s.lines()
	if u.json {
		u.object(map[string]any{"message": lines[0], "exectrail": map[string]any{"summary": s.object()}})
		return
	}
	for _, line := range lines {
		u.notice("%s", line)
	}
}

// failure tells why the command failed and, if the error knows it, the next step.
func (u *ui) failure(err error) {
	hint := hintOf(err)
	if u.json {
		e := map[string]string{"message": err.Error()}
		if hint != "" {
			e["hint"] = hint
		}
		u.object(map[string]any{"error": e})
		return
	}
	// Joined errors stand on a line each.
	u.line("exectrail: ", strings.ReplaceAll(err.Error(), "\n", "; "))
	u.hintLines(hint)
}

// verifierLog shows what the kernel's verifier said, if anything, before the failure that it explains.
func (u *ui) verifierLog(log string) {
	switch {
	case log == "":
	case u.json:
		u.object(map[string]any{"verifier_log": log})
	default:
		for line := range strings.Lines(log) {
			u.line("", strings.TrimSuffix(line, "\n"))
		}
	}
}

// line writes a line. What it says may hold names of files: they are shown, not obeyed.
func (u *ui) line(prefix, text string) {
	line := printable.AppendEscaped([]byte(prefix), text)
	u.write(append(line, '\n'))
}

// object writes an object of JSON on a line.
func (u *ui) object(v any) {
	line, err := json.Marshal(v)
	if err != nil {
		// Only a mistake in this program can make a value that has no JSON form.
		panic(err)
	}
	u.write(append(line, '\n'))
}

func (u *ui) write(line []byte) {
	u.mu.Lock()
	defer u.mu.Unlock()
	// Nobody can be told that stderr does not work.
	_, _ = u.w.Write(line)
}

// hintOf returns the next step that an error knows of.
func hintOf(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

// A usageError says that the command line makes no sense.
type usageError struct{ reason, hint string }

func (e *usageError) Error() string { return e.reason }

// Hint returns what to write instead.
func (e *usageError) Hint() string { return e.hint }
