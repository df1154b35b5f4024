package main

import (
	"math"
	"testing"
)

func TestSummarize(t *testing.T) {
	for _, tt := range []struct {
		values []float64
		want   figure
	}{
		{[]float64{7}, figure{7, 7, 7}},
		{[]float64{4, 1, 3, 2, 5}, figure{3, 2, 4}},
		{[]float64{40, 10, 20, 30}, figure{25, 17.5, 32.5}},
		{[]float64{1, 1, 1, 1, 1000}, figure{1, 1, 1}},
	} {
		if got := summarize(tt.values); got != tt.want {
			t.Errorf("summarize(%v) = %v, want %v", tt.values, got, tt.want)
		}
	}
	if f := summarize(nil); !math.IsNaN(f.median) {
		t.Errorf("the median of nothing is %v, want NaN", f.median)
	}
}

func TestSummarizeKeepsOrder(t *testing.T) {
	values := []float64{3, 1, 2}
	summarize(values)
	if values[0] != 3 {
		t.Errorf("the values were sorted in place: %v", values)
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct {
		figure   figure
		decimals int
		signed   bool
		want     string
	}{
		{figure{1502.4, 1490, 1566.5}, 0, false, "1,502 (1,490 to 1,566)"},
		{figure{0.19, 0.19, 0.19}, 2, false, "0.19"},
		{figure{5, -1.26, 7}, 1, true, "+5.0 (-1.3 to 7.0)"},
		{figure{-5, -6, 7}, 1, true, "-5.0 (-6.0 to 7.0)"},
	} {
		got := tt.figure.text(tt.decimals)
		if tt.signed {
			got = tt.figure.change(tt.decimals)
		}
		if got != tt.want {
			t.Errorf("%v is shown as %q, want %q", tt.figure, got, tt.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, tt := range []struct {
		value    float64
		decimals int
		want     string
	}{
		{0, 0, "0"},
		{999, 0, "999"},
		{1000, 0, "1,000"},
		{1234567.891, 2, "1,234,567.89"},
		{-1234.5, 1, "-1,234.5"},
		{-0.04, 1, "0.0"},
		{math.NaN(), 1, noNumber},
		{math.Inf(1), 1, noNumber},
	} {
		if got := number(tt.value, tt.decimals); got != tt.want {
			t.Errorf("number(%v, %d) = %q, want %q", tt.value, tt.decimals, got, tt.want)
		}
	}
}
