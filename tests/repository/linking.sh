#!/bin/sh
# SPDX-License-Identifier: MIT
# linking.sh ROOT COMPILER BUILD: a program links with the libraries where they lie, without an
# installation: static and shared, the functions alone and the network; libramp needs nothing
# but the C library and OpenMP.
set -eu
root=$1 compiler=$2 build=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

cat > functions.c << 'EOF'
#include <ramp/ramp.h>
int main(void) {
  ramp_function f;
  float x = -2, y = 0;
  return ramp_function_parse("leaky_relu:0.5", &f) || ramp_forward(&f, RAMP_F32, 1, &x, &y) ||
         y != -1;
}
EOF
cat > network.c << 'EOF'
#include <ramp/network.h>
int main(void) {
  ramp_network *network;
  ramp_data *train, *test;
  ramp_history *history;
  ramp_training how = ramp_training_defaults();
  if (ramp_data_open("xor", NULL, &train, &test) ||
      ramp_network_create("dense 4 tanh, dense 2", 2, 1, &network) ||
      ramp_train(network, &how, train, test, &history))
    return 1;
  ramp_history_free(history);
  ramp_network_free(network);
  ramp_data_free(train);
  ramp_data_free(test);
  return 0;
}
EOF

# link NAME LIBRARIES...: compiles, links and runs NAME.c
link() {
  name=$1
  shift
  $compiler -std=c11 -Wall -Wextra -Werror -I"$root/include" "$name.c" "$@" -o "$name"
  "./$name"
}
link functions "$build/lib/libramp.a" -fopenmp -lm
link network "$build/lib/libramp-network.a" "$build/lib/libramp.a" -ldnnl -lz -fopenmp -lm
link functions -L"$build/lib" -Wl,-rpath,"$build/lib" -lramp
link network -L"$build/lib" -Wl,-rpath,"$build/lib" -lramp-network -lramp

# Sanitizers bring libraries of their own.
case $compiler in *-fsanitize*) exit 0 ;; esac
strangers=$(objdump -p "$build/lib/libramp.so" | awk '$1 == "NEEDED" { print $2 }' |
  grep -vE '^lib(c|m|gomp|omp|omp5|pthread)(\.|-|$)|^ld-linux' || true)
[ -z "$strangers" ] || { echo "libramp.so needs $strangers"; exit 1; }
