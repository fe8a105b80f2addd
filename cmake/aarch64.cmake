# SPDX-License-Identifier: MIT
# Toolchain file: Debian's cross compiler for AArch64.
set(CMAKE_SYSTEM_PROCESSOR aarch64)
include(${CMAKE_CURRENT_LIST_DIR}/debian_cross.cmake)
