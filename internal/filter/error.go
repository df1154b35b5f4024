package filter

import (
	"fmt"
	"strings"
)

// Error tells what is wrong with an expression, and where.
type Error struct {
	Expr     string
	From, To int // in characters of Expr: From is the first, To the one behind the last
	Reason   string
	Advice   string // what may be meant instead; may be empty
}

// Error returns a sentence that names the place.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s at column %d", e.Reason, e.From+1)
	if e.Advice != "" {
		text += "; " + e.Advice
	}
	return text
}

// shownAround is how much of a long expression is shown before and behind the place, in characters.
const shownAround = 50

// Hint shows the place: a line with the expression, or what stands around the place, and one that marks it.
func (e *Error) Hint() string {
	line := []rune(strings.Map(plain, e.Expr))
	from := min(max(e.From, 0), len(line))
	to := min(max(e.To, from+1), max(len(line), from+1))
	start, end := max(from-shownAround, 0), min(to+shownAround, len(line))
	before, behind := "", ""
	if start > 0 {
		before = "…"
	}
	if end < len(line) {
		behind = "…"
	}
	mark := strings.Repeat(" ", from-start+len([]rune(before))) + "^" + strings.Repeat("~", min(to, end+1)-from-1)
	return before + string(line[start:end]) + behind + "\n" + mark
}

// plain makes a character one column wide, as far as that matters for the mark.
func plain(r rune) rune {
	if r == '\n' || r == '\t' || r == '\r' {
		return ' '
	}
	return r
}
