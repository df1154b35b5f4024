#!/usr/bin/env bash
# Usage: scripts/web.sh [--check | --test [NAME...]]
#
# Builds web/ into internal/timeline/page.html. With --check it builds into a file apart, and fails when the
# committed page is not the same. With --test it runs the tests of web/test, or those of the files named.
# Needs node and npm, and for the tests Chromium. The packages are those of web/package-lock.json, installed once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../web"

page=../internal/timeline/page.html

for program in node npm; do
	if ! type -P "$program" >/dev/null; then
		echo "exectrail: $program is missing, which builds the page of the timeline" >&2
		echo "hint: install the packages nodejs and npm" >&2
		exit 1
	fi
done

installed=node_modules/.installed
if ! cmp -s package-lock.json "$installed"; then
	npm ci --loglevel=error
	cp package-lock.json "$installed"
fi

case ${1:-} in
'')
	npm run --silent check
	node build.mjs "$page"
	;;
--check)
	npm run --silent check
	built=$(mktemp)
	trap 'rm -f "$built"' EXIT
	node build.mjs "$built"
	if ! cmp "$built" "$page"; then
		echo "exectrail: internal/timeline/page.html is not what web/ builds" >&2
		echo "hint: run scripts/web.sh and commit what it changes" >&2
		exit 1
	fi
	;;
--test)
	node test/run.mjs "${@:2}"
	;;
*)
	echo "usage: scripts/web.sh [--check | --test [NAME...]]" >&2
	exit 2
	;;
esac
