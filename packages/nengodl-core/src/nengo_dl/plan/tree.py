# SPDX-License-Identifier: MIT
"""The planner that looks some groups ahead."""

from typing import Any, Sequence

from nengo.exceptions import ValidationError

from nengo_dl.plan.problem import Frontier, MergeKey, Plan, keyed_graph, to_plan


def tree_planner(
    op_list: Sequence[Any], merge_key: MergeKey, max_depth: int = 3
) -> Plan:
    """
    Plan by trying out all sequences of some groups, again and again.

    A sequence is as good as it is short and as it leaves few operators behind it. Only
    the first group of the best one is scheduled before looking ahead again.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators to plan.
    merge_key : callable
        ``merge_key(op)`` is equal for operators that may share a group, None for an
        operator that may not.
    max_depth : int, optional
        Number of groups to look ahead. With 1 this is the greedy planner, with as many
        as there are operators the plan is optimal. The time needed grows exponentially.

    Returns
    -------
    list of tuple of nengo.builder.Operator
        Groups in the order in which they are to be executed.
    """
    if max_depth < 1:
        raise ValidationError(
            "must be at least 1 (it is the number of groups to look ahead), but is"
            f" {max_depth!r}",
            attr="max_depth",
        )
    frontier = Frontier(keyed_graph(op_list, merge_key))
    search, groups, taken = _Search(frontier), [], 0
    while frontier.left:
        _, _, key = search.best(taken, max_depth)
        taken |= search.mask(frontier.ready[key])
        groups.append(frontier.take(key))
    return to_plan(op_list, groups)


class _Search:
    """Depth-first search over sequences of groups, remembering what it found."""

    def __init__(self, frontier):
        self.frontier = frontier
        self.values = {}

    def mask(self, nodes):
        """Write a set of nodes as one number, which hashes and joins fast."""
        bits = bytearray(len(self.frontier.graph) // 8 + 1)
        for node in nodes:
            bits[node >> 3] |= 1 << (node & 7)
        return int.from_bytes(bits, "little")

    def best(self, taken, depth):
        """Return (value, -size, key) of the best next group, after nodes `taken`."""
        return min(
            (1 + self._value_after(key, taken, depth - 1), -len(group), key)
            for key, group in list(self.frontier.ready.items())
        )

    def _value_after(self, key, taken, depth):
        if depth == 0:
            return self.frontier.left - len(self.frontier.ready[key])
        taken |= self.mask(self.frontier.ready[key])
        if (taken, depth) not in self.values:
            self.frontier.take(key)
            value = self.best(taken, depth)[0] if self.frontier.left else 0
            self.frontier.undo()
            self.values[taken, depth] = value
        return self.values[taken, depth]
