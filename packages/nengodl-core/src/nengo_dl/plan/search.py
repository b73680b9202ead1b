# SPDX-License-Identifier: MIT
"""A beam search for short plans of small graphs."""

from nengo_dl.plan.problem import BARRIER

WIDTH = 64
MAX_OPERATORS = 1000
MAX_TRIALS = 20000  # with MAX_OPERATORS, keeps the time below a constant


def beam_search(graph, from_end, limit):
    """
    Build plans group by group, keeping the most promising ones of each length.

    Parameters
    ----------
    graph : KeyedGraph
        The graph to plan.
    from_end : list of int
        The `key_levels` of the reversed graph.
    limit : int
        Only plans with fewer groups are of interest.

    Returns
    -------
    list of list of int or None
        The groups of the shortest plan found. None if there is none below the limit, or
        if the graph is too large to be searched in constant time.
    """
    n_keys = len(set(graph.keys))
    width = min(WIDTH, MAX_TRIALS // (limit * n_keys)) if n_keys else 0
    if len(graph) > MAX_OPERATORS or width < 2:
        return None
    return _Beam(graph, from_end, width).run(limit)


class _Beam:
    """The search; sets of operators are the bits of a number."""

    def __init__(self, graph, from_end, width):
        self.keys, self.width = graph.keys, width
        self.operators = [i for i in graph.order if graph.keys[i] != BARRIER]
        self.before, self.after = _neighbours(graph)
        self.of_level = {}  # key -> for each level, counted from the end, its operators
        for node in self.operators:
            masks = self.of_level.setdefault(graph.keys[node], [0])
            level = from_end[node]
            masks.extend([0] * (level + 1 - len(masks)))
            masks[level] |= 1 << node

    def run(self, limit):
        """Return the groups of the first plan completed below a limit, or None."""
        ready = {}
        for node in self.operators:
            if not self.before[node]:
                ready[self.keys[node]] = ready.get(self.keys[node], 0) | 1 << node
        bounds = {key: len(masks) - 1 for key, masks in self.of_level.items()}
        states = [(0, ready, bounds, None)]
        for length in range(1, limit):
            states = self._extend(states, limit - length)
            for state in states:
                if not state[1]:
                    return _groups(state)
        return None

    def _extend(self, states, limit):
        """Try all next groups; keep the best plans that can still be below the limit."""
        found = {}
        for state in states:
            done, ready, bounds, _ = state
            for key in ready:
                now = done | ready[key]
                if now not in found:
                    bound = self._bound(key, now, bounds[key])
                    total = sum(bounds.values()) - bounds[key] + bound
                    if total < limit:
                        found[now] = (
                            total,
                            -bin(now).count("1"),
                            now,
                            key,
                            bound,
                            state,
                        )
        best = sorted(found.values(), key=lambda entry: entry[:3])[: self.width]
        return [self._state(*entry[2:]) for entry in best]

    def _bound(self, key, done, level):
        """Count the groups that the rest of a key needs at least."""
        masks = self.of_level[key]
        while level and not masks[level] & ~done:
            level -= 1
        return level

    def _state(self, done, key, bound, parent):
        ready, bounds = dict(parent[1]), dict(parent[2])
        group = ready.pop(key)
        bounds[key] = bound
        for node in _bits(group):
            for after in self.after[node]:
                if not self.before[after] & ~done:
                    ready[self.keys[after]] = (
                        ready.get(self.keys[after], 0) | 1 << after
                    )
        return done, ready, bounds, (parent, group)


def _neighbours(graph):
    """For each operator, the operators before it, as bits, and those after it."""
    before, after = [0] * len(graph), [()] * len(graph)
    for node in graph.order:
        for i in graph.predecessors[node]:
            before[node] |= before[i] if graph.keys[i] == BARRIER else 1 << i
    for node in reversed(graph.order):
        found = {}
        for i in graph.successors[node]:
            found.update(dict.fromkeys(after[i] if graph.keys[i] == BARRIER else [i]))
        after[node] = tuple(found)
    return before, after


def _bits(mask):
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _groups(state):
    groups = []
    while state[3] is not None:
        state, group = state[3]
        groups.append(list(_bits(group)))
    return groups[::-1]
