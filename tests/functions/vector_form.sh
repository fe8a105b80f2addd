#!/bin/sh
# SPDX-License-Identifier: MIT
# vector_form.sh OBJDUMP VARIANT ARITHMETIC OBJECT...: fails when a loop in the objects has lost its
# vector form.  Each loop is a symbol <function>_forward, <function>_derivative_of,
# <function>_backward, <function>_by_<parameter>_sum or <what>_loop; it must write arrays by whole
# registers of the variant's width, and call nothing but loops of one register, register_..., which are
# judged as well: any other call is of a function that the compiler did not inline, or libm's.  A symbol
# that begins with a jump is another loop's, which the compiler found to be the same.  Stores past the
# caches (movnt) count, too.  Bounded loops, and those called float_..., may write half registers: of
# floats, from whole ones of doubles.  (Packed arithmetic proves less: scalar code masks signs with it.
# GCC writes two doubles for old CPUs by halves, movlps and movhps.)
objdump=$1 variant=$2 arithmetic=$3
shift 3
case $variant in
  avx512) whole=zmm half='[yz]mm' ;;
  avx2) whole=ymm half='[xy]mm' ;;
  neon) exec "${0%.sh}_neon.sh" "$objdump" "$@" ;;
  *) whole=xmm half=xmm ;;
esac
[ "$arithmetic" != bounded ] || whole=$half
"$objdump" -dr --no-show-raw-insn "$@" |
  awk -v whole="$whole" -v half="$half" -v variant="$variant" '
  function judge() {
    if (!loop || shared) return
    loops++
    if (!stores) fault("no array is written by whole " register " registers")
    if (calls) fault("calls " called)
  }
  function fault(why) { printf "%s %s: %s\n", variant, loop, why; faults++ }
  /^[0-9a-f]+ <.*>:$/ {
    judge()
    loop = substr($2, 2, length($2) - 3)
    sub(/\.(isra|constprop|part)\..*/, "", loop) # what GCC names its own forms of a function
    if (loop !~ /_(forward|derivative_of|backward|by_[a-z_]*_sum|loop)$/) loop = ""
    register = loop ~ /^float_/ ? half : whole
    stores = calls = shared = instructions = 0
    next
  }
  $1 ~ /^[0-9a-f]+:$/ && instructions++ == 0 && $2 == "jmp" { shared = 1 }
  loop && $2 ~ /^v?mov(nt(dq|p[sd])|[auh]p[sd]|dq[au])/ && $3 ~ ("^%" register "[0-9]+,.*\\(%r") &&
    $3 !~ /\(%r(sp|ip)|\(%rbp\)/ { stores++ }
  loop && $2 ~ /^call/ && $0 !~ /<register_/ { calls++; called = $0 }
  END {
    judge()
    if (!loops) { printf "%s: no loops found\n", variant; exit 1 }
    printf "%s: %d loops, %d without their vector form\n", variant, loops, faults
    exit faults > 0
  }'
