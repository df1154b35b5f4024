package allow

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/canon"
	"github.com/exectrail/exectrail/internal/printable"
)

// Learn returns rules that allow what ran in a run, by their globs in order. Of each file that sum knows, the rule has the SHA-256;
// sum may be nil. What is different in a path each time, such as the name of a temporary directory, is a * in its
// rule, which allows any file. What was run from the directory of the run keeps its path.
//
// Programs whose path was not recorded have no rule.
func Learn(run *lives.Run, sum Summer) []Rule {
	c := canon.New(&lives.Run{}) // of no run, so that no directory is replaced
	seen := make(map[string]bool)
	var rules []Rule
	for i := range run.Processes {
		for k := range run.Processes[i].Programs {
			for _, file := range files(&run.Processes[i].Programs[k]) {
				if seen[file] || !path.IsAbs(file) {
					continue
				}
				seen[file] = true
				rules = append(rules, learn(c, file, sum))
			}
		}
	}
	slices.SortFunc(rules, func(a, b Rule) int {
		return cmp.Or(strings.Compare(a.Glob, b.Glob), strings.Compare(a.Sum.String(), b.Sum.String()))
	})
	return slices.Compact(rules)
}

func learn(c *canon.Canon, file string, sum Summer) Rule {
	if general := c.Path(file); general != file {
		return Rule{Glob: generalGlob(general), Any: true}
	}
	if sum != nil {
		if s, err := sum(file); err == nil {
			return Rule{Glob: escape(file), Sum: s}
		}
	}
	return Rule{Glob: escape(file), Any: true}
}

// generalGlob returns the glob for a canonical path.
func generalGlob(p string) string {
	return strings.NewReplacer("%tmp", "*", "%hash", "*").Replace(escape(p))
}

// escape returns the glob that matches just p.
func escape(p string) string {
	var b strings.Builder
	for _, c := range []byte(p) {
		if strings.IndexByte(`*?[]{}\!^,`, c) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// Write writes rules as a list, which [Parse] reads, below a comment, each line of which begins with # in the list.
func Write(w io.Writer, comment string, rules []Rule) error {
	out := bufio.NewWriter(w)
	if comment != "" {
		for line := range strings.SplitSeq(strings.TrimSuffix(comment, "\n"), "\n") {
			out.WriteString("# ")
			out.Write(printable.AppendEscaped(nil, line))
			out.WriteByte('\n')
		}
	}
	for _, r := range rules {
		out.WriteString(quote(r.Glob))
		if !r.Any {
			out.WriteString("  " + r.Sum.String())
		}
		out.WriteByte('\n')
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write list of programs: %w", err)
	}
	return nil
}

// quote returns a glob as it can stand on a line.
func quote(glob string) string {
	safe := utf8.ValidString(glob) && string(printable.AppendEscaped(nil, glob)) == glob
	last := glob[strings.LastIndexAny(glob, " \t")+1:]
	if safe && strings.TrimSpace(glob) == glob && !strings.HasPrefix(last, sumPrefix) {
		return glob
	}
	return strconv.Quote(glob)
}
