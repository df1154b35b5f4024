package filter

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// number copies a number, or puts something that is one in the place of a duration or a size.
func (w *rewriter) number() *Error {
	end := w.at
	for end < len(w.src) {
		c := w.src[end]
		if c == '.' && end+1 < len(w.src) && !unicode.IsDigit(w.src[end+1]) {
			break // 1..5
		}
		exponent := (c == '+' || c == '-') && (w.src[end-1] == 'e' || w.src[end-1] == 'E') && end > w.at
		if !isLetter(c) && !unicode.IsDigit(c) && c != '.' && !exponent {
			break
		}
		end++
	}
	word := string(w.src[w.at:end])
	w.path, w.afterPoint = -1, false
	if isNumber(word) {
		w.copy(end - w.at)
		return nil
	}
	if _, err := time.ParseDuration(word); err == nil {
		w.out.add(`duration("`+word+`")`, w.at)
	} else if n, ok := parseSize(word); ok {
		w.out.add(strconv.FormatInt(n, 10), w.at)
	} else {
		return &Error{From: w.at, To: end, Reason: "bad number " + word, Advice: "a number is written 10, 1.5 or 0x1f, a duration 10s, 1m30s or 250ms, a size 10MiB or 5kB"}
	}
	w.at = end
	return nil
}

func isNumber(word string) bool {
	if _, err := strconv.ParseInt(word, 0, 64); err == nil {
		return true
	}
	word = strings.ReplaceAll(word, "_", "")
	if strings.TrimLeft(word, "0123456789") == "" {
		return true // if it is too large, the library says so
	}
	_, err := strconv.ParseFloat(word, 64)
	return err == nil && !strings.ContainsAny(word, "xXpPiInN")
}

// parseSize parses a number of bytes with a unit.
func parseSize(word string) (int64, bool) {
	for _, unit := range []struct {
		name  string
		bytes float64
	}{
		{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
		{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12},
	} {
		if number, ok := strings.CutSuffix(word, unit.name); ok {
			n, err := strconv.ParseFloat(number, 64)
			return int64(n * unit.bytes), err == nil && strings.Trim(number, "0123456789.") == "" && n*unit.bytes < 1<<62
		}
	}
	return 0, false
}
