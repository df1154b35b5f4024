// Package canon tells what stays the same of paths and arguments from one run of a command to the next: it puts names into the place
// of what is different each time.
//
//   - %dir is the directory in which the run was started.
//   - %tmp is a name in a directory for temporary files (/tmp, /var/tmp, /dev/shm, /run/user/N); an ending such as .o stays, and what
//     stands before a number. In any directory it is what follows "tmp." when that is six or more letters and digits.
//   - %hash is 12 or more hexadecimal digits, a UUID, or 20 or more characters with small and capital letters and digits among them.
//   - %pid is the id of the process itself or of one of those it descends from, of three digits at least.
package canon

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/exectrail/exectrail/internal/lives"
)

// Canon knows what is particular to one run. It must not be used by two goroutines at a time.
type Canon struct {
	run         *lives.Run
	dir         string // empty when it is not known, or stands in each path
	temp        *regexp.Regexp
	random, hex *regexp.Regexp
	nums        *regexp.Regexp
}

// New returns the Canon of a run.
func New(run *lives.Run) *Canon {
	return &Canon{
		run: run,
		dir: directory(run),
		// What was put in before is taken first, so that nothing is made of it and what follows.
		temp:   regexp.MustCompile(`%(?:dir|tmp|hash)|(/tmp|/var/tmp|/dev/shm|/run/user/[0-9]+)/[^/\s:;,='"]+|\btmp\.[A-Za-z0-9]{6,}`),
		random: regexp.MustCompile(`%(?:dir|tmp|hash)|[0-9A-Za-z_-]{20,}`),
		hex:    regexp.MustCompile(`%(?:dir|tmp|hash)|[0-9A-Za-z]{12,}`),
		nums:   regexp.MustCompile(`[0-9]{3,10}`),
	}
}

// directory returns the directory of the first program of a run.
func directory(run *lives.Run) string {
	for i := range run.Processes {
		if programs := run.Processes[i].Programs; len(programs) > 0 {
			if d := path.Clean(programs[0].Directory); len(d) > 1 && path.IsAbs(d) {
				return d
			}
			return ""
		}
	}
	return ""
}

// Path returns a path, or any other text that is about no process in particular.
func (c *Canon) Path(s string) string {
	s = c.withoutDirectory(s)
	s = c.temp.ReplaceAllStringFunc(s, temporary)
	s = c.random.ReplaceAllStringFunc(s, random)
	return c.hex.ReplaceAllStringFunc(s, hex)
}

// Args returns the arguments of a program that process i ran.
func (c *Canon) Args(i int, args []string) []string {
	pids := c.pids(i)
	words := make([]string, len(args))
	for k, arg := range args {
		words[k] = c.nums.ReplaceAllStringFunc(c.Path(arg), func(n string) string {
			if pids[n] {
				return "%pid"
			}
			return n
		})
	}
	return words
}

// withoutDirectory replaces the directory of the run where it is not the beginning of a longer name.
func (c *Canon) withoutDirectory(s string) string {
	if c.dir == "" || !strings.Contains(s, c.dir) {
		return s
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, c.dir)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if after != "" && isName(after[0]) {
			b.WriteString(c.dir)
		} else {
			b.WriteString("%dir")
		}
		s = after
	}
}

// isName reports whether a file name goes on with c.
func isName(c byte) bool {
	return c == '_' || c == '-' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}

// temporary returns the name for a temporary file. It keeps what tells who made it: its ending, the "tmp." of
// mktemp, and what stands before a number.
func temporary(s string) string {
	const longest = 5 // .html
	dir, name := path.Split(s)
	if s[0] == '%' || strings.Contains(name, "%tmp") {
		return s
	}
	name, isMktemp := strings.CutPrefix(name, "tmp.")
	if isMktemp {
		return dir + "tmp.%tmp"
	}
	ending := path.Ext(name)
	if len(ending) < 2 || len(ending) > longest || '0' <= ending[1] && ending[1] <= '9' {
		ending = ""
	}
	name = strings.TrimSuffix(name, ending)
	before := strings.TrimRight(name, "0123456789")
	if len(name)-len(before) < fewDigits {
		before = ""
	}
	return dir + before + "%tmp" + ending
}

// fewDigits is how many digits are no random number yet: mkstemp makes up six characters, which can be digits.
const fewDigits = 7

// random returns the name for s when it is a UUID, or a mixture of characters that nobody would think of.
func random(s string) string {
	var digits, small, capital, hexDigits, dashes int
	for _, c := range []byte(s) {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case 'a' <= c && c <= 'z':
			small++
		case 'A' <= c && c <= 'Z':
			capital++
		case c == '-':
			dashes++
		}
		if isHex(c) {
			hexDigits++
		}
	}
	isUUID := len(s) == 36 && dashes == 4 && hexDigits == 32
	if isUUID || digits > 0 && small > 0 && capital > 0 {
		return "%hash"
	}
	return s
}

// hex returns the name for s when it is made of hexadecimal digits, of which one is no letter.
func hex(s string) string {
	digits := false
	for _, c := range []byte(s) {
		if !isHex(c) {
			return s
		}
		digits = digits || c <= '9'
	}
	if !digits {
		return s
	}
	return "%hash"
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// maxAncestors is how many ancestors of a process are looked at. Those who put their id into an argument are near.
const maxAncestors = 16

// pids returns the ids that an argument of process i can have from $$ and the like.
func (c *Canon) pids(i int) map[string]bool {
	pids := make(map[string]bool)
	for n := 0; i >= 0 && n < maxAncestors; n++ {
		pids[strconv.FormatUint(uint64(c.run.Processes[i].PID), 10)] = true
		i = c.run.Processes[i].Parent
	}
	return pids
}
