# SPDX-License-Identifier: MIT
"""The targets as data, and what measured times say of them. Knows no contender but by name, and no
machine.

A ratio is a peer's time over Ramp's. A share of a copy is taken byte by byte: forward moves as many as
a copy does, backward, with one array more to read, half as many again.
"""
from collections import Counter, namedtuple
from dataclasses import dataclass, field

KI, MI = 1 << 10, 1 << 20
IN_CACHE, IN_MEMORY = (4 * KI, 64 * KI, MI), (64 * MI,)
FORWARD, BACKWARD = "forward", "backward"

PYTORCH = "PyTorch", "PyTorch AVX-512"
PEERS = *PYTORCH, "oneDNN", "XNNPACK", "SLEEF"
BACK = *PYTORCH, "oneDNN"       # those that go back as well
WHO_CLIP = *BACK, "XNNPACK"
FOR_INTEREST = "NumPy", "libm"
AGAINST = {"PyTorch": PYTORCH, "the best peer": PEERS}
BYTES_OF_A_COPY = {FORWARD: 1, BACKWARD: 1.5}

CLIPPING = "relu", "leaky_relu", "relu6", "hard_tanh"
LINES = (*CLIPPING, "prelu", "rrelu", "threshold", "step", "sign", "abs", "hard_sigmoid",
         "hard_shrink", "soft_shrink")
SMOOTH = ("sigmoid", "log_sigmoid", "tanh", "arctan", "softsign", "softplus", "elu", "celu", "selu",
          "gelu", "gelu_tanh", "silu", "mish", "tanh_shrink", "exp")

# What one precision of Ramp's is to reach: so many times the speed of `against`, and this share of
# a copy's.
Tier = namedtuple("Tier", "least against share", defaults=[None])


@dataclass
class Target:
    name: str
    title: str
    functions: tuple
    passes: tuple
    sizes: tuple
    exact: Tier
    fast: Tier = None
    one_thread: bool = True  # as well as all
    peers: tuple = PEERS
    dtype: str = "float32"

    def tiers(self):
        return {name: tier for name, tier in (("exact", self.exact), ("fast", self.fast)) if tier}


PY, BEST = "PyTorch", "the best peer"
TARGETS = [
    Target("clipping", "relu, leaky_relu and clip, in cache", CLIPPING, (FORWARD, BACKWARD), IN_CACHE,
           Tier(1.0, BEST), peers=WHO_CLIP),
    Target("lines", "Piecewise-linear, 64 Mi out of place", LINES, (FORWARD, BACKWARD), IN_MEMORY,
           Tier(1.3, BEST, 0.95), peers=WHO_CLIP),
    Target("smooth", "Smooth, in cache, forward", SMOOTH, (FORWARD,), IN_CACHE,
           Tier(1.0, PY), Tier(1.0, BEST)),
    Target("smooth-backward", "Smooth, in cache, backward", SMOOTH, (BACKWARD,), IN_CACHE,
           Tier(1.0, PY), Tier(1.5, BEST), peers=BACK),
    Target("smooth-memory", "Smooth, 64 Mi, all threads", SMOOTH, (FORWARD, BACKWARD), IN_MEMORY,
           Tier(1.2, BEST), Tier(1.2, BEST, 0.9), one_thread=False),
    *(Target(short, f"{short}, in cache", (*LINES, "hard_swish", *SMOOTH), (FORWARD, BACKWARD), IN_CACHE,
             Tier(2.0, PY), Tier(2.0, PY), peers=PYTORCH, dtype=dtype)
      for short, dtype in (("bf16", "bfloat16"), ("f16", "float16"))),
]


@dataclass
class Cell:
    """One function, in one direction, at one size, with so many threads."""
    target: Target
    function: str
    direction: str
    count: int
    threads: int
    times: dict = field(default_factory=dict)  # nanoseconds per element, by contender
    note: str = ""

    def title(self):
        return self.function + (" backward" if self.direction == BACKWARD else "") + self.note

    def place(self):
        return f"{self.title()}, {size(self.count)}, {threads(self.threads)}"

    def verdicts(self):
        """(what is asked, what is reached, whether that is enough, who set it) for each tier's
        ratio and share, where both sides were measured."""
        for name, tier in self.target.tiers().items():
            mine = self.times.get(name)
            if mine is None:
                continue
            for asked, group in comparisons(name, tier):
                peers = {peer: self.times[peer] for peer in group if peer in self.times}
                if peers:
                    peer = min(peers, key=peers.get)
                    reached = peers[peer] / mine
                    yield Verdict(asked, reached, reached >= tier.least, peer)
            if tier.share and "copy" in self.times:
                share = self.times["copy"] * BYTES_OF_A_COPY[self.direction] / mine
                yield Verdict(f"{name}: {tier.share} of a non-temporal copy", share,
                              share >= tier.share, "copy")


Verdict = namedtuple("Verdict", "asked reached met peer")


def comparisons(name, tier):
    """What a tier's ratio is held to: PyTorch is the faster of two, and, for who leaves it as it is
    installed, that one as well."""
    asked = f"{name}: {tier.least} times the speed of {tier.against}"
    yield asked, AGAINST[tier.against]
    if tier.against == PY:
        yield asked + " as installed", PYTORCH[:1]


def size(count):
    return f"{count // MI} Mi" if count >= MI else f"{count // KI} Ki"


def threads(number):
    return f"{number} thread{'s' if number > 1 else ''}"


# ------------------------------------------------------------------ Markdown


def columns(target):
    """The contenders of a target's table, in its order."""
    copy = ["copy"] if target.sizes == IN_MEMORY else []
    interest = FOR_INTEREST if target.sizes == IN_CACHE and FORWARD in target.passes and \
        target.dtype == "float32" else ()
    return [*target.tiers(), *target.peers, *copy, *interest]


def heading(target):
    cells = ["function", "size", "threads", *columns(target)]
    for name, tier in target.tiers().items():
        cells += [f"{name}: {tier.against}", "ratio"] + (["of a copy"] if tier.share else []) + ["met"]
    return line(cells) + "\n" + line(["---"] * len(cells))


def line(cells):
    return "| " + " | ".join(cells) + " |"


def row(cell):
    times = [f"{cell.times[name]:.3f}" if name in cell.times else "" for name in columns(cell.target)]
    cells = [cell.title(), size(cell.count), str(cell.threads), *times]
    for name, tier in cell.target.tiers().items():
        verdicts = {v.asked: v for v in cell.verdicts() if v.asked.startswith(name + ":")}
        cells += tier_cells(list(verdicts.values()), tier)
    return line(cells)


def tier_cells(verdicts, tier):
    """Peer, ratio, share where one is asked for, and whether all is met; empty where not measured."""
    ratio = next((v for v in verdicts if v.peer != "copy"), None)
    share = next((v for v in verdicts if v.peer == "copy"), None)
    cells = [ratio.peer, f"**{ratio.reached:.2f}**"] if ratio else ["", ""]
    if tier.share:
        cells.append(f"{share.reached:.2f}" if share else "")
    judged = [v for v in (ratio, share) if v]
    return cells + ["" if not judged else "yes" if all(v.met for v in judged) else "no"]


def summary(cells):
    """For each thing asked, by direction: how many of how many cells reach it, and the worst."""
    found, met, worst = Counter(), Counter(), {}
    for cell in cells:
        for v in cell.verdicts():
            key = v.asked, cell.direction + cell.note
            found[key] += 1
            met[key] += v.met
            if key not in worst or v.reached < worst[key][0]:
                worst[key] = v.reached, cell.place()
    for asked, direction in found:
        reached, place = worst[asked, direction]
        yield (f"- {asked}, {direction}: **{met[asked, direction]} of {found[asked, direction]}** cells; "
               f"worst {reached:.2f} ({place})")
