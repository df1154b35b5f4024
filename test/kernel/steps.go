package main

import (
	"slices"
	"strings"

	"github.com/exectrail/exectrail/test/kernel/guest"
)

// Names of the steps.
const (
	doctorStep = "doctor"
	probeStep  = "probe"
	objectStep = "object"
	e2eStep    = "e2e"
)

// hostOnly are tests that the machines leave out, to be done in a third of the time. They are about what goes on above
// the records that the kernel gave, or add nothing on another kernel to what the rest shows. The machine that runs the
// matrix has run them already.
var hostOnly = []string{
	// What is made of the records.
	"TestReplay", "TestDamagedRecording", "TestTraceJSON", "TestTraceCount", "TestTraceHead", "TestTraceUnprivileged",
	"TestTraceFrozen", "TestTraceSignal", "TestEnvChoice",
	"TestStartUnderStorm", "TestMergeOrder",
	"TestBlockedOutput", "TestEndWithBlockedOutput", "TestFullDisk", "TestDiskStaysFull",
	// What the process keeps and gives up of its own.
	"TestNothingIsLeft", "TestSeveralTracers", "TestIdle", "TestPrivilegesGivenUp",
	// Another test meets the same in the kernel: TestTinyBuffer, TestFlood, TestDegraded, the step doctor, TestPlans.
	"TestFullRing", "TestLap", "TestLossInTheMiddle", "TestFrozenReader", "TestFrozenShort", "TestFrozenLong", "TestFrozenSmall",
	// What a session does with its pins: TestPinKilled and TestPinPlans find that each kernel keeps them.
	"TestPinReplay", "TestPinRefused", "TestPinNotFinished", "TestPinLostWithItsReader", "TestPinCheckpoint",
	"TestExamine", "TestExamineLeavesNothingBehind", "TestImpossiblePlan",
}

// notCore are tests that run on some kernels only, where kernels.txt says all: they are about pins, rights and files, which
// are the same system calls on each. They take half of the time.
var notCore = []string{
	"TestPinKilled", "TestPinPlans", "TestNothingIsLeftAfterKill",
	"TestLeastPrivilege", "TestTooLittlePrivilege", "TestPrivileges", "TestPrivilegesKept",
	"TestEnv", "TestFilledIn", "TestUsage", "TestDeepDirectory", "TestTerminal", "TestHost",
	"TestLoneEvent", "TestWithoutSelf", "TestSelf", "TestOpenFails", "TestSnapshotEnds",
}

// steps returns what a machine runs: with core the core of the tests, or those that match run, as with go test.
func steps(run string, core bool) []guest.Step {
	skip := hostOnly
	if core && run == "" {
		skip = slices.Concat(hostOnly, notCore)
	}
	env := []string{
		"PATH=/bin", "HOME=/root",
		"EXECTRAIL_TRIGGERS=" + triggerDir, "EXECTRAIL_EXAMPLES=" + exampleDir, "EXECTRAIL_BINARY=" + binary,
		// No test may say that it cannot run, and each has the patience that an emulated machine needs.
		"EXECTRAIL_MUST_RUN=1", "EXECTRAIL_EMULATED=1",
	}
	tests := func(step, pkg string) guest.Step {
		command := []string{testBinary(pkg), "-test.v", "-test.timeout=0", "-test.skip=^(" + strings.Join(skip, "|") + ")$"}
		if run != "" {
			command = append(command, "-test.run="+run)
		}
		return guest.Step{Name: step, Dir: sourceDir + "/" + pkg, Command: command, Env: env}
	}
	return []guest.Step{
		{Name: doctorStep, Dir: "/", Command: []string{binary, "doctor", "-o", "json"}, Env: env},
		tests(probeStep, probePackage),
		tests(objectStep, objectPackage),
		tests(e2eStep, e2ePackage),
	}
}
