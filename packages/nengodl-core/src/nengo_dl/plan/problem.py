# SPDX-License-Identifier: MIT
"""What planners work on: a graph of numbered operators, each with a merge key."""

from typing import Any, Callable, Hashable, List, Tuple

from nengo_dl.plan.dependencies import dependencies

MergeKey = Callable[[Any], Hashable]
Plan = List[Tuple[Any, ...]]

BARRIER = -1


class KeyedGraph:
    """
    A graph in which nodes of equal key may share a group.

    Attributes
    ----------
    successors, predecessors : list of list of int
        For each node, the nodes after and before it.
    keys : list of int
        The merge key of each node, ``BARRIER`` for nodes that need no group.
    order : list of int
        All nodes, each behind its predecessors.
    """

    def __init__(self, successors, predecessors, keys, order):
        self.successors = successors
        self.predecessors = predecessors
        self.keys = keys
        self.order = order

    def __len__(self):
        """Return the number of nodes, barriers included."""
        return len(self.keys)

    def reversed(self):
        """Return the graph with all edges turned round: its plans read backwards."""
        return KeyedGraph(
            self.predecessors, self.successors, self.keys, self.order[::-1]
        )


def keyed_graph(op_list, merge_key):
    """
    Find the dependencies of operators and number their merge keys.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators; node i of the graph is operator i.
    merge_key : callable
        ``merge_key(op)`` is hashable and equal for operators that may share a group,
        or None for an operator that may not.

    Returns
    -------
    KeyedGraph
        Keys are numbered from 0 in the order in which they first appear.
    """
    graph = dependencies(op_list)
    keys = [BARRIER] * len(graph.order)
    numbers = {}
    for i, op in enumerate(graph.operators):
        key = merge_key(op)
        # an operator that never merges gets a key that no other one has
        keys[i] = numbers.setdefault(("alone", i) if key is None else key, len(numbers))
    return KeyedGraph(graph.successors, graph.predecessors, keys, graph.order)


def to_plan(op_list, groups):
    """
    Turn groups of node numbers into a plan.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators, in the order in which they were numbered.
    groups : iterable of iterable of int
        Numbers of operators, in the order in which they are to be executed.

    Returns
    -------
    list of tuple of nengo.builder.Operator
        The operators of a group are in the order of `op_list`. Operators that start
        a step (``TimeUpdate``, which depends on nothing) come first.
    """
    plan = [tuple(op_list[i] for i in sorted(group)) for group in groups]
    return sorted(plan, key=lambda group: type(group[0]).__name__ != "TimeUpdate")


class Frontier:
    """
    The operators that are ready, while a plan is being made.

    Parameters
    ----------
    graph : KeyedGraph
        The graph to plan.

    Attributes
    ----------
    ready : dict of {int: list of int}
        For each key, the nodes whose predecessors are all taken.
    fresh : list of int
        The nodes that became ready last.
    left : int
        Number of nodes, barriers not counted, that are still to be taken.
    """

    def __init__(self, graph):
        self.graph = graph
        self.ready = {}
        self.fresh = []
        self.left = sum(key != BARRIER for key in graph.keys)
        self._waiting = [len(nodes) for nodes in graph.predecessors]
        self._taken = []
        self._release([i for i, count in enumerate(self._waiting) if count == 0])

    def take(self, key):
        """
        Take all ready nodes of a key and see which become ready by that.

        Parameters
        ----------
        key : int
            A key of `ready`.

        Returns
        -------
        list of int
            The nodes taken.
        """
        group = self.ready.pop(key)
        self.left -= len(group)
        barriers = self._release(self._pass_on(group))
        self._taken.append((key, group, barriers, self.fresh))
        return group

    def undo(self):
        """Put the group taken last back."""
        key, group, barriers, fresh = self._taken.pop()
        for node in reversed(fresh):
            nodes = self.ready[self.graph.keys[node]]
            nodes.pop()
            if not nodes:
                del self.ready[self.graph.keys[node]]
        for node in group + barriers:
            for after in self.graph.successors[node]:
                self._waiting[after] += 1
        self.ready[key] = group
        self.left += len(group)

    def _pass_on(self, nodes):
        """Tell the successors of nodes; return those that wait for nothing now."""
        free = []
        for node in nodes:
            for after in self.graph.successors[node]:
                self._waiting[after] -= 1
                if self._waiting[after] == 0:
                    free.append(after)
        return free

    def _release(self, nodes):
        """Make operators ready and pass barriers, which are returned."""
        self.fresh, passed = [], []
        while nodes:
            barriers = [i for i in nodes if self.graph.keys[i] == BARRIER]
            self.fresh.extend(i for i in nodes if self.graph.keys[i] != BARRIER)
            passed.extend(barriers)
            nodes = self._pass_on(barriers)
        for node in self.fresh:
            self.ready.setdefault(self.graph.keys[node], []).append(node)
        return passed
