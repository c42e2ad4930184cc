#!/usr/bin/env bash
# fetch-debian.sh source|binary PACKAGE=VERSION FILE: put FILE of a Debian package into this folder.
#
# A pinned version may have left the suites that the mirror serves while its upstream tarball is still
# there; apt then fails on another file of the package after it has fetched the one that is wanted.
# So apt's exit status does not matter here: the caller checks FILE against its sha256.
set -u
kind=$1 package=$2 file=$3
case $kind in
  source) apt-get -q source --download-only "$package" ;;
  binary) apt-get -q download "$package" ;;
  *) echo "fetch-debian.sh: the kind must be source or binary, not '$kind'" >&2; exit 2 ;;
esac >apt.log 2>&1
[ -f "$file" ] || { tail -n 3 apt.log >&2; exit 1; }
