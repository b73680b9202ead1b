# SPDX-License-Identifier: MIT
"""How often a merge key must appear in a plan before and behind each operator."""

import numpy as np

from nengo_dl.plan.problem import BARRIER

MAX_TRACKED = 64  # a constant, so that time and memory stay linear


def key_levels(graph):
    """
    Count the operators of equal key on the way to each operator.

    Operators of one key that depend on each other need groups of their own, so the
    levels of the keys, summed, bound the length of every plan from below.

    Parameters
    ----------
    graph : KeyedGraph
        The graph to plan. Reversed, it gives the levels counted from the end.

    Returns
    -------
    list of int
        For each node, the greatest number of nodes of its key on a path that ends
        with it, itself included; 0 for barriers. Only the most frequent keys are
        counted, nodes of other keys have level 1.
    """
    column = {key: i for i, key in enumerate(_frequent_keys(graph.keys))}
    counts = np.zeros((len(graph), len(column)), dtype=np.int32)
    levels = [0] * len(graph)
    for node in graph.order:
        row, key = counts[node], graph.keys[node]
        for before in graph.predecessors[node]:
            np.maximum(row, counts[before], out=row)
        if key in column:
            row[column[key]] += 1
            levels[node] = int(row[column[key]])
        elif key != BARRIER:
            levels[node] = 1
    return levels


def _frequent_keys(keys):
    numbers = {}
    for key in keys:
        if key != BARRIER:
            numbers[key] = numbers.get(key, 0) + 1
    several = [key for key, number in numbers.items() if number > 1]
    return sorted(several, key=lambda key: -numbers[key])[:MAX_TRACKED]


def lower_bound(graph, levels):
    """
    Bound the length of all plans of a graph from below.

    Parameters
    ----------
    graph : KeyedGraph
        The graph to plan.
    levels : list of int
        Its `key_levels`.

    Returns
    -------
    int
        No plan has fewer groups.
    """
    highest = {}
    for key, level in zip(graph.keys, levels):
        highest[key] = max(highest.get(key, 0), level)
    return sum(level for key, level in highest.items() if key != BARRIER)
