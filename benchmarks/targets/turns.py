# SPDX-License-Identifier: MIT
"""Timing by turns: a noisy machine is noisy for all, and the smallest time of each counts.

A turn is many calls, so that what a clock and a call from Python cost is shared, after one that is not
timed and fetches the arrays. Threads of a pool that wait for work keep a core busy for some time: where
the next contender has threads of its own, it starts when they sleep.
"""
import time

TURN = {True: 1e-3, False: 4e-3}  # seconds, by whether there is one thread
ROUNDS = 5                        # at least
LARGE = 1 << 22                   # elements from which a turn is one call

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


def calls_in_a_turn(contestant, one_thread):
    once = contestant.seconds(1)
    if once < 1e-4:
        once = contestant.seconds(20)
    return max(1, int(TURN[one_thread] / once))


def best_times(contestants, count, threads, seconds):
    """Smallest nanoseconds per element of each; with `seconds` 0 of a single call, for a test."""
    if not seconds:
        return {name: 1e9 * c.seconds(1) / count for name, c in contestants.items()}
    calls = {name: 1 if count >= LARGE else calls_in_a_turn(c, threads == 1)
             for name, c in contestants.items()}
    best = {name: float("inf") for name in contestants}
    end, rounds, pool = time.perf_counter() + seconds, 0, None
    while rounds < ROUNDS or time.perf_counter() < end:
        for name, contestant in contestants.items():
            if threads > 1 and pool not in (None, contestant.pool):
                time.sleep(AWAKE[pool])
            pool = contestant.pool
            if count < LARGE:
                contestant.seconds(1)
            best[name] = min(best[name], contestant.seconds(calls[name]))
        rounds += 1
    return {name: 1e9 * best[name] / count for name in contestants}
