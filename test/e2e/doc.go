// Package e2e tests exectrail against the kernel it runs on: the programs of
// test/triggers do something odd and tell what really happened, and what was
// recorded is compared with that.
//
// The tests run as root in the initial pid namespace. EXECTRAIL_MUST_RUN=1 turns each skip
// into a failure, EXECTRAIL_TRIGGERS names a directory with the triggers
// already compiled, EXECTRAIL_EXAMPLES one with the examples, and EXECTRAIL_BINARY
// an exectrail already built.
package e2e
