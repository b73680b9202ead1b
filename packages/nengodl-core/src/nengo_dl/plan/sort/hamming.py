# SPDX-License-Identifier: MIT
"""Order signals so that those used by the same groups lie side by side."""

import heapq
from typing import FrozenSet, Iterable, List


def hamming_sort(memberships: Iterable[FrozenSet[int]]) -> List[FrozenSet[int]]:
    """
    Chain sets of block ranks so that neighbours have much in common.

    The next set contains the active block while any such is left: the largest block
    (lowest rank) of the set before that still has a rest. Of these it is a superset
    of the set before, if there is one; then one with the smallest symmetric difference
    to it; then one that shares its largest blocks; then the one with the largest blocks.

    Parameters
    ----------
    memberships : iterable of frozenset of int
        Each the ranks of the blocks that some signals belong to.

    Returns
    -------
    list of frozenset of int
        The different sets of `memberships`, in order.
    """
    rest = _Rest(dict.fromkeys(memberships))
    chain, active, previous = [], None, frozenset()
    while rest.left:
        if not rest.having(active):
            active = next((b for b in sorted(previous) if rest.having(b)), None)
        previous = _closest(previous, rest.candidates(previous, active))
        if active is None:
            active = min(previous, default=None)
        rest.remove(previous)
        chain.append(previous)
    return chain


class _Rest:
    """The sets not yet in the chain, found by block or by size."""

    def __init__(self, memberships):
        self.left = dict.fromkeys(memberships)
        self._by_block = {}
        for membership in self.left:
            for block in membership:
                self._by_block.setdefault(block, {})[membership] = None
        self._by_size = [(len(m), sorted(m), m) for m in self.left]
        heapq.heapify(self._by_size)

    def having(self, block):
        """Return the sets that contain a block."""
        return self._by_block.get(block, {})

    def candidates(self, previous, active):
        """Return sets among which the closest to the previous one is."""
        if active is not None:
            return self.having(active)
        while self._by_size[0][2] not in self.left:
            heapq.heappop(self._by_size)
        # of the sets that share nothing with the previous one, the smallest is closest
        found = {self._by_size[0][2]: None}
        for block in previous:
            found.update(self.having(block))
        return found if previous else self.left

    def remove(self, membership):
        """Take a set away."""
        del self.left[membership]
        for block in membership:
            del self._by_block[block][membership]


def _closest(previous, candidates):
    def distance(membership):
        return not membership >= previous, len(membership ^ previous)

    nearest = min(map(distance, candidates))
    ties = [m for m in candidates if distance(m) == nearest]
    shared = sorted(previous)
    return min(ties, key=lambda m: ([block not in m for block in shared], sorted(m)))
