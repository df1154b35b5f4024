package compare

import (
	"slices"
	"strings"
)

// matcher finds out which command lines of one program became which.
type matcher struct {
	gone, came []*uses
	pairs      []pair
	work       *int // words that may still be looked up
}

// pair is a command line before and after; one of them is nil when there is none like it in the other run.
type pair struct {
	before, after []string
	count         int
}

// onlyCounts reports whether both runs have the same command lines, if not equally often: that is told by the counts of the program.
func (m *matcher) onlyCounts(a, b *group) bool {
	in := func(g *group) func(*uses) bool {
		return func(u *uses) bool { return g.lines[u.key] != nil }
	}
	m.gone = slices.DeleteFunc(m.gone, in(b))
	m.came = slices.DeleteFunc(m.came, in(a))
	return len(m.gone)+len(m.came) == 0
}

// match pairs first what works on the same things with other options, then what works on other things with the same
// options, and then what has at least half of its words in common. What is left came or went.
func (m *matcher) match() {
	m.by(func(w string) bool { return !isOption(w) })
	m.by(isOption)
	m.alike()
	for _, u := range m.gone {
		if u.count > 0 {
			m.pairs = append(m.pairs, pair{before: u.args, count: u.count})
		}
	}
	for _, u := range m.came {
		if u.count > 0 {
			m.pairs = append(m.pairs, pair{after: u.args, count: u.count})
		}
	}
}

func isOption(word string) bool { return strings.HasPrefix(word, "-") }

// by pairs lines in which the same words are of the kind that counts, if there are any behind argv[0].
func (m *matcher) by(counts func(string) bool) {
	key := func(u *uses) string {
		var words []string
		for _, w := range u.args[min(1, len(u.args)):] {
			if counts(w) {
				words = append(words, w)
			}
		}
		return strings.Join(words, "\x00")
	}
	came := make(map[string][]*uses)
	for _, u := range m.came {
		if u.count > 0 {
			came[key(u)] = append(came[key(u)], u)
		}
	}
	for _, u := range m.gone {
		k := key(u)
		if k == "" {
			continue
		}
		for u.count > 0 && len(came[k]) > 0 {
			other := came[k][0]
			m.pair(u, other)
			if other.count == 0 {
				came[k] = came[k][1:]
			}
		}
	}
}

// pair pairs as many of two lines as there are of both.
func (m *matcher) pair(before, after *uses) {
	n := min(before.count, after.count)
	if n == 0 {
		return
	}
	before.count -= n
	after.count -= n
	m.pairs = append(m.pairs, pair{before.args, after.args, n})
}

// mostWork is how many words are looked up to find lines that are alike, in all programs together. Behind that, lines came and went.
const mostWork = 20_000_000

// alike pairs each line that is gone with the one that has the most words in common with it, half of them at least.
func (m *matcher) alike() {
	came := make([]counted, 0, len(m.came))
	for _, u := range m.came {
		if u.count > 0 {
			came = append(came, counted{u, count(u.args)})
		}
	}
	for _, u := range m.gone {
		if u.count == 0 {
			continue
		}
		words := count(u.args)
		for u.count > 0 && *m.work > 0 {
			var best *uses
			most := 0
			for _, other := range came {
				if other.count == 0 {
					continue
				}
				*m.work -= len(words)
				common := common(words, other.words)
				if common > most && 2*common >= max(len(u.args), len(other.args)) {
					best, most = other.uses, common
				}
			}
			if best == nil {
				break
			}
			m.pair(u, best)
		}
	}
}

// counted is a line with how often each word is in it.
type counted struct {
	*uses
	words map[string]int
}

func count(args []string) map[string]int {
	words := make(map[string]int, len(args))
	for _, w := range args {
		words[w]++
	}
	return words
}

// common returns how many words two lines have in common.
func common(a, b map[string]int) int {
	n := 0
	for w, k := range a {
		n += min(k, b[w])
	}
	return n
}
