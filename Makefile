# SPDX-License-Identifier: MIT
# The front door. `make demo` and `make test` do everything on a fresh Debian 12; CMake does the work.

JOBS := $(shell nproc 2> /dev/null || echo 2)
FUNCTION ?= all

.PHONY: help build docs demo test test-aarch64 bench sweep measure golden format clean

help:
	@echo 'make demo     compare activation functions on Fashion-MNIST and write a report (2 minutes)'
	@echo 'make test     build with gcc, clang, sanitizers and for other machines, and run all tests'
	@echo 'make test-aarch64   those of libramp for AArch64 alone, run by qemu (6 minutes)'
	@echo 'make build    build/bin/ramp, build/lib/libramp.so, build/lib/libramp-network.so'
	@echo 'make docs     build, and say where the pages on all functions are: build/docs/functions'
	@echo 'make bench    measure against PyTorch, oneDNN, XNNPACK and SLEEF, and say which targets are met'
	@echo 'make sweep FUNCTION=tanh   check all 2^32 floats of a function, on every variant, and record it'
	@echo '              in docs/accuracy.md; without FUNCTION, of all (two hours); goes on where it was stopped'
	@echo 'make measure  the largest errors of 64-bit results, likewise; FUNCTION=tanh for one (20 seconds)'
	@echo 'make golden   write tests/functions/golden/hashes.txt anew, for a new function'
	@echo 'make format   clang-format all C files'
	@echo 'make clean    remove build/'

build:
	@tools/setup.sh build
	@cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DRAMP_TESTS=OFF -DRAMP_BENCHMARKS=OFF \
	  > build.log 2>&1 || { cat build.log; rm -f build.log; exit 1; }
	@rm -f build.log
	@cmake --build build -j $(JOBS) --target all docs -- --no-print-directory -s

docs: build
	@echo build/docs/functions/index.html

demo: build
	@build/bin/ramp compare --functions relu,leaky_relu,elu,silu,tanh,sigmoid

test:
	@tools/setup.sh build test
	@tools/test.sh

test-aarch64:
	@tools/setup.sh build test
	@tools/test.sh aarch64

bench:
	@tools/setup.sh build bench
	@cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DRAMP_BENCHMARKS=ON > /dev/null
	@cmake --build build -j $(JOBS) -- --no-print-directory -s > /dev/null
	@benchmarks/run.sh

# The checks that take minutes write what they find into docs/accuracy.md.
define check_and_record
	@tools/setup.sh build test
	@cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DRAMP_TESTS=ON > /dev/null
	@cmake --build build -j $(JOBS) --target $(1) -- --no-print-directory -s
	@build/bin/$(1) $(FUNCTION) --state build/$(1).state --record docs/accuracy.md
endef

sweep:
	$(call check_and_record,ramp-sweep)
	$(call check_and_record,ramp-sweep-fast)

measure:
	$(call check_and_record,ramp-measure)

# For a new function; lines of functions that have not changed must stay as they are.
golden:
	@tools/setup.sh build test
	@cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DRAMP_TESTS=ON > /dev/null
	@cmake --build build -j $(JOBS) --target ramp-golden -- --no-print-directory -s
	@build/bin/ramp-golden tests/functions/golden/hashes.txt --write

format:
	@git ls-files '*.c' '*.h' | xargs clang-format-14 -i

clean:
	@rm -rf build
