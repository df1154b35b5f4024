package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A plan is what happens in a round.
type plan struct {
	number    int
	pinned    bool // the session outlives its tracer, which is killed and started anew
	failures  bool // failed execs are recorded, too
	tiny      bool // the buffer is so small that events are lost, which is then to be told
	scenarios []scenario
	trouble   *rand.Rand // of which the disturbances are drawn, as many as there is time for
}

// newPlan makes the plan of a round, which is always the same for a seed and a number. Without pins no session is pinned.
func newPlan(seed uint64, number int, pins bool) plan {
	random := rand.New(rand.NewPCG(seed, uint64(number)))
	p := plan{
		number:   number,
		pinned:   random.IntN(3) > 0 && pins,
		failures: random.IntN(4) == 0,
		tiny:     random.IntN(6) == 0,
		trouble:  rand.New(rand.NewPCG(random.Uint64(), 0)),
	}
	for i := range 1 + random.IntN(3) {
		// Every marker of a round is another one.
		p.scenarios = append(p.scenarios, newScenario(fmt.Sprintf("r%d-%c", number, 'a'+i), random))
	}
	return p
}

// pinName is that of the pinned session, of which there is one at a time.
const pinName = "soak"

// newScenario draws a scenario.
func newScenario(name string, random *rand.Rand) scenario {
	between := func(least, most int) int { return least + random.IntN(most-least+1) }
	switch random.IntN(6) {
	case 0:
		return flood{name: name, spawners: 2, execs: between(2_000, 20_000)}
	case 1:
		return flood{name: name, spawners: between(1, 3), execs: between(500, 5_000), bytes: between(1, 20_000)}
	case 2: // up to what a command line can take by default, and beyond
		return flood{name: name, spawners: 1, execs: between(3, 20), bytes: between(1<<20, 5<<20)}
	case 3:
		return bomb{name: name, processes: between(2_000, 10_000), ways: "xrqrdrx", limit: between(16, 200)}
	case 4:
		return bomb{name: name, processes: between(500, 3_000), ways: "dxqd", limit: 500}
	}
	return bomb{name: name, processes: between(500, 5_000), ways: "fxf", limit: 500}
}

// flags returns how exectrail is to be run.
func (p *plan) flags() []string {
	flags := []string{"trace", "-o", "json", "--forks", "--exits", "--redact=off"}
	if p.failures {
		flags = append(flags, "--failed")
	} else {
		flags = append(flags, "--no-failed")
	}
	if p.pinned {
		flags = append(flags, "--pin", pinName)
	}
	if p.tiny {
		flags = append(flags, "--buffer-size", "256K")
	}
	return flags
}

func (p *plan) String() string {
	var words []string
	for _, s := range p.scenarios {
		words = append(words, s.String())
	}
	if p.failures {
		words = append(words, "failed execs recorded")
	}
	if p.pinned {
		words = append(words, "pinned")
	}
	if p.tiny {
		words = append(words, "a tiny buffer")
	}
	return strings.Join(words, "; ")
}
