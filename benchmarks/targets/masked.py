# SPDX-License-Identifier: MIT
"""relu with one bit an element kept for the way back, against relu that keeps x: forward + backward."""
import contenders
from table import MI, line, size, threads

LEAST = 1.4
PASSES = {"forward": contenders.FORWARD, "backward": contenders.BACKWARD,
          "masked forward": contenders.FORWARD_MASKED,
          "masked backward": contenders.BACKWARD_MASKED}
HEADING = line(["size", "threads", *PASSES, "ratio", "met"]) + "\n" + line(["---"] * 8)


def contestants(field, a, number):
    return {name: field.call("Ramp", "relu", which, a, number) for name, which in PASSES.items()}


def ratio(times):
    return ((times["forward"] + times["backward"]) /
            (times["masked forward"] + times["masked backward"]))


def row(count, number, times):
    reached = ratio(times)
    return line([size(count), str(number), *(f"{times[name]:.3f}" for name in PASSES),
                 f"**{reached:.2f}**", "yes" if reached >= LEAST else "no"])


def summary(found):
    """Of [(count, threads, times)]."""
    met = sum(ratio(times) >= LEAST for _, _, times in found)
    count, number, times = min(found, key=lambda one: ratio(one[2]))
    return (f"- {LEAST} times the speed without masks: **{met} of {len(found)}** cells; worst "
            f"{ratio(times):.2f} ({size(count)}, {threads(number)})")
