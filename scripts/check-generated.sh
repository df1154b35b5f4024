#!/usr/bin/env bash
# Usage: scripts/check-generated.sh
#
# Fails when a committed generated file is not what `make generate` makes of the source. It works on copies of
# the tree, so that nothing here changes, and so that a path which slips into the output shows as a difference.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

copies=$(mktemp -d)
trap 'rm -rf "$copies"' EXIT
mkdir "$copies/committed"
tar --exclude=./.git --exclude=./bin --exclude=./web/node_modules -cf - . | tar -xf - -C "$copies/committed"
cp -a "$copies/committed" "$copies/generated"

(cd "$copies/generated" && scripts/go.sh generate ./...)

cd "$copies"
if ! diff -rq committed generated; then
	echo "exectrail: generated files differ from the source" >&2
	echo "hint: run 'make generate' and commit what it changes" >&2
	exit 1
fi
