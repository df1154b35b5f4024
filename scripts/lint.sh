#!/usr/bin/env bash
# Usage: scripts/lint.sh
#
# Runs golangci-lint and shellcheck. The linter is built once, beside Go's own cache.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=v2.15.0

# The linter looks for Go on the PATH, and it must be built by one no older than the code it checks.
PATH="$(scripts/go.sh env GOROOT)/bin:$PATH"
tools="$(dirname "$(go env GOCACHE)")/exectrail-tools/golangci-lint-$version-$(go env GOVERSION)"
if [ ! -x "$tools/golangci-lint" ]; then
	echo "building golangci-lint $version, once: this takes a few minutes"
	(
		go_version=$(go env GOVERSION)
		cd / && GOTOOLCHAIN=$go_version CGO_ENABLED=0 GOBIN=$tools \
			go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$version"
	)
fi

"$tools/golangci-lint" run ./...
shellcheck scripts/*.sh testdata/demo/*.sh .ci/run
