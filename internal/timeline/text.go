package timeline

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/exectrail/exectrail/internal/printable"
)

// How much of an argv a page has. A browser has to hold all of them at once, and nobody reads on where this ends: the
// first limits are for each argv, the second ones hold once the page has wideText bytes of text.
const (
	wideBytes, wideWords     = 4096, 1024
	narrowBytes, narrowWords = 128, 16
	wideText                 = 64 << 20
)

// texts numbers each text once. The number 0 is the empty one.
type texts struct {
	list  []string
	words []int
	size  int

	numbers map[string]int
	quoted  map[string]int
	argvs   map[string]argv
	buffer  []byte
}

// argv is where in words a list of arguments stands.
type argv struct{ at, count, missing int }

func newTexts() *texts {
	return &texts{list: []string{""}, numbers: map[string]int{"": 0}, quoted: map[string]int{}, argvs: map[string]argv{}}
}

// plain returns the number of s, with escapes for what is not printable.
func (t *texts) plain(s string) int {
	t.buffer = printable.AppendEscaped(t.buffer[:0], s)
	return t.number(string(t.buffer))
}

func (t *texts) number(s string) int {
	n, found := t.numbers[s]
	if !found {
		n = len(t.list)
		t.list = append(t.list, s)
		t.numbers[s] = n
		t.size += len(s)
	}
	return n
}

// word returns the number of an argument as one word of the shell, of which at most limit bytes are kept.
func (t *texts) word(arg string, limit int) int {
	kept := cut(arg, limit)
	rest := len(arg) - len(kept)
	if n, found := t.quoted[kept]; found && rest == 0 {
		return n
	}
	t.buffer = append(t.buffer[:0], kept...)
	t.buffer = printable.AppendWords(nil, append(t.buffer, 0))
	if rest > 0 {
		t.buffer = append(t.buffer, "…[+"+strconv.Itoa(rest)+" bytes]"...)
		return t.number(string(t.buffer))
	}
	n := t.number(string(t.buffer))
	t.quoted[kept] = n
	return n
}

// cut returns the beginning of s, of at most limit bytes, that does not end within a character.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for n := limit; n > limit-utf8.UTFMax; n-- {
		if utf8.RuneStart(s[n]) {
			return s[:n]
		}
	}
	return s[:limit] // not UTF-8 at all
}

// argv puts the arguments among the words, once for all that have the same.
func (t *texts) argv(args []string) argv {
	limit, count := wideBytes, wideWords
	if t.size > wideText {
		limit, count = narrowBytes, narrowWords
	}
	count = min(count, len(args))
	key := strconv.Itoa(len(args)) + "\x00" + strconv.Itoa(limit) + "\x00" + strings.Join(args[:count], "\x00")
	if v, found := t.argvs[key]; found {
		return v
	}
	v := argv{at: len(t.words), count: count, missing: len(args) - count}
	for _, arg := range args[:count] {
		t.words = append(t.words, t.word(arg, limit))
	}
	t.argvs[key] = v
	return v
}
