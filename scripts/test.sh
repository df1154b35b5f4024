#!/usr/bin/env bash
# Usage: scripts/test.sh
#
# Runs every check and test, goes on after one that failed, and ends with how many passed and failed.
# As root nothing may be left out: a test that skips on a machine that could run it fails. Otherwise
# the tests that need root skip, and the end says so. FUZZ_RUNS (10000) is for each fuzz target, MINUTES (1)
# for the soak, KERNEL_ARGS for the tests on the matrix of kernels, such as -write docs/compatibility.md.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

go=scripts/go.sh
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0

# check NAME COMMAND... counts as one test. Its output is shown when it fails.
check() {
	local name=$1
	shift
	echo "== $name, after $SECONDS s"
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		cat "$log"
		echo "FAIL $name"
	fi
}

# tests NAME ARGUMENT... runs go test.
tests() {
	local name=$1
	shift
	results "$name" env CGO_ENABLED=1 "$go" test -v "$@"
}

# results NAME COMMAND... counts each test and subtest by itself that a command tells of as go test -v does.
results() {
	local name=$1 status
	shift
	echo "== $name, after $SECONDS s"
	"$@" 2>&1 | tee "$log" | brief
	status=${PIPESTATUS[0]}
	passed=$((passed + $(count PASS)))
	failed=$((failed + $(count FAIL)))
	skipped=$((skipped + $(count SKIP)))
	[ "$status" -ne 0 ] || return 0
	# A package that does not compile, or panics, has no failed test of its own.
	[ "$(count FAIL)" -ne 0 ] || failed=$((failed + 1))
	failures
	echo "FAIL $name"
}

# brief keeps a line for each package, and for each test that skipped with its reason, where that stands before it.
brief() { awk '/^(ok|FAIL)/ { print } /^ *--- SKIP/ { print; if (before ~ /\.go:[0-9]+: /) print before } { before = $0; fflush() }'; }

# failures prints what the packages that failed said.
failures() {
	awk '/^=== |^ *--- PASS/ { next } { said = said $0 "\n" } /^ok / { said = "" } /^FAIL\t/ { printf "%s", said; said = "" } END { printf "%s", said }' "$log"
}

count() { grep -cE "^ *--- $1:" "$log"; }

is_formatted() {
	local files
	files=$("$("$go" env GOROOT)/bin/gofmt" -l .) && echo "$files" && [ -z "$files" ]
}

builds_for_arm64() (
	export GOARCH=arm64 CGO_ENABLED=0
	"$go" build ./... && "$go" vet ./...
)

# fuzz_targets prints each fuzz test of the tree as FOLDER:func NAME.
fuzz_targets() { grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sed 's|/[^/]*_test.go:|:|' | sort; }

root=false
[ "$(id -u)" -ne 0 ] || root=true
$root && export EXECTRAIL_MUST_RUN=1

check "generated files" scripts/check-generated.sh
check "gofmt" is_formatted
check "go.mod" "$go" mod tidy -diff
check "go vet" "$go" vet ./...
check "lint (the first time, this builds the linter)" scripts/lint.sh
check "arm64" builds_for_arm64
check "page of the timeline" scripts/web.sh --check
check "page of the timeline in a browser" scripts/web.sh --test

mapfile -t packages < <("$go" list ./... | grep -v '/test/')
tests "tests, with the race detector" -count=1 -race "${packages[@]}"
tests "tests on the live kernel" -count=1 -p 1 ./test/...
if $root; then
	check "soak, MINUTES=${MINUTES:-1}" "$go" run ./test/soak -minutes "${MINUTES:-1}"
else
	skipped=$((skipped + 1))
fi
# shellcheck disable=SC2086 # one word each
results "tests on the kernels of the matrix" "$go" run ./test/kernel -v ${KERNEL_ARGS:-}

# A number of runs, not of seconds: at the end of the time Go 1.26 may take its own deadline for a failure (go.dev/issue/75804).
# What is of interest is made smaller for up to a minute each, unless told otherwise.
mapfile -t targets < <(fuzz_targets)
for target in "${targets[@]}"; do
	name=${target#*:func }
	check "$name" "$go" test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZ_RUNS:-10000}x" -fuzzminimizetime 100x "${target%%:*}"
done

$root || echo "The tests that need root were skipped: run 'sudo make test' for all of them."
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
