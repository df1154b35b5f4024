package filter

import (
	"slices"
	"strings"
	"unicode"
)

// rewritten is an expression as the library's grammar has it, and where each of its characters comes from.
type rewritten struct {
	text []rune
	from []int // by character of text: the one of the original
}

func (r *rewritten) add(s string, at int) {
	for _, c := range s {
		r.text, r.from = append(r.text, c), append(r.from, at)
	}
}

func (r *rewritten) insert(place int, s string, at int) {
	added := []rune(s)
	r.text = slices.Insert(r.text, place, added...)
	r.from = slices.Insert(r.from, place, slices.Repeat([]int{at}, len(added))...)
}

// original returns the place in the original of a place in text.
func (r *rewritten) original(at int) int {
	switch {
	case len(r.from) == 0:
		return 0
	case at < len(r.from):
		return r.from[max(at, 0)]
	default:
		return r.from[len(r.from)-1] + 1
	}
}

// rewriter goes over an expression once. It knows strings and comments, names and numbers, and copies all the rest.
type rewriter struct {
	src  []rune
	at   int
	out  rewritten
	open []bool // braces that are open; true for one that a quantifier was put before
	// path is where in out the dotted name begins that was read last, or -1 when something else was.
	path, pathAt int
	afterPoint   bool
}

// rewrite turns what is added to the language into what the library knows:
//
//	10s, 1m30s, 250ms       duration("10s") ...
//	10MiB, 5kB              10485760, 5000
//	@timestamp              time
//	ancestors any {...}     any(ancestors, {...}), and so with all, none, one and count
func rewrite(src string) (rewritten, *Error) {
	w := rewriter{src: []rune(src), path: -1}
	for w.at < len(w.src) {
		if err := w.token(); err != nil {
			err.Expr = src
			return rewritten{}, err
		}
	}
	return w.out, nil
}

func (w *rewriter) token() *Error {
	c := w.src[w.at]
	switch {
	case c == '"' || c == '\'' || c == '`':
		w.copyString(c)
	case c == '/' && w.peek(1) == '/':
		w.copyUntil("\n", 2)
		return nil
	case c == '/' && w.peek(1) == '*':
		w.copyUntil("*/", 2)
		return nil
	case unicode.IsDigit(c) && !w.afterPoint:
		return w.number()
	case isLetter(c):
		w.word()
		return nil
	case c == '@' && strings.HasPrefix(string(w.src[w.at:]), "@timestamp"):
		w.path, w.pathAt = len(w.out.text), w.at
		w.out.add("time", w.at)
		w.at += len("@timestamp")
		return nil
	case unicode.IsSpace(c):
		w.copy(1)
		return nil
	case c == '.':
		if w.path < 0 {
			w.path, w.pathAt = len(w.out.text), w.at
		}
		w.copy(1)
		w.afterPoint = w.peek(0) != '.'
		return nil
	case c == '{':
		w.open = append(w.open, false)
		w.copy(1)
	case c == '}':
		w.closeBrace()
	default:
		w.copy(1)
	}
	w.path, w.afterPoint = -1, false
	return nil
}

func (w *rewriter) peek(n int) rune {
	if w.at+n < len(w.src) {
		return w.src[w.at+n]
	}
	return 0
}

func (w *rewriter) copy(n int) {
	for range min(n, len(w.src)-w.at) {
		w.out.text, w.out.from = append(w.out.text, w.src[w.at]), append(w.out.from, w.at)
		w.at++
	}
}

// copyString copies a string with its quotes, up to the end if it has none.
func (w *rewriter) copyString(quote rune) {
	w.copy(1)
	for w.at < len(w.src) {
		c := w.src[w.at]
		if c == '\\' && quote != '`' {
			w.copy(2)
			continue
		}
		w.copy(1)
		if c == quote {
			return
		}
	}
}

func (w *rewriter) copyUntil(end string, begin int) {
	w.copy(begin)
	rest := string(w.src[w.at:])
	if i := strings.Index(rest, end); i >= 0 {
		w.copy(len([]rune(rest[:i+len(end)])))
		return
	}
	w.copy(len(w.src))
}

func isLetter(c rune) bool { return c == '_' || c == '$' || unicode.IsLetter(c) }

func (w *rewriter) word() {
	end := w.at
	for end < len(w.src) && (isLetter(w.src[end]) || unicode.IsDigit(w.src[end])) {
		end++
	}
	word := string(w.src[w.at:end])
	switch {
	case w.afterPoint:
	case w.path >= 0 && isQuantifier(word) && w.opensBrace(end):
		w.quantifier(word, end)
		return
	case isOperator(word):
		w.copy(end - w.at)
		w.path = -1
		return
	default:
		w.path, w.pathAt = len(w.out.text), w.at
	}
	w.copy(end - w.at)
	w.afterPoint = false
}

func isQuantifier(word string) bool {
	return slices.Contains([]string{"any", "all", "none", "one", "count"}, word)
}

func isOperator(word string) bool {
	return slices.Contains([]string{"and", "or", "not", "in", "contains", "startsWith", "endsWith", "matches", "let", "if", "else"}, word)
}

// opensBrace reports whether the next character that is no space is a brace.
func (w *rewriter) opensBrace(at int) bool {
	for at < len(w.src) && unicode.IsSpace(w.src[at]) {
		at++
	}
	return at < len(w.src) && w.src[at] == '{'
}

func (w *rewriter) quantifier(word string, end int) {
	w.out.insert(w.path, word+"(", w.at)
	w.out.add(",", w.at)
	for w.at = end; w.src[w.at] != '{'; {
		w.copy(1)
	}
	w.open = append(w.open, true)
	w.copy(1)
	w.path = -1
}

func (w *rewriter) closeBrace() {
	at := w.at
	w.copy(1)
	if n := len(w.open); n > 0 {
		if w.open[n-1] {
			w.out.add(")", at)
		}
		w.open = w.open[:n-1]
	}
}
