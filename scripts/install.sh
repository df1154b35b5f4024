#!/usr/bin/env bash
# Usage: DESTDIR= PREFIX=/usr/local scripts/install.sh
#
# Installs bin/exectrail, its man pages and its shell completions.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

to=${DESTDIR:-}${PREFIX:-/usr/local}

install -D -m 755 bin/exectrail "$to/bin/exectrail"
install -D -m 644 -t "$to/share/man/man1" docs/man/*.1

completion() {
	mkdir -p "$to/share/$(dirname "$2")"
	bin/exectrail completion "$1" >"$to/share/$2"
	chmod 644 "$to/share/$2"
}
completion bash bash-completion/completions/exectrail
completion zsh zsh/site-functions/_exectrail
completion fish fish/vendor_completions.d/exectrail.fish
