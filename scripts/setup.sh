#!/usr/bin/env bash
# Usage: scripts/setup.sh [PACKAGE...]
#
# Makes sure of a Go and of the packages, by their names in Debian. What is
# missing is installed with apt, as root; where that cannot be, it says what to
# install. Does nothing, and asks nobody, when all is there.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# has tells whether what a package is needed for is there, however it was installed.
has() {
	case $1 in
	llvm-19) type -P llvm-strip-19 ;;
	libbpf-dev) [ -e /usr/include/bpf/bpf_helpers.h ] ;;
	libc6-dev) [ -e /usr/include/stdio.h ] ;;
	libc6-dev-arm64-cross) [ -e /usr/aarch64-linux-gnu/include/stdio.h ] ;;
	libc6-dev-amd64-cross) [ -e /usr/x86_64-linux-gnu/include/stdio.h ] ;;
	gcc-aarch64-linux-gnu) type -P aarch64-linux-gnu-gcc ;;
	gcc-x86-64-linux-gnu) type -P x86_64-linux-gnu-gcc ;;
	qemu-system-x86) type -P qemu-system-x86_64 ;;
	qemu-system-arm) type -P qemu-system-aarch64 ;;
	e2fsprogs) type -P mke2fs || [ -x /usr/sbin/mke2fs ] ;;
	kmod) type -P modinfo || [ -x /usr/sbin/modinfo ] ;;
	xz-utils) type -P xz ;;
	nodejs) type -P node ;;
	libbpf-tools) type -P execsnoop || [ -x /usr/sbin/execsnoop ] ;;
	*) type -P "$1" ;;
	esac >/dev/null
}

missing=()
for package in "$@"; do
	has "$package" || missing+=("$package")
done
# From /, where no go.mod makes it fetch another version already.
go_status=0
go_error=$(cd / && "$here/go.sh" version 2>&1) || go_status=$?
if [ $go_status -ne 0 ] && [ $go_status -ne 2 ]; then
	printf '%s\n' "$go_error" >&2
	exit 1
fi
if [ ${#missing[@]} -eq 0 ] && [ $go_status -eq 0 ]; then
	exit 0
fi

if ! type -P apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
	[ $go_status -eq 0 ] || printf '%s\n' "$go_error" >&2
	if [ ${#missing[@]} -gt 0 ]; then
		echo "exectrail: missing, by their names in Debian: ${missing[*]}" >&2
		if type -P apt-get >/dev/null; then
			echo "hint: run the same command with sudo, and they are installed" >&2
		else
			echo "hint: install what this system calls them" >&2
		fi
	fi
	exit 1
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
if [ ${#missing[@]} -gt 0 ]; then
	apt-get install -qq -y --no-install-recommends "${missing[@]}"
fi
if [ $go_status -ne 0 ]; then
	"$here/install-go.sh"
fi
