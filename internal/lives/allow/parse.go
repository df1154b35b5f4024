package allow

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// List is a list of rules.
type List struct{ rules []Rule }

// Rule allows the programs whose path matches a glob.
type Rule struct {
	Glob string
	Sum  Sum  // of the only file that may be there
	Any  bool // the file may be any; Sum says nothing
}

// Sum is the SHA-256 of a file.
type Sum [sha256.Size]byte

// String returns s as it stands in a list.
func (s Sum) String() string { return sumPrefix + hex.EncodeToString(s[:]) }

const sumPrefix = "sha256:"

// maxLine is how long a line may be: a path has at most 4 KiB, and each byte takes four in a string of Go.
const maxLine = 64 << 10

// New returns a list of rules. Their globs must be valid, as those of [Learn] are.
func New(rules []Rule) *List { return &List{rules} }

// Parse reads a list. An error tells the line, counted from 1.
func Parse(r io.Reader) (*List, error) {
	var list List
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		rule, err := parseRule(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		list.rules = append(list.rules, rule)
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("line %d: longer than %d KiB", n+1, maxLine>>10)
	case err != nil:
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	return &list, nil
}

func parseRule(line string) (Rule, error) {
	glob, rest, err := cutGlob(line)
	if err != nil {
		return Rule{}, err
	}
	rule := Rule{Glob: glob, Any: rest == ""}
	switch {
	case !strings.HasPrefix(glob, "/"):
		return Rule{}, fmt.Errorf("%q does not begin with a slash: write /**/NAME for a program in any directory", glob)
	case strings.IndexByte(glob, 0) >= 0:
		return Rule{}, fmt.Errorf("%q has a NUL, which no path has", glob)
	case !doublestar.ValidatePattern(glob):
		return Rule{}, fmt.Errorf("%q is not a glob: a bracket, brace or backslash is left open; put a backslash before one that is meant as it is", glob)
	case rule.Any:
		return rule, nil
	}
	digits, ok := strings.CutPrefix(rest, sumPrefix)
	sum, err := hex.DecodeString(digits)
	if !ok || err != nil || len(sum) != len(rule.Sum) {
		return Rule{}, fmt.Errorf("%q behind the path is not sha256: with 64 hexadecimal digits", rest)
	}
	rule.Sum = Sum(sum)
	return rule, nil
}

// cutGlob returns the glob at the beginning of a line, and what follows.
func cutGlob(line string) (glob, rest string, err error) {
	if line[0] == '"' {
		quoted, err := strconv.QuotedPrefix(line)
		if err != nil {
			return "", "", errors.New("the string in quotes is not one of Go")
		}
		glob, err = strconv.Unquote(quoted)
		if err != nil {
			return "", "", fmt.Errorf("%s: %w", quoted, err)
		}
		return glob, strings.TrimSpace(line[len(quoted):]), nil
	}
	// A path may have spaces in it: what counts is the last word.
	at := strings.LastIndexAny(line, " \t")
	if at >= 0 && strings.HasPrefix(line[at+1:], sumPrefix) {
		return strings.TrimSpace(line[:at]), line[at+1:], nil
	}
	return line, "", nil
}
