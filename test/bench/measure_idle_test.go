package main

import (
	"testing"
	"time"
)

func TestQuiet(t *testing.T) {
	busy := span{took: time.Second, created: 7, used: []time.Duration{500 * time.Millisecond}}
	calm := span{took: time.Second, used: []time.Duration{time.Millisecond}}
	calmer := span{took: time.Second, used: []time.Duration{0}}

	list := quiet([]span{calm, busy, calmer})
	if len(list) != 2 {
		t.Fatalf("%d spans are quiet, want 2", len(list))
	}
	if got, want := usedPercent(list, 0), 0.05; got != want {
		t.Errorf("%v %% was used, want %v %%", got, want)
	}
	if list := quiet([]span{busy, busy}); len(list) != 2 || usedPercent(list, 0) != 50 {
		t.Errorf("with no quiet span, %d are taken", len(list))
	}
}
