# SPDX-License-Identifier: MIT
"""table.py TARGETS: what benchmarks/targets/table.py and masked.py say of times that are made up."""
import importlib.util
import sys
import unittest

FOLDER = sys.argv.pop(1)


def load(name):
    """The module of that name in the folder, whatever else is called so."""
    spec = importlib.util.spec_from_file_location(name, f"{FOLDER}/{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


table = load("table")
sys.modules["contenders"] = type(sys)("contenders")  # that needs PyTorch
for number, each in enumerate(("FORWARD", "BACKWARD", "FORWARD_MASKED", "BACKWARD_MASKED")):
    setattr(sys.modules["contenders"], each, number)
masked = load("masked")
TARGETS = {target.name: target for target in table.TARGETS}


def cell(target, direction=table.FORWARD, function="tanh", count=1 << 16, **times):
    names = {"told": "PyTorch AVX-512"}
    return table.Cell(TARGETS[target], function, direction, count, 1,
                      {names.get(name, name): time for name, time in times.items()})


def said(cell):
    """What is asked: (what is reached, whether it is enough, by whom)."""
    return {v.asked: (v.reached, v.met, v.peer) for v in cell.verdicts()}


class Verdicts(unittest.TestCase):
    def test_the_fastest_peer_counts(self):
        verdicts = said(cell("clipping", exact=2.0, PyTorch=6.0, told=4.0, oneDNN=1.0, XNNPACK=3.0))
        self.assertEqual(verdicts, {"exact: 1.0 times the speed of the best peer": (0.5, False, "oneDNN")})

    def test_what_is_for_interest_does_not_count(self):
        verdicts = said(cell("clipping", exact=2.0, PyTorch=2.0, libm=0.1, NumPy=0.1, copy=0.1))
        self.assertEqual(list(verdicts.values()), [(1.0, True, "PyTorch")])

    def test_pytorch_is_the_faster_of_two_and_as_installed(self):
        verdicts = said(cell("smooth", exact=2.0, PyTorch=3.0, told=1.0, oneDNN=0.1))
        asked = "exact: 1.0 times the speed of PyTorch"
        self.assertEqual(verdicts, {asked: (0.5, False, "PyTorch AVX-512"),
                                    asked + " as installed": (1.5, True, "PyTorch")})

    def test_each_precision_has_a_target_of_its_own(self):
        verdicts = said(cell("smooth-backward", table.BACKWARD, exact=2.0, fast=1.0, PyTorch=2.0,
                             oneDNN=1.25))
        self.assertEqual(verdicts["exact: 1.0 times the speed of PyTorch"], (1.0, True, "PyTorch"))
        self.assertEqual(verdicts["fast: 1.5 times the speed of the best peer"],
                         (1.25, False, "oneDNN"))

    def test_a_share_goes_by_bytes(self):
        asked = "exact: 0.95 of a non-temporal copy"
        for direction, share in ((table.FORWARD, 0.5), (table.BACKWARD, 0.75)):
            verdicts = said(cell("lines", direction, exact=2.0, PyTorch=9.0, copy=1.0))
            self.assertEqual(verdicts[asked], (share, False, "copy"))

    def test_what_was_not_measured_is_not_judged(self):
        self.assertEqual(said(cell("smooth", PyTorch=1.0)), {})
        self.assertEqual(said(cell("smooth", exact=1.0, oneDNN=1.0)), {})


class Markdown(unittest.TestCase):
    def test_a_row_has_the_columns_of_its_heading(self):
        for name, target in TARGETS.items():
            columns = table.heading(target).splitlines()[0].count("|")
            for times in ({}, {"exact": 1.0, "fast": 1.0, "PyTorch": 1.0, "copy": 1.0}):
                self.assertEqual(table.row(cell(name, **times)).count("|"), columns, name)

    def test_a_row_is_met_where_ratio_and_share_are(self):
        for copy, word in ((1.9, "yes"), (1.8, "no")):
            row = table.row(cell("lines", exact=2.0, PyTorch=2.6, copy=copy))
            self.assertTrue(row.endswith(f"| PyTorch | **1.30** | {copy / 2:.2f} | {word} |"), row)
        self.assertTrue(table.row(cell("lines", exact=2.0, PyTorch=2.5, copy=2.0)).endswith("| no |"))

    def test_the_summary_counts_and_names_the_worst(self):
        cells = [cell("clipping", exact=1.0, PyTorch=ratio, function=function, count=count)
                 for ratio, function, count in ((1.5, "relu", 4096), (0.25, "relu6", 1 << 20),
                                                (0.5, "relu", 1 << 16))]
        back = cell("clipping", table.BACKWARD, "relu", exact=1.0, PyTorch=1.0)
        asked = "- exact: 1.0 times the speed of the best peer, "
        self.assertEqual(list(table.summary([*cells, back])), [
            asked + "forward: **1 of 3** cells; worst 0.25 (relu6, 1 Mi, 1 thread)",
            asked + "backward: **1 of 1** cells; worst 1.00 (relu backward, 64 Ki, 1 thread)"])


class Masked(unittest.TestCase):
    TIMES = {"forward": 2.0, "backward": 3.0, "masked forward": 1.5, "masked backward": 1.0}

    def test_forward_and_backward_together(self):
        self.assertEqual(masked.ratio(self.TIMES), 2.0)
        self.assertTrue(masked.row(1 << 26, 2, self.TIMES).endswith("| **2.00** | yes |"))
        slow = {**self.TIMES, "masked forward": 4.0}
        self.assertTrue(masked.row(1 << 26, 2, slow).endswith("| **1.00** | no |"))
        self.assertIn("**1 of 2** cells; worst 1.00 (64 Mi, 2 threads)",
                      masked.summary([(1 << 26, 1, self.TIMES), (1 << 26, 2, slow)]))


if __name__ == "__main__":
    unittest.main()
