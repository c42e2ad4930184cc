#!/usr/bin/env bash
# configure.sh REQUIREMENTS...: what a fresh Debian with the packages of packages.txt still needs.
# Run inside the root file system or the image, as root.
set -eu

# pyodide-build and Emscripten look for LLVM's tools by their plain names.
mkdir -p /usr/lib/wasmatte
for tool in /usr/bin/llvm-*-[0-9]*; do
  name=${tool##*/}
  ln -sf "$tool" "/usr/lib/wasmatte/${name%-*}"
done

# Source packages from every suite that has a pinned one; the mirror is the one of this system.
mirror=$(awk '$1 == "deb" { print $2; exit }' /etc/apt/sources.list)
{
  for suite in bookworm trixie testing sid; do echo "deb-src $mirror $suite main"; done
  echo "deb $mirror bookworm main"   # headers of Boost; lower priority than this system's own packages
} >/etc/apt/sources.list.d/pinned.list
printf 'Package: *\nPin: release n=bookworm\nPin-Priority: 100\n' >/etc/apt/preferences.d/pinned
cat >/etc/apt/apt.conf.d/wasmatte <<'CONF'
APT::Sandbox::User "root";
Acquire::Check-Valid-Until "false";
CONF
apt-get -q update

python3 -m venv /opt/python
/opt/python/bin/pip install --quiet --disable-pip-version-check "$@"
