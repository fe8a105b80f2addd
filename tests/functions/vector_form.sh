#!/bin/sh
# SPDX-License-Identifier: MIT
# vector_form.sh OBJDUMP VARIANT OBJECT...: fails when a loop in the objects has lost its vector
# form.  Each loop is a symbol <function>_forward, <function>_derivative_of or <function>_backward; it must
# hold packed instructions on the widest registers of the variant, and call nothing: a call is a
# function that the compiler did not inline, or libm's.
objdump=$1 variant=$2
shift 2
case $variant in
  avx512) register=zmm ;;
  avx2) register=ymm ;;
  *) register=xmm ;;
esac
"$objdump" -dr --no-show-raw-insn "$@" | awk -v register="$register" -v variant="$variant" '
  function judge() {
    if (!loop) return
    loops++
    if (!packed) fault("no packed instruction on " register)
    if (calls) fault("calls " called)
  }
  function fault(why) { printf "%s %s: %s\n", variant, loop, why; faults++ }
  /^[0-9a-f]+ <.*>:$/ {
    judge()
    loop = substr($2, 2, length($2) - 3)
    if (loop !~ /_(forward|derivative_of|backward)$/) loop = ""
    packed = calls = 0
    next
  }
  # Packed arithmetic, blends, compares and moves of doubles, floats or integers.
  loop && index($0, "%" register) && $2 ~ /^v?(p|mov[au]p|mul|add|sub|div|max|min|blend|cmp|and|or|xor|fn?m)/ &&
    $2 !~ /s[sd]$/ { packed++ }
  loop && $2 ~ /^call/ { calls++; called = $0 }
  END {
    judge()
    if (!loops) { printf "%s: no loops found\n", variant; exit 1 }
    printf "%s: %d loops, %d without their vector form\n", variant, loops, faults
    exit faults > 0
  }'
