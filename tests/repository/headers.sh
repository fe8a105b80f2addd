#!/bin/sh
# SPDX-License-Identifier: MIT
# headers.sh ROOT COMPILER BUILD: every public header compiles alone, as C11 and as C++, and the
# examples in the headers compile, link and run, put together to one program.
set -eu
root=$1 compiler=$2 build=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

for header in "$root"/include/ramp/*.h; do
  printf '#include <ramp/%s>\nint nothing;\n' "${header##*/}" > alone.c
  $compiler -std=c11 -pedantic -Wall -Wextra -Werror -I"$root/include" -fsyntax-only alone.c
  # clang has C++ in the same package as C
  clang-14 -x c++ -std=c++11 -pedantic -Wall -Wextra -Werror -I"$root/include" -fsyntax-only alone.c
done

# example: the first block of code in a header's opening comment, without its includes
example() {
  awk 'sub(/^ \*     /, "") { if (!/^#include/) { code = 1; print } next } code { exit }'
}

# What trains for long on pictures trains here for moments on points.
{
  printf '#include <ramp/network.h>\n#include <ramp/tensor.h>\n#include <stdio.h>\n\n'
  printf 'int main(void) {\n'
  printf '{\n'
  sed '1,/SIMPLE USE/d' "$root/include/ramp/ramp.h" | example
  printf 'printf("%%g %%g %%g %%g\\n", y[0], y[1], y[2], y[3]);\n}\n'
  printf '{\n'
  sed '1,/SIMPLE USE/d' "$root/include/ramp/tensor.h" | example
  printf 'for (int i = 0; i < 6; i++)\n  printf("%%g%%c", result[i], " \\n"[i == 5]);\n}\n'
  printf 'ramp_evaluation evaluation;\n'
  for header in data network health; do example < "$root/include/ramp/$header.h"; done
  printf 'ramp_history_free(history);\nramp_network_free(network);\n'
  printf 'ramp_data_free(train);\nramp_data_free(test);\nreturn 0;\n}\n'
} | sed 's/fashion-mnist/xor/; s/dense 10"/dense 2"/; s/784/2/; s/dense 256/dense 4/' > example.c
grep -q ramp_data_open example.c
grep -q ramp_train example.c
grep -q ramp_verdict_name example.c

$compiler -std=c11 -Wall -Wextra -Werror -I"$root/include" example.c -L"$build/lib" \
  -Wl,-rpath,"$build/lib" -lramp-network -lramp -o example
./example > said
head -n 1 said | grep -qx -- '-0.2 -0 0.5 3'
sed -n 2p said | grep -qx -- '0 4 2 0 0 6'
# One line for each unit of the first layer.
[ "$(sed 1,2d said | grep -cxE 'healthy|linear|saturated|dying|dead|broken')" = 4 ]
