# SPDX-License-Identifier: MIT
"""Memory of the process."""

import numpy as np
from nengodl_benchmarks.measure import memory


def test_peak_contains_what_was_allocated():
    """The peak grows by an array that is filled and dropped, the resident size not."""
    before = memory.resident_mb()
    memory.reset_peak()
    np.ones(25 * 2**20)
    assert memory.peak_mb() - before > 190
    assert memory.resident_mb() - before < 100


def test_peak_can_be_reset_where_the_system_says_so():
    """After a reset an earlier peak is forgotten."""
    np.ones(25 * 2**20)
    earlier = memory.peak_mb()
    if memory.reset_peak():
        assert memory.peak_mb() < earlier - 100
    else:
        assert memory.peak_mb() >= earlier
