package main

import "github.com/exectrail/exectrail/test/builds"

// size says how much is measured.
type size struct {
	kernelRounds, kernelBlocks, kernelSpawns int // spawns in one block
	pairRounds, pairSpawns                   int
	pairChunks, chunkCalls                   int // system calls in one chunk
	floodRounds, floodExecs                  int
	frozen                                   []frozenLoad
	idleSpans                                int // of a second
	readyRounds                              int
	buildRounds                              int
	build                                    string // of builds.Package, for a shell
	goBenchTime                              string // as for -benchtime
}

var fullSize = size{
	kernelRounds: 3, kernelBlocks: 12, kernelSpawns: 200,
	pairRounds: 15, pairSpawns: 800,
	pairChunks: 60, chunkCalls: 5000,
	floodRounds: 3, floodExecs: 20_000,
	frozen:      []frozenLoad{{20_000, 0}, {100_000, 0}, {50_000, 4096}},
	idleSpans:   10,
	readyRounds: 7,
	buildRounds: 5, build: builds.Command,
	goBenchTime: "300ms",
}

var quickSize = size{
	kernelRounds: 1, kernelBlocks: 5, kernelSpawns: 200,
	pairRounds: 3, pairSpawns: 400,
	pairChunks: 20, chunkCalls: 5000,
	floodRounds: 1, floodExecs: 2_000,
	frozen:      []frozenLoad{{2_000, 0}, {10_000, 0}, {5_000, 4096}},
	idleSpans:   2,
	readyRounds: 3,
	buildRounds: 1, build: "./configure",
	goBenchTime: "20ms",
}
