#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Training on Fashion-MNIST: Ramp and PyTorch by turns, in images per second.

    /usr/bin/python3 peers.py build/bin/bench-training [--rounds N] [--epochs N]
                                                       [--threads N ...]

Both train 784-256-128-10 with relu, mini-batches of 128, Adam, in a new order every
epoch, and report the median over the rounds. PyTorch runs the loop its tutorials show, on
tensors in memory, with both of its Adams; the faster one counts. The clock covers
training alone on both sides. A run whose test accuracy shows that it did not learn is no
result.

PyTorch multiplies matrices with the system's BLAS. Its speed there decides: OpenBLAS
(package libopenblas0-pthread) makes it ten times as fast as the reference BLAS, and the
report says which one was loaded. OpenBLAS's threads and PyTorch's own get into each
other's way, which is why one thread is the default here.
"""
import argparse
import ctypes
import gzip
import os
import statistics
import subprocess
import time

import numpy as np
import torch

FOLDER = "/usr/share/datasets/fashion-mnist"
BATCH = 128


def blas_files():
    with open("/proc/self/maps", encoding="utf-8") as maps:
        files = {os.path.realpath(line.split()[-1]) for line in maps if "blas" in line}
    return sorted(files)


def images_and_labels(part):
    with gzip.open(f"{FOLDER}/{part}-images-idx3-ubyte.gz") as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
    with gzip.open(f"{FOLDER}/{part}-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    x = torch.from_numpy(images.astype(np.float32) / 255)
    return x, torch.from_numpy(labels.astype(np.int64))


def set_threads(threads):
    """PyTorch tells OpenMP, but not an OpenBLAS that has threads of its own."""
    torch.set_num_threads(threads)
    for file in blas_files():
        set_blas_threads = getattr(ctypes.CDLL(file), "openblas_set_num_threads", None)
        if set_blas_threads:
            set_blas_threads(threads)


def train_pytorch(foreach, threads, epochs, train, test):
    set_threads(threads)
    torch.manual_seed(1)
    x, labels = train
    model = torch.nn.Sequential(
        torch.nn.Linear(784, 256), torch.nn.ReLU(),
        torch.nn.Linear(256, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    optimiser = torch.optim.Adam(model.parameters(), foreach=foreach)
    loss_of = torch.nn.CrossEntropyLoss()
    start = time.perf_counter()
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for at in range(0, len(x), BATCH):
            rows = order[at:at + BATCH]
            optimiser.zero_grad()
            loss = loss_of(model(x[rows]), labels[rows])
            loss.backward()
            optimiser.step()
    seconds = time.perf_counter() - start
    with torch.no_grad():
        accuracy = (model(test[0]).argmax(1) == test[1]).double().mean().item()
    return epochs * len(x) / seconds, accuracy


def run_ramp(program, threads, *arguments):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    output = subprocess.run([program, *map(str, arguments)], env=environment, check=True,
                            capture_output=True, text=True).stdout
    return [float(word) for word in output.split()]


def checked(who, speed, accuracy):
    if accuracy < 0.8:
        raise SystemExit(f"{who} reached a test accuracy of {accuracy:.3f}: not a result")
    return speed


def one_round(program, threads, epochs, train, test):
    ramp = checked("Ramp", *run_ramp(program, threads, "train", epochs)[:2])
    peers = [checked("PyTorch", *train_pytorch(foreach, threads, epochs, train, test))
             for foreach in (False, True)]
    return ramp, *peers


def report_training(options, train, test):
    print("images per second, and Ramp's over the better of PyTorch's")
    print(f"{'threads':>7} {'Ramp':>9} {'PyTorch':>9} {'foreach':>9}  ratio")
    for threads in options.threads:
        rounds = [one_round(options.program, threads, options.epochs, train, test)
                  for _ in range(options.rounds)]
        ramp, plain, foreach = map(statistics.median, zip(*rounds))
        print(f"{threads:7} {ramp:9.0f} {plain:9.0f} {foreach:9.0f}  "
              f"{ramp / max(plain, foreach):.2f}", flush=True)


def report_health(options):
    print("counting the health of units, as a share of the time for as many images")
    for threads in options.threads:
        without, counting = run_ramp(options.program, threads, "health", 15)
        speed = run_ramp(options.program, threads, "train", 1)[0]
        cost = counting - without
        print(f"{threads:7} threads: {cost / without:.1%} of an evaluation, "
              f"{cost / (10000 / speed):.1%} of training")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    options = parser.parse_args()
    train, test = images_and_labels("train"), images_and_labels("t10k")
    names = " ".join(os.path.basename(file) for file in blas_files())
    print(f"PyTorch {torch.__version__} with {names}; medians of {options.rounds} "
          f"rounds of {options.epochs} epochs")
    report_training(options, train, test)
    report_health(options)


main()
