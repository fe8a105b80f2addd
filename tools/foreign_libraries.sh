#!/bin/sh
# SPDX-License-Identifier: MIT
# foreign_libraries.sh ARCHITECTURE FOLDER: unpacks into FOLDER the libraries that tests need on
# another of Debian's architectures (tools/packages, occasion ARCHITECTURE).  Nothing is installed and
# no right is needed: apt keeps lists and packages of its own in FOLDER, and checks their signatures
# with the system's keys.
set -eu
architecture=$1 folder=$2
packages=$(awk -v occasion="$architecture" '$1 == occasion { print $2 }' "$(dirname "$0")/packages")

# What is there is not fetched again.
[ "$(cat "$folder/unpacked" 2> /dev/null)" != "$packages" ] || exit 0

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial" "$folder/archives"

apt() {
  apt-get -q -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" \
    -o Dir::State="$folder" -o Dir::State::status=/dev/null -o Dir::Cache="$folder/cache" \
    -o APT::Sandbox::User="$(id -un)" "$@"
}

apt update
# shellcheck disable=SC2086 -- a list of words
(cd "$folder/archives" && apt download $packages)
for archive in "$folder"/archives/*.deb; do
  dpkg-deb -x "$archive" "$folder"
done
rm -rf "$folder/lists" "$folder/cache" "$folder/archives"
printf '%s\n' "$packages" > "$folder/unpacked"
