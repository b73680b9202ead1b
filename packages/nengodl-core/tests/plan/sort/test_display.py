# SPDX-License-Identifier: MIT
"""The picture of blocks."""

import numpy as np
from nengo.builder import Signal
from nengo_dl.plan import display_signal_blocks


def test_picture_marks_the_signals_of_each_group(make):
    """A line per group and position, a character per signal."""
    signals = [Signal(np.zeros(1), name=str(i)) for i in range(4)]
    plan = [
        tuple(make.Step(0, [signals[3]], reads=[signals[i]]) for i in (0, 2)),
        (make.Step(1, reads=[signals[1]]),),
    ]
    lines = display_signal_blocks(plan, signals).splitlines()
    assert [line.split()[-1] for line in lines] == ["#.#.", "...#", ".#.."]
    assert lines[0].startswith("0 Step[0] x2")
