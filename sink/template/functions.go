package template

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/printable"
)

// escapeFunction is the name of what is put behind each pipeline.
const escapeFunction = "_escape"

func functions() template.FuncMap {
	return template.FuncMap{
		escapeFunction: escape,
		"json":         toJSON,
		"upper":        func(v any) string { return strings.ToUpper(plainText(v)) },
		"lower":        func(v any) string { return strings.ToLower(plainText(v)) },
	}
}

// plainText returns v as it is shown, but for the escapes. Nothing is shown for a value that an event does not have.
func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		return string(event.AppendTime(nil, v))
	default:
		return fmt.Sprint(v)
	}
}

// words is a list of strings, shown as words of the shell.
type words []string

// String returns the words, each quoted as the shell needs it.
func (w words) String() string {
	var text []byte
	for i, word := range w {
		if i > 0 {
			text = append(text, ' ')
		}
		text = printable.AppendWords(text, word+"\x00")
	}
	return string(text)
}

// escape returns v as it is shown.
func escape(v any) string {
	text := plainText(v)
	if printable.PlainLen(text) == len(text) {
		return text
	}
	return string(printable.AppendEscaped(nil, text))
}

// toJSON returns v as JSON. Text is exact as far as it is UTF-8.
func toJSON(v any) (string, error) {
	text, err := appendJSON(nil, v)
	return string(text), err
}

func appendJSON(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case string:
		dst, _ = printable.AppendJSON(append(dst, '"'), v)
		return append(dst, '"'), nil
	case uint64:
		return strconv.AppendUint(dst, v, 10), nil
	case time.Duration:
		return strconv.AppendInt(dst, int64(v), 10), nil // nanoseconds
	case time.Time:
		return append(event.AppendTime(append(dst, '"'), v), '"'), nil
	case words:
		dst = append(dst, '[')
		for i, word := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst, _ = appendJSON(dst, word) // a string has no error
		}
		return append(dst, ']'), nil
	case map[string]any:
		dst = append(dst, '{')
		for i, name := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst, _ = appendJSON(dst, name) // a string has no error
			var err error
			if dst, err = appendJSON(append(dst, ':'), v[name]); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	default: // numbers and truth values that functions return
		text, err := json.Marshal(v)
		return append(dst, text...), err
	}
}
