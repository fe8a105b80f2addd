#!/bin/sh
# SPDX-License-Identifier: MIT
# vector_form_neon.sh OBJDUMP OBJECT...: for AArch64 what vector_form.sh is for x86-64, of the same
# loops.  Here instructions tell vectors (v0.2d, v0.4s) from scalars (d0, s0), so the work itself can
# be judged: a loop must have an innermost body, between a branch backwards and its target, that
# computes on whole vectors and does nothing to single numbers or lanes; where the compiler unrolled
# all of it, that holds for the symbol.  It must write arrays by whole registers (q), and call nothing.
objdump=$1
shift
"$objdump" -dr --no-show-raw-insn "$@" |
  awk '
  # What instructions `from` to `to` do: "vector", "scalar" where they handle single numbers, or "".
  function work(from, to,   i, kind) {
    for (i = from; i <= to; i++) {
      if (text[i] ~ /^([fsu][a-z]+[0-9]?|mov|dup|ins) ([bhsd][0-9]|[wx][0-9]+,v)/) return "scalar"
      if (text[i] ~ /^fmov [wx][0-9]+,[hsd]/ || text[i] ~ /^(mov|ld[1-4]) .*v[0-9.a-z}]*\[[0-9]/ &&
          text[i] !~ /^mov v[0-9]+\.[0-9]/) return "scalar"
      if (text[i] ~ /[^}]v[0-9]+\.(2d|4s|8h|16b)/ && text[i] !~ /^(movi?|dup|ld|st)/) kind = "vector"
    }
    return kind
  }
  function judge(   i, j, from, bodies, inner) {
    if (!loop || shared) return
    loops++
    for (i = 1; i <= n; i++) {
      if (!(i in target) || !(target[i] in at) || at[target[i]] > i) continue
      bodies++
      from = at[target[i]]
      inner = 1
      for (j = from; j < i; j++)
        if (j in target && target[j] in at && at[target[j]] <= j && at[target[j]] >= from) inner = 0
      if (inner && work(from, i) == "vector") vectors++
    }
    if (!bodies && work(1, n) == "vector") vectors++
    if (!vectors) fault("no body computes on whole vectors alone")
    if (!stores) fault("no array is written by whole registers")
    if (calls) fault("calls " called)
  }
  function fault(why) { printf "neon %s: %s\n", loop, why; faults += !(loop in faulty); faulty[loop] }
  /^[0-9a-f]+ <.*>:$/ {
    judge()
    loop = substr($2, 2, length($2) - 3)
    if (loop !~ /_(forward|derivative_of|backward|by_[a-z_]*_sum|loop)$/) loop = ""
    split("", at); split("", text); split("", target)
    n = vectors = stores = calls = shared = 0
    next
  }
  loop && $1 ~ /^[0-9a-f]+:$/ && $2 !~ /^R_/ {
    at[substr($1, 1, length($1) - 1)] = ++n
    text[n] = $2 " "
    for (i = 3; i <= NF && $i !~ /^(\/\/|<)/; i++) text[n] = text[n] $i
    if ($2 ~ /^(b\.|cbn?z|tbn?z)/) target[n] = $2 ~ /^b/ ? $3 : $2 ~ /^c/ ? $4 : $5
    if (n == 1 && $2 == "b") shared = 1
    if (text[n] ~ /^(st[pr]|stur) q|^st[1-4] \{v[0-9]+\.(2d|4s|8h|16b)/ && text[n] !~ /\[(sp|x29)/) stores++
    if ($2 ~ /^blr?$/) { calls++; called = $0 }
  }
  END {
    judge()
    if (!loops) { print "neon: no loops found"; exit 1 }
    printf "neon: %d loops, %d without their vector form\n", loops, faults
    exit faults > 0
  }'
