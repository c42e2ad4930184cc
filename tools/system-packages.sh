#!/usr/bin/env bash
# system-packages.sh: install what the Makefile's targets need of this system, if it is missing.
# As root on Debian or a relative it is installed; anywhere else the missing ones are named.
set -eu

# program             Debian package
needed="
  ar                  binutils
  bwrap               bubblewrap
  chromedriver        chromium-driver
  chromium            chromium
  debootstrap         debootstrap
  node                nodejs
  npm                 npm
  tar                 tar
  xz                  xz-utils
"
# BROWSERS names more of them than the one that everything else needs.
case ${BROWSERS:-} in *firefox*) needed="$needed
  firefox-esr         firefox-esr" ;; esac
case ${BROWSERS:-} in *webkitgtk*) needed="$needed
  WebKitWebDriver     webkit2gtk-driver
  Xvfb                xvfb" ;; esac
# With a container engine, or the whole toolchain on the PATH, no root file system is made.
case ${WASMATTE_TOOLCHAIN:-} in
  path | container) unneeded="bwrap debootstrap" ;;
  *) unneeded="" ;;
esac
if [ "$(id -u)" -ne 0 ]; then unneeded="bwrap debootstrap"; fi

missing=""
while read -r program package; do
  [ -n "$program" ] || continue
  case " $unneeded " in *" $program "*) continue ;; esac
  override=$(printf '%s' "$program" | tr '[:lower:]-' '[:upper:]_')   # CHROMIUM=, CHROMEDRIVER=, FIREFOX_ESR=
  if [ -n "${!override:-}" ] || command -v "$program" >/dev/null 2>&1; then continue; fi
  missing="$missing $package"
done <<<"$needed"
# Debian keeps what makes virtual environments in a package of its own.
if [ -z "${PYTHON:-}" ]; then python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3 python3-venv"; fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "[wasmatte] installing:$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  # shellcheck disable=SC2086  # a list of packages
  { apt-get -q update && apt-get -q install --yes --no-install-recommends $missing; } >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    echo "[wasmatte] could not install:$missing" >&2
    exit 1
  }
  rm -f "$log"
else
  echo "[wasmatte] please install these programs first (the names are those of Debian's packages):$missing" >&2
  exit 1
fi
