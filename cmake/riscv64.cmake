# SPDX-License-Identifier: MIT
# Toolchain file: Debian's cross compiler for RISC-V.
set(CMAKE_SYSTEM_PROCESSOR riscv64)
include(${CMAKE_CURRENT_LIST_DIR}/debian_cross.cmake)
