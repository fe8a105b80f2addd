#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the packages of tools/packages that are missing for the occasions named as arguments
# (build, test, bench). Asks first on a terminal, unless root; where there is no apt-get it says
# what to install and goes on, for the libraries may be there under other names.
set -eu
cd "$(dirname "$0")/.."

missing=""
for occasion in "$@"; do
  for package in $(awk -v occasion="$occasion" '$1 == occasion { print $2 }' tools/packages); do
    if command -v dpkg-query > /dev/null &&
      dpkg-query -W -f '${db:Status-Status}\n' "$package" 2> /dev/null | grep -qx installed; then
      continue
    fi
    missing="$missing $package"
  done
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get > /dev/null; then
  # Without apt nobody can tell what is missing; one reminder for each build folder is enough.
  [ -e build/CMakeCache.txt ] ||
    printf 'Ramp needs these Debian packages, or what corresponds to them here:\n%s\n' "$missing" >&2
  exit 0
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  printf 'Ramp needs these packages:%s\n' "$missing" >&2
  if ! command -v sudo > /dev/null || [ ! -t 0 ]; then
    printf 'Install them with: apt-get install --no-install-recommends%s\n' "$missing" >&2
    exit 1
  fi
  printf 'Install them now with sudo apt-get? [Y/n] ' >&2
  read -r answer
  case "$answer" in
    "" | y | Y | yes | Yes) as_root=sudo ;;
    *) exit 1 ;;
  esac
fi

# Old lists of packages are the usual reason for a failing install: refresh and try once more.
install() {
  # shellcheck disable=SC2086 -- a list of words
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}
install || { $as_root apt-get update -q && install; }
