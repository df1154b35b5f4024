#!/usr/bin/env bash
# Usage: scripts/go.sh ARGUMENT...
#
# Runs a Go that can build this module. sudo drops the PATH on which Go stands,
# so its usual places are searched too. A Go older than go.mod asks for will do
# when it can fetch the right one by itself, which every Go from 1.21 on can.
# Exits with status 2 when there is none.
set -euo pipefail

oldest=1.21
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
wanted=$(awk '$1 == "go" { print $2 }' "$root/go.mod")

candidates() {
	local home
	home=$(getent passwd "${SUDO_USER:-$(id -u)}" | cut -d: -f6)
	type -P go || true
	printf '%s\n' /usr/local/go/bin/go "$home"/{go,.local/go}/bin/go /snap/bin/go
	printf '%s\n' "$home"/sdk/go*/bin/go /usr/lib/go-*/bin/go | sort -rV
}

version_of() {
	# From /, so that no go.mod and no go.work has a say in it.
	(cd / && GOTOOLCHAIN=local "$1" version 2>/dev/null) | grep -oE -m 1 '[0-9]+\.[0-9]+[0-9a-z.]*' || true
}

# at_least tells whether the version $2 is $1 or newer.
at_least() { printf '%s\n' "$1" "$2" | sort -VC; }

newest='' newest_version=0
while read -r go; do
	[ -x "$go" ] || continue
	version=$(version_of "$go")
	if at_least "$wanted" "${version:-0}"; then
		exec "$go" "$@"
	fi
	at_least "${version:-0}" "$newest_version" || newest=$go newest_version=$version
done < <(candidates)

if ! at_least "$oldest" "$newest_version"; then
	echo "exectrail: Go $oldest or newer is needed to build, and was not found" >&2
	if type -P apt-get >/dev/null; then
		echo "hint: 'sudo make build' installs it from the distribution's packages" >&2
	else
		echo "hint: install it as https://go.dev/doc/install tells" >&2
	fi
	exit 2
fi
if [ "${GOTOOLCHAIN:-auto}" = local ]; then
	echo "exectrail: $newest is Go $newest_version, go.mod asks for $wanted, and GOTOOLCHAIN=local keeps it from being fetched" >&2
	echo "hint: unset GOTOOLCHAIN, or install Go $wanted" >&2
	exit 1
fi
# Distributions make "local" the default in their own configuration: the environment goes before that.
GOTOOLCHAIN=${GOTOOLCHAIN:-auto} exec "$newest" "$@"
