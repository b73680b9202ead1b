# SPDX-License-Identifier: MIT
"""Ways to choose the next group, each planning in n log n time."""

import heapq

from nengo_dl.plan.problem import BARRIER, Frontier


class Candidate:
    """
    What is known about the ready operators of one key.

    Attributes
    ----------
    size : int
        Number of operators that are ready.
    first, last : float
        Share that is ready of those operators of the key, still to be planned, which
        have the lowest level counted from the start, and the highest counted from the
        end. All of the first ready: waiting brings nothing to the group. All of the
        last ready: planning them now is a step towards the lower bound.
    depth : float
        Mean place in the topological order of all operators of the key.
    """

    def __init__(self, depth):
        self.size = 0
        self.first = self.last = 0.0
        self.depth = depth


def largest(candidate):
    """Take the group with the most operators."""
    return (-candidate.size,)


def shallowest(candidate):
    """Take the key that lies earliest on average (agenda batching of DyNet)."""
    return (candidate.depth,)


def complete(candidate):
    """Take a key for which waiting brings nothing (condition of ED-Batch)."""
    return (-candidate.first, -candidate.last, -candidate.size)


def needed(candidate):
    """Take a key of which less remains afterwards, then the most complete one."""
    return (candidate.last < 1, -candidate.first, candidate.depth)


def balanced(candidate):
    """Weigh both ends; the weights gave the shortest plans of random graphs."""
    return (-candidate.first - 2 * candidate.last, -candidate.size)


HEURISTICS = (shallowest, complete, needed, balanced)


class _Side:
    """Counts, of the operators at one end of each key, the ready and the remaining."""

    def __init__(self, keys, levels):
        self.levels = levels
        self.remaining, self.ready = {}, {}
        for key, level in zip(keys, levels):
            counts = self.remaining.setdefault(key, {})
            counts[level] = counts.get(level, 0) + 1
        self.queue = {key: sorted(n, reverse=True) for key, n in self.remaining.items()}

    def add(self, key, node):
        level = self.levels[node]
        self.ready[key, level] = self.ready.get((key, level), 0) + 1

    def remove(self, key, node):
        level = self.levels[node]
        self.ready[key, level] -= 1
        self.remaining[key][level] -= 1
        queue = self.queue[key]
        while queue and self.remaining[key][queue[-1]] == 0:
            queue.pop()

    def share(self, key):
        level = self.queue[key][-1]
        return self.ready.get((key, level), 0) / self.remaining[key][level]


def mean_depths(graph):
    """
    Compute the mean depth of the operators of each key.

    Parameters
    ----------
    graph : KeyedGraph
        The graph to plan.

    Returns
    -------
    dict of {int: float}
        For each key the mean length of the longest paths to its operators.
    """
    depths, sums = [0] * len(graph), {}
    for node in graph.order:
        key = graph.keys[node]
        depths[node] = max([depths[i] for i in graph.predecessors[node]] or [0])
        if key != BARRIER:
            depths[node] += 1
            total, number = sums.get(key, (0, 0))
            sums[key] = total + depths[node], number + 1
    return {key: total / number for key, (total, number) in sums.items()}


def schedule(graph, heuristic, from_start, from_end, depths):
    """
    Plan a graph by always taking the best group that is ready.

    Parameters
    ----------
    graph : KeyedGraph
        The graph to plan.
    heuristic : callable
        ``heuristic(candidate)`` is smallest for the group to take.
    from_start, from_end : list of int
        The `key_levels` of the graph and of the reversed graph.
    depths : dict of {int: float}
        The `mean_depths` of the graph.

    Returns
    -------
    list of list of int
        The groups.
    """
    first = _Side(graph.keys, from_start)
    last = _Side(graph.keys, [-level for level in from_end])
    candidates = {key: Candidate(depth) for key, depth in depths.items()}
    frontier, heap, groups, version = Frontier(graph), [], [], {}
    changed = set()
    while frontier.left:
        for node in frontier.fresh:
            key = graph.keys[node]
            first.add(key, node)
            last.add(key, node)
            changed.add(key)
        for key in sorted(changed.intersection(frontier.ready)):
            candidate = candidates[key]
            candidate.size = len(frontier.ready[key])
            candidate.first, candidate.last = first.share(key), last.share(key)
            version[key] = version.get(key, 0) + 1
            heapq.heappush(heap, (heuristic(candidate), key, version[key]))
        key = _pop_current(heap, version)
        groups.append(frontier.take(key))
        for node in groups[-1]:
            first.remove(key, node)
            last.remove(key, node)
        version[key] += 1
        changed = {key}
    return groups


def _pop_current(heap, version):
    """Take the first entry that was not replaced by a later one of its key."""
    while True:
        _, key, number = heapq.heappop(heap)
        if version[key] == number:
            return key
