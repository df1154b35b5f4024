#!/bin/sh
# Makes testdata/demo.raw: a recording of the script session, in a virtual
# machine, so that nothing of the machine it is made on is in it.
#
#     testdata/demo/record.sh VMLINUZ BUSYBOX
#
# VMLINUZ is a kernel with BTF, such as that of a linux-image-cloud-amd64 package, and
# BUSYBOX the static one of the package busybox-static. It also needs qemu-system-x86.
set -eu

kernel=$(realpath "$1")
busybox=$(realpath "$2")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

for dir in bin usr/bin usr/local/bin etc/cron.daily proc sys dev tmp root home/alice srv/data var/backups; do
	mkdir -p "$root/$dir"
done
install "$busybox" "$root/bin/busybox"
for name in base64 cat cp grep gzip hostname ip kill ls mount poweroff rm sh sleep su tar; do
	ln -s busybox "$root/bin/$name"
done
for name in env find head pidof printf seq sha256sum sort; do
	ln -s ../../bin/busybox "$root/usr/bin/$name"
done
install -m 4755 "$busybox" "$root/usr/bin/ping"
install init "$root/init"
install backup "$root/etc/cron.daily/backup"
install session keep-alive "$root/usr/local/bin"
printf 'root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000:Alice:/home/alice:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\nalice:x:1000:\n' >"$root/etc/group"
printf '#!/usr/bin/python3 -u\nprint("report")\n' >"$root/srv/data/report.py"
chmod 755 "$root/srv/data/report.py"
echo 'to do: water the plants' >"$root/srv/data/a list of things.txt"
CGO_ENABLED=0 GOARCH=amd64 go build -trimpath -buildvcs=false -o "$root/usr/local/bin/exectrail" ../../cmd/exectrail

(cd "$root" && find . | "$busybox" cpio -o -H newc -R 0:0 | gzip -1) >"$work/initramfs"
timeout 300 qemu-system-x86_64 -m 512 -smp 2 -cpu max -nodefaults -display none -serial stdio -no-reboot \
	-rtc base=2026-01-15T02:59:50 -kernel "$kernel" -initrd "$work/initramfs" \
	-append 'console=ttyS0 quiet panic=-1' </dev/null | tr -d '\r' >"$work/console"
sed '/^BEGIN$/,/^END$/d' "$work/console"
sed -n '/^BEGIN$/,/^END$/p' "$work/console" | sed '1d;$d' | base64 -d | gzip -d >"$work/demo.raw"
mv "$work/demo.raw" ../demo.raw
