#!/bin/sh
# SPDX-License-Identifier: MIT
# setup.sh ROOT: what tools/setup.sh does on machines of several kinds, each a folder of fake
# commands that is the whole path.
set -eu
root=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/tools" "$scratch/bin"
cp "$root/tools/setup.sh" "$root/tools/packages" "$scratch/tools"

die() {
  printf 'setup.sh: %s\n' "$1"
  sed 's/^/  it said: /' "$scratch/said"
  exit 1
}

# fake NAME: the command NAME, its text from standard input
fake() {
  { echo '#!/bin/sh'; cat; } > "$scratch/bin/$1"
  chmod +x "$scratch/bin/$1"
}

# machine: a path with nothing on it but what every machine has
machine() {
  rm -rf "$scratch/bin" "$scratch/build"
  mkdir "$scratch/bin"
  : > "$scratch/installed"
  for name in sh awk grep dirname cat env; do
    ln -s "$(command -v "$name")" "$scratch/bin/$name"
  done
}

# installed PACKAGE...: dpkg-query knows of these and no others; "all" means any
installed() {
  fake dpkg-query << EOF
for package; do :; done
case " $* " in
  *" all "* | *" \$package "*) echo installed ;;
  *) exit 1 ;;
esac
EOF
}

recording_apt() {
  fake apt-get << EOF
echo "\$@" >> "$scratch/installed"
EOF
}

# run OCCASION...: sets `code`, and the file `said`
run() {
  code=0
  PATH=$scratch/bin "$scratch/tools/setup.sh" "$@" > "$scratch/said" 2>&1 < /dev/null || code=$?
}

# Nothing is missing: nothing happens.
machine
installed all
recording_apt
run build test bench
[ "$code" = 0 ] || die "exit code $code although nothing is missing"
[ ! -s "$scratch/said" ] || die 'it speaks although nothing is missing'
[ ! -s "$scratch/installed" ] || die 'it installs although nothing is missing'

# No apt: the list, and on; silent when a build has worked.
machine
run build
[ "$code" = 0 ] || die "exit code $code without apt-get"
for package in $(awk '$1 == "build" { print $2 }' "$root/tools/packages"); do
  grep -qwF -- "$package" "$scratch/said" || die "$package is not in the list"
done
! grep -qw chromium "$scratch/said" || die 'a package that only tests need is in the list'
mkdir "$scratch/build"
touch "$scratch/build/CMakeCache.txt"
run build
[ "$code" = 0 ] && [ ! -s "$scratch/said" ] || die 'it repeats itself where a build works'

# Neither root nor at a terminal: what to install, and exit 1.
for with_sudo in no yes; do
  machine
  installed gcc make
  recording_apt
  echo 'echo 1000' | fake id
  [ "$with_sudo" = no ] || echo 'exec "$@"' | fake sudo
  run build
  [ "$code" = 1 ] || die "exit code $code for a user without rights (sudo: $with_sudo)"
  grep -q 'apt-get install .*zlib1g-dev' "$scratch/said" || die 'it does not say what to install'
  ! grep -qw gcc "$scratch/said" || die 'it lists what is there'
  [ ! -s "$scratch/installed" ] || die 'it installs without having asked'
done

# Root: what is missing and no more; with fresh lists where the first attempt fails.
machine
installed all
recording_apt
echo 'echo 0' | fake id
fake dpkg-query << 'EOF'
for package; do :; done
[ "$package" != zlib1g-dev ] && echo installed
EOF
run build
[ "$code" = 0 ] || die "exit code $code for root"
grep -q 'install .* zlib1g-dev$' "$scratch/installed" || die 'zlib1g-dev is not installed'
! grep -qw gcc "$scratch/installed" || die 'it installs what is there'
fake apt-get << EOF
echo "\$@" >> "$scratch/installed"
[ "\$1" = update ] || grep -q '^update' "$scratch/installed"
EOF
: > "$scratch/installed"
run build
[ "$code" = 0 ] || die 'it gives up where old lists of packages were in the way'
