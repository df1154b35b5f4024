package filter

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/exectrail/exectrail/event"
)

const (
	maxLength = 4096 // of an expression, in bytes
	maxNodes  = 1000 // of its tree
)

// source is an expression that was parsed.
type source struct {
	text   string // as the user wrote it
	tree   ast.Node
	places rewritten
}

func parse(text string) (*source, *Error) {
	if len(text) > maxLength {
		return nil, &Error{Expr: text, From: maxLength, Reason: fmt.Sprintf("the expression is longer than %d bytes: it goes on", maxLength)}
	}
	if strings.TrimSpace(text) == "" {
		return nil, &Error{Expr: text, Reason: "the expression is empty", Advice: "such as uid != 0"}
	}
	r, err := rewrite(text)
	if err != nil {
		return nil, err
	}
	s := &source{text: text, places: r}
	config := conf.CreateNew()
	config.MaxNodes, config.DisableIfOperator = maxNodes, true
	tree, parseErr := parser.ParseWithConfig(string(r.text), config)
	if parseErr != nil {
		return nil, s.syntaxError(parseErr)
	}
	s.tree = tree.Node
	return s, nil
}

// errorAt returns an error at the place of a node.
func (s *source) errorAt(n ast.Node, format string, args ...any) *Error {
	return s.errorIn(n.Location(), fmt.Sprintf(format, args...))
}

func (s *source) errorIn(l file.Location, reason string) *Error {
	from := s.places.original(l.From)
	to := from + 1
	if l.To > l.From {
		to = s.places.original(l.To-1) + 1
	}
	return &Error{Expr: s.text, From: from, To: to, Reason: reason}
}

// syntaxError words an error of the library as ours are.
func (s *source) syntaxError(err error) *Error {
	var e *file.Error
	if !errors.As(err, &e) {
		return &Error{Expr: s.text, Reason: "the expression cannot be parsed: " + err.Error()}
	}
	length := len([]rune(s.text))
	message := regexp.MustCompile(`\w+\((".*")\)`).ReplaceAllString(e.Message, "$1")
	switch {
	case strings.HasPrefix(message, "unexpected token EOF"), strings.HasPrefix(message, "unexpected end"):
		return &Error{Expr: s.text, From: length, To: length + 1, Reason: "the expression ends too early"}
	case strings.HasPrefix(message, "literal not terminated"):
		return &Error{Expr: s.text, From: length, To: length + 1, Reason: "a string has no end"}
	case strings.Contains(message, "exceeds maximum allowed nodes"):
		return &Error{Expr: s.text, Reason: fmt.Sprintf("the expression has more than %d parts", maxNodes)}
	}
	if strings.Contains(message, "coalesce") {
		message = "the operator ?? is not known in filters"
	}
	found := s.errorIn(e.Location, strings.Replace(message, "unexpected token", "unexpected", 1))
	if _, token, ok := strings.Cut(message, `unexpected token "`); ok {
		found.Advice = meant(strings.TrimSuffix(token, `"`))
	}
	return found
}

// meant returns what may be meant by a token that has no meaning where it stands.
func meant(token string) string {
	switch token {
	case "=":
		return "values are compared with =="
	case "&", "|":
		return "conditions are joined by && and ||"
	case "any", "all", "none", "one", "count":
		return "what is asked of the items stands in braces, as in ancestors any {.name == \"sshd\"}"
	}
	known := []string{"startsWith", "endsWith", "contains", "matches", "in"}
	for _, k := range known {
		if strings.EqualFold(k, token) {
			return "perhaps " + k + "?"
		}
	}
	if near := event.NearestName(token, known); near != "" {
		return "perhaps " + near + "?"
	}
	return ""
}
