# SPDX-License-Identifier: MIT
"""Timing by turns: a noisy machine is noisy for all, and the smallest time of each counts.

A turn is many calls, after one that is not timed and fetches the arrays. They are timed in batches: long
enough for the clock and the call from Python, short enough that some are not interrupted. Threads that
wait for work keep a core busy for some time: where the next contender has threads of its own, it starts
when they sleep.
"""
import math
import time

TURN = {True: 1e-3, False: 4e-3}  # seconds, by whether there is one thread
BATCH = 1e-4                      # seconds, or one call
ROUNDS = 5                        # at least
LARGE = 1 << 22                   # elements from which a turn is one call
FAR = 10                          # times the fastest: who is that far behind has three turns

# Seconds for which waiting threads stay awake, by the pool that they belong to.
AWAKE = {"OpenMP": 0.012, "XNNPACK": 0.03, "another process": 0.012}


class Plain:
    """A call of Python's as a contestant."""
    pool = "OpenMP"

    def __init__(self, run):
        self.run = run

    def __call__(self):
        return self.run()

    def seconds(self, times):
        start = time.perf_counter()
        for _ in range(times):
            self.run()
        return (time.perf_counter() - start) / times


def least(contestant, calls, batches):
    """Seconds of a call in the best of so many batches of so many calls."""
    if hasattr(contestant, "least"):
        return contestant.least(calls, batches)
    return min(contestant.seconds(calls) for _ in range(batches))


def turn_of(best, count, threads):
    """Calls in a batch, and batches, for who took `best` seconds at best so far."""
    if count >= LARGE:
        return 1, 1
    if best == math.inf:
        return 1, 3
    calls = max(1, int(BATCH / best))
    return calls, max(1, int(TURN[threads == 1] / (calls * best)))


def best_times(contestants, count, threads, seconds):
    """Smallest nanoseconds per element of each; with `seconds` 0 of a single call, for a test."""
    if not seconds:
        return {name: 1e9 * c.seconds(1) / count for name, c in contestants.items()}
    best = dict.fromkeys(contestants, math.inf)
    end, rounds, pool = time.perf_counter() + seconds, 0, None
    while rounds < ROUNDS or time.perf_counter() < end:
        for name, contestant in contestants.items():
            if rounds >= 3 and best[name] > FAR * min(best.values()):
                continue
            if threads > 1 and pool not in (None, contestant.pool):
                time.sleep(AWAKE[pool])
            pool = contestant.pool
            if count < LARGE:
                contestant.seconds(1)
            turn = turn_of(best[name], count, threads)
            best[name] = min(best[name], least(contestant, *turn))
        rounds += 1
    return {name: 1e9 * best[name] / count for name in contestants}
