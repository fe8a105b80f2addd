# SPDX-License-Identifier: MIT
# The instruction sets that hot loops are compiled for, and the compiler's flags for each:
# the names are those of src/kernels/variants.def.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  set(RAMP_VARIANTS baseline avx2 avx512)
  set(RAMP_FLAGS_avx2 -march=x86-64-v3)
  set(RAMP_FLAGS_avx512 -march=x86-64-v4 -mprefer-vector-width=512)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64|ARM64)$")
  # Every such CPU has it.
  set(RAMP_VARIANTS neon)
else()
  set(RAMP_VARIANTS baseline)
endif()
# Those with fused multiply-add, which the fast precision needs.
set(RAMP_FUSED_VARIANTS avx2 avx512 neon)
