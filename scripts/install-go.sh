#!/usr/bin/env bash
# Usage: scripts/install-go.sh
#
# Installs with apt, as root, the newest Go that the distribution packages, when it is one that can fetch
# newer ones by itself (1.21). On a stable release that is often found in the backports only: they are added
# for this one installation, in files of its own, and the machine's own sources stay as they are.
set -euo pipefail

apt_options=()

# newest prints the package of the newest Go that apt knows.
newest() {
	apt-cache "${apt_options[@]}" search --names-only '^golang-1\.[0-9]+-go$' | cut -d' ' -f1 | sort -V | tail -n 1
}

recent_enough() { [ -n "$1" ] && printf '%s\n' golang-1.21-go "$1" | sort -VC; }

# add_backports lets apt see the backports of this release, on the mirror that it uses for the release itself.
add_backports() {
	local codename mirror
	codename=$(release VERSION_CODENAME)
	# shellcheck disable=SC2016 # apt fills the fields in
	mirror=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
		awk -v codename="$codename" '$1 == codename && $2 == "main" { print $3; exit }')
	[ -n "$mirror" ] || return 0

	mkdir "$tmp/sources" "$tmp/lists"
	find /etc/apt/sources.list.d -maxdepth 1 -type f -exec cp -t "$tmp/sources" {} +
	{
		printf '%s\n' "Types: deb" "URIs: $mirror" "Suites: $codename-backports" "Components: main"
		signed_by
	} >"$tmp/sources/exectrail-backports.sources"
	apt_options=(-o "Dir::Etc::sourceparts=$tmp/sources" -o "Dir::State::lists=$tmp/lists"
		-o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache=")
	apt-get -qq "${apt_options[@]}" update
}

# signed_by names the file of the distribution's keys: newer releases do not trust them for every source by themselves.
signed_by() {
	local file
	for file in "/usr/share/keyrings/$(release ID)-archive-keyring".{gpg,pgp}; do
		if [ -e "$file" ]; then
			echo "Signed-By: $file"
			return
		fi
	done
}

# release prints a field of os-release(5).
release() { sed -n "s/^$1=\"\?\([^\"]*\)\"\?$/\1/p" /etc/os-release; }

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# apt fetches as a user of its own.
chmod 755 "$tmp"

package=$(newest)
if ! recent_enough "$package"; then
	echo "exectrail: the newest Go of this release is too old, looking in its backports" >&2
	add_backports
	package=$(newest)
fi
if ! recent_enough "$package"; then
	echo "exectrail: this distribution has no package of Go 1.21 or newer" >&2
	echo "hint: install Go as https://go.dev/doc/install tells, then run the same command again" >&2
	exit 1
fi
# Go fetches the version that go.mod names over https.
apt-get -qq "${apt_options[@]}" install -y --no-install-recommends "$package" ca-certificates
