#!/usr/bin/env bash
# Usage: scripts/kernels.sh DIRECTORY SERIES FLAVOUR ARCH VERSION SUITE
#
# Puts a kernel of Debian into the new DIRECTORY: vmlinuz, modules/ with what a test machine has to load, named
# in the order in which it loads them, and version. Where SUITE has no VERSION (any more), it takes the newest
# of SERIES. It comes from the mirror that apt uses; apt checks it against the signed index of the archive, in
# lists of its own, so that the machine's stay as they are. Needs no root.
set -euo pipefail

directory=$1 series=$2 flavour=$3 arch=$4 wanted=$5 suite=$6

# What is missing here is built into the kernel.
modules=(crc32c_generic virtio_pci virtio_blk ext4 overlay)

PATH=$PATH:/usr/sbin:/sbin # where kmod is
export LC_ALL=C

fail() {
	printf 'exectrail: %s\n' "$1" >&2
	shift
	[ $# -eq 0 ] || printf 'hint: %s\n' "$@" >&2
	exit 1
}

# release prints a field of the archive that this machine's packages come from.
release() { apt-get indextargets --format "\$($1)" 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1; }

# keyring prints the file of the archive's keys: the one that apt's sources name, or else the distribution's.
keyring() {
	local file
	for file in "$(release SIGNED_BY)" /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
		if [ -f "$file" ]; then
			echo "$file"
			return
		fi
	done
	fail "the keys of the Debian archive are missing" "install debian-archive-keyring"
}

# configure_apt makes apt see one suite of one architecture, and trust nothing but its keys.
configure_apt() {
	local mirror key
	mirror=$(release REPO_URI)
	[ -n "$mirror" ] || fail "apt knows no mirror of Debian, which the kernels come from" \
		"run 'apt-get update' first; on another distribution, the kernel tests cannot run"
	key=$(keyring)
	mkdir -p "$tmp"/{lists/partial,archives/partial,root}
	touch "$tmp/status"
	echo "deb [arch=$arch signed-by=$key] $mirror $suite main" >"$tmp/sources.list"
	apt_options=(-qq
		-o "Dir::Etc::sourcelist=$tmp/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
		-o "Dir::State::lists=$tmp/lists" -o "Dir::State::status=$tmp/status" -o "Dir::Cache=$tmp"
		-o "APT::Architecture=$arch" -o "APT::Architectures=$arch"
		-o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
		-o Acquire::AllowInsecureRepositories=false -o APT::Get::AllowUnauthenticated=false
		-o APT::Update::Error-Mode=any)
}

# candidates prints VERSION NAME for each kernel of the series. The name is that of its packages, without linux-image-.
candidates() {
	local names
	names=$(apt-cache "${apt_options[@]}" search --names-only "^linux-(image|binary)-${series//./\\.}\..*-$flavour-$arch\$" |
		cut -d' ' -f1)
	[ -n "$names" ] || return 0
	# shellcheck disable=SC2086 # one word each
	apt-cache "${apt_options[@]}" madison $names | sed -E 's/^ *linux-(image|binary)-([^ ]*) *\| *([^ ]*) .*/\3 \2/'
}

# choose sets version and name.
choose() {
	local all
	all=$(candidates | sort -uV)
	[ -n "$all" ] || fail "$suite has no kernel $series for $flavour-$arch"
	read -r version name < <(grep -F "$wanted " <<<"$all" || tail -n 1 <<<"$all")
	[ "$version" = "$wanted" ] || echo "$suite has no $wanted any more: the newest $series is $version"
}

exists() { apt-cache "${apt_options[@]}" show "$1" >/dev/null 2>&1; }

# unpack fetches the packages of the kernel, and unpacks what may be needed. From 7.x on the image package is an empty one.
unpack() {
	local package packages=("linux-image-$name")
	if exists "linux-binary-$name"; then
		packages=("linux-binary-$name" "linux-modules-$name")
	fi
	for package in "${packages[@]}"; do
		(cd "$tmp/archives" && apt-get "${apt_options[@]}" download "$package=$version")
		dpkg-deb --fsys-tarfile "$tmp/archives/$package"_*.deb |
			tar -x -C "$tmp/root" --wildcards '*/vmlinuz*' '*/kernel/fs/*' '*/kernel/lib/*' '*/kernel/crypto/*' \
				'*/kernel/drivers/virtio/*' '*/kernel/drivers/block/*' 2>"$tmp/tar.log" ||
			# Not every package has every folder.
			! grep -v -e 'Not found in archive' -e 'Exiting with failure status' "$tmp/tar.log"
	done
}

# place copies a module, and those that it depends on before it.
place() {
	local file=${file_of[${1//-/_}]:-} dependency to
	if [ -z "$file" ] || [ -n "${placed[$file]:-}" ]; then
		return
	fi
	placed[$file]=yes
	for dependency in $(modinfo -F depends "$file" | tr ',' ' '); do
		place "$dependency"
	done
	count=$((count + 1))
	to=$(printf '%s/modules/%02d-%s.ko' "$tmp/made" "$count" "$1")
	if [[ $file == *.xz ]]; then
		xz -dc "$file" >"$to"
	else
		cp "$file" "$to"
	fi
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# As root, apt fetches as a user of its own.
chmod 755 "$tmp"

configure_apt
apt-get "${apt_options[@]}" update >"$tmp/update.log" 2>&1 || {
	cat "$tmp/update.log" >&2
	fail "the index of $suite cannot be fetched, and the kernel $series is not in the cache yet" \
		"the kernels are fetched once: check the network and the mirror of apt, then run it again"
}
choose
echo "fetching $name ($version) from $suite"
if [ "$(id -u)" -eq 0 ] && getent passwd _apt >/dev/null; then
	chown _apt "$tmp/archives"
fi
unpack

declare -A file_of=() placed=()
count=0
while read -r file; do
	module=${file##*/}
	module=${module%%.ko*}
	file_of[${module//-/_}]=$file
done < <(find "$tmp/root" -name '*.ko*')

mkdir -p "$tmp/made/modules"
find "$tmp/root" -name 'vmlinuz*' -exec cp {} "$tmp/made/vmlinuz" \;
[ -s "$tmp/made/vmlinuz" ] || fail "the packages of $name hold no kernel"
for module in "${modules[@]}"; do
	place "$module"
done
echo "$version" >"$tmp/made/version"
# In one step: a directory that is there is complete.
mkdir -p "$(dirname "$directory")"
cp -r "$tmp/made" "$directory.new"
mv -T "$directory.new" "$directory"
