# SPDX-License-Identifier: MIT
"""Which of many intervals overlap, without comparing each with each."""


def overlapping_pairs(intervals):
    """
    Find all pairs of overlapping intervals by one sweep.

    Takes time in proportion to n log n plus the number of pairs found. Views of a
    signal are nested or disjoint in practice, so that there are few pairs.

    Parameters
    ----------
    intervals : sequence of (int, int)
        Distinct half-open intervals ``[low, high)``.

    Returns
    -------
    list of (int, int)
        Positions of two different overlapping intervals, each pair once.
    """
    pairs = []
    active = []
    for i in sorted(range(len(intervals)), key=intervals.__getitem__):
        low, high = intervals[i]
        # each interval that stays active makes a pair, so this filter is paid for
        active = [j for j in active if intervals[j][1] > low]
        if high > low:
            pairs.extend((j, i) for j in active)
            active.append(i)
    return pairs
