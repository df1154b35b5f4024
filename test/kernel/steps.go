package main

import (
	"path"
	"slices"
	"strings"

	"github.com/exectrail/exectrail/test/kernel/guest"
)

// doctorStep is the first step. Each package whose tests are run is one more: see testStep.
const doctorStep = "doctor"

// testStep returns the name of the step that runs the tests of a package.
func testStep(pkg string) string { return path.Base(pkg) }

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
	// The machines have no container runtimes, and nothing to build with.
	"TestContainerRuntimes", "TestRunBuilds", "TestReadStrace",
	// What is filtered: TestTermsTogether, TestTermsCgroup and TestTermsUnderOrphan meet in the kernel what these do.
	"TestTerms", "TestTermsNothing", "TestTermsPID", "TestTermsPinned", "TestTermsReplay", "TestTermsAncestor", "TestTermsUnderStorm",
	"TestTreeTooSmall", "TestFilterFlags", "TestFilterContainer", "TestFirstSeen",
	// What a session does with its pins: TestPinKilled and TestPinPlans find that each kernel keeps them.
	"TestPinReplay", "TestPinRefused", "TestPinNotFinished", "TestPinLostWithItsReader", "TestPinCheckpoint",
	"TestExamine", "TestExamineLeavesNothingBehind", "TestImpossiblePlan",
	// What a command is given and how it is told of: TestRunDaemon and TestRunTree find that each kernel tells of its tree. On 5.10
	// each session takes seconds to load there.
	"TestRunOdd", "TestRunEnds", "TestRunOrphans", "TestRunKilled", "TestRunStatus", "TestRunSignals", "TestRunNohup", "TestRunTerminal", "TestRunAsBare",
	"TestRunStreams", "TestRunUser", "TestRunWithoutRights", "TestRunAttachPID", "TestRunAttachCgroup", "TestRunDeny", "TestRunAllow",
	"TestRunReplaced", "TestRunLearn", "TestRunOutputs", "TestRunFolded", "TestRunOutputTaken", "TestRunKeepsOld",
	// What is read in an object, and in the tables of tracefs.
	"TestLayoutOfDeclaredType", "TestLayoutOfPlainName", "TestLayoutsOfObject", "TestStampSource",
	"TestCleanupPattern", "TestCleanupParse", "FuzzCleanupParse",
}

// notCore are tests that run on some kernels only, where kernels.txt says all: they are about pins, rights, files and the content
// of maps, which are the same system calls on each. They take half of the time.
var notCore = []string{
	"TestPinKilled", "TestPinPlans", "TestNothingIsLeftAfterKill",
	"TestLeastPrivilege", "TestTooLittlePrivilege", "TestPrivileges", "TestPrivilegesKept",
	"TestEnv", "TestFilledIn", "TestUsage", "TestDeepDirectory", "TestTerminal", "TestHost",
	"TestLoneEvent", "TestWithoutSelf", "TestSelf", "TestOpenFails", "TestSnapshotEnds",
	"TestMapsChanging", "TestMapsSameEitherWay",
	"TestCleanupPins", "TestCleanupUnmounted", "TestMapsHolders", "TestMapsChanging",
}

// hooks are tests of what the programs in the kernel read there, and what they are loaded and attached with. They run on every kernel.
var hooks = []string{
	"TestLoadEveryKnob", "TestPlans", "TestTriggers", "TestFlood", "TestRewrittenArguments", "TestExits", "TestCgroup", "TestMounts",
	"TestSignals", "TestContainerNames", "TestTermsTogether", "TestTermsCgroup", "TestTermsUnderOrphan", "TestObjectExecve",
}

// steps returns what a machine runs: the tests that were chosen for its kernel, or those that match run, as with go test.
func steps(run, chosen string) []guest.Step {
	skip := hostOnly
	switch {
	case run != "":
	case chosen == testsCore:
		skip = slices.Concat(hostOnly, notCore)
	case chosen == testsHooks:
		run = "^(" + strings.Join(hooks, "|") + ")$"
	}
	env := []string{
		"PATH=/bin", "HOME=/root",
		"EXECTRAIL_TRIGGERS=" + triggerDir, "EXECTRAIL_EXAMPLES=" + exampleDir, "EXECTRAIL_BINARY=" + binary,
		// No test may say that it cannot run, and each has the patience that an emulated machine needs.
		"EXECTRAIL_MUST_RUN=1", "EXECTRAIL_EMULATED=1",
	}
	tests := func(pkg string) guest.Step {
		command := []string{testBinary(pkg), "-test.v", "-test.timeout=0", "-test.skip=^(" + strings.Join(skip, "|") + ")$"}
		if run != "" {
			command = append(command, "-test.run="+run)
		}
		return guest.Step{Name: testStep(pkg), Dir: sourceDir + "/" + pkg, Command: command, Env: env}
	}
	list := []guest.Step{{Name: doctorStep, Dir: "/", Command: []string{binary, "doctor", "-o", "json"}, Env: env}}
	for _, pkg := range testPackages {
		list = append(list, tests(pkg))
	}
	return list
}
