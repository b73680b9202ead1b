# SPDX-License-Identifier: MIT
"""Leave out the groups that a plan can do without."""

import bisect

from nengo_dl.plan.problem import BARRIER, Frontier


def trim(graph, sequence):
    """
    Execute keys in a given order, but only when an operator can wait no longer.

    Each operator has a last place in the sequence at which it may run. A place at
    which nothing has to run is left out; at the others, all runs that can. No group
    of the result can be left out without putting another one in: some operator of it
    became ready only then, and had to run by then.

    Parameters
    ----------
    graph : KeyedGraph
        The graph to plan.
    sequence : sequence of int
        The keys of the groups of a plan of `graph`.

    Returns
    -------
    list of list of int
        The groups of a plan that has the keys of `sequence` with some left out.
    """
    due = [[] for _ in sequence]
    for node, place in enumerate(_last_places(graph, sequence)):
        if graph.keys[node] != BARRIER:
            due[place].append(node)
    frontier, groups, done = Frontier(graph), [], set()
    for key, nodes in zip(sequence, due):
        if not done.issuperset(nodes):
            groups.append(frontier.take(key))
            done.update(groups[-1])
    return groups


def _last_places(graph, sequence):
    """For each operator, the last place in the sequence that its successors allow."""
    places = {}
    for place, key in enumerate(sequence):
        places.setdefault(key, []).append(place)
    last = [len(sequence)] * len(graph)
    for node in reversed(graph.order):
        limit = min([last[i] for i in graph.successors[node]] or [len(sequence)])
        if graph.keys[node] != BARRIER:
            own = places[graph.keys[node]]
            limit = own[bisect.bisect_left(own, limit) - 1]
        last[node] = limit
    return last
