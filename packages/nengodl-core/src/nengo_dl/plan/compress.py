# SPDX-License-Identifier: MIT
"""Make a graph smaller without changing the length of its shortest plan."""

from nengo_dl.plan.problem import BARRIER, KeyedGraph

MAX_DISSOLVED = 4


def compress(graph):
    """
    Merge operators that can always share a group.

    Operators of equal key with the same successors can: let all of them run when the
    last of them does; what follows them has to wait for that one anyway. By the same
    argument those with the same predecessors can run with the first of them. Merging
    makes more operators alike, so both are repeated. A network of a thousand equal
    ensembles becomes as small as one of a few.

    Parameters
    ----------
    graph : KeyedGraph
        The graph to plan.

    Returns
    -------
    (KeyedGraph, list of int)
        A graph with nodes that stand for one or more nodes of `graph`, and for
        each node of `graph` the one that stands for it (None for dissolved barriers).
    """
    labels = list(range(len(graph)))
    while True:
        size = len(graph)
        for _ in range(2):
            graph, merged = _merge_equal_successors(graph)
            graph = graph.reversed()
            labels = [None if i is None else merged[i] for i in labels]
        if len(graph) >= 0.9 * size:  # each round is linear, and so are all together
            return graph, labels


def _merge_equal_successors(graph):
    """Give nodes with equal key and successors one number, from the end on."""
    numbers, keys, successors = {}, [], []
    labels, seen = [None] * len(graph), [None] * len(graph)
    for node in reversed(graph.order):
        key = graph.keys[node]
        after = frozenset().union(*[seen[i] for i in graph.successors[node]])
        if key == BARRIER and len(after) <= MAX_DISSOLVED:
            seen[node] = after
            continue
        label = numbers.setdefault((key, after), len(numbers))
        if label == len(keys):
            keys.append(key)
            successors.append(sorted(after))
        labels[node], seen[node] = label, frozenset([label])
    predecessors = [[] for _ in keys]
    for label, after in enumerate(successors):
        for i in after:
            predecessors[i].append(label)
    order = list(range(len(keys)))[::-1]
    return KeyedGraph(successors, predecessors, keys, order), labels
