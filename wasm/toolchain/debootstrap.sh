#!/usr/bin/env bash
# debootstrap.sh SUITE FOLDER: make FOLDER/root, a Debian with the cross toolchain, as root.
# FOLDER/requirements.txt names what pip installs in it.
set -eu
suite=$1 folder=$2
here=$(cd "$(dirname "$0")" && pwd)
log=$folder/debootstrap.log

packages=$(paste -sd, "$here/packages.txt")
debootstrap --variant=minbase --include="$packages" "$suite" "$folder/root" >"$log" 2>&1 ||
  { tail -n 20 "$log" >&2; exit 1; }

# Certificates of this machine: where a proxy of its own signs, pip must know it.
if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
  cp -L /etc/ssl/certs/ca-certificates.crt "$folder/root/etc/ssl/certs/ca-certificates.crt"
fi
mapfile -t requirements <"$folder/requirements.txt"
bwrap --bind "$folder/root" / --dev /dev --proc /proc --tmpfs /tmp \
  --ro-bind /etc/resolv.conf /etc/resolv.conf --ro-bind "$here" /mnt \
  --clearenv --setenv PATH /usr/sbin:/usr/bin:/sbin:/bin --setenv HOME /root \
  --setenv PIP_CERT /etc/ssl/certs/ca-certificates.crt \
  bash /mnt/configure.sh "${requirements[@]}" >>"$log" 2>&1 ||
  { tail -n 20 "$log" >&2; exit 1; }
rm -f "$folder/root/var/cache/apt/archives/"*.deb
