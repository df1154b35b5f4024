package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A figure is what several measurements of the same thing came to. The half
// of them lies between low and high.
type figure struct {
	median, low, high float64
}

// summarize returns the median and the quartiles. Of nothing they are NaN.
func summarize(values []float64) figure {
	sorted := slices.Sorted(slices.Values(values))
	return figure{quantile(sorted, 0.5), quantile(sorted, 0.25), quantile(sorted, 0.75)}
}

// quantile interpolates between the two values around the place q, from 0 to 1.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	place := q * float64(len(sorted)-1)
	below := int(place)
	above := min(below+1, len(sorted)-1)
	return sorted[below] + (place-float64(below))*(sorted[above]-sorted[below])
}

func median(values []float64) float64 { return summarize(values).median }

// spread returns how far the quartiles are apart.
func (f figure) spread() float64 { return f.high - f.low }

// text shows the median with its spread, if there is one.
func (f figure) text(decimals int) string {
	if f.low == f.high {
		return number(f.median, decimals)
	}
	return fmt.Sprintf("%s (%s to %s)", number(f.median, decimals), number(f.low, decimals), number(f.high, decimals))
}

// change shows a figure that may be below zero.
func (f figure) change(decimals int) string {
	sign := ""
	if f.median > 0 {
		sign = "+"
	}
	return sign + f.text(decimals)
}

const noNumber = "–"

// number shows a number with thousands apart, or that there is none.
func number(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return noNumber
	}
	digits := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if v < 0 && strings.Trim(digits, "0.") != "" {
		whole = "-" + whole
	}
	return whole
}
