# SPDX-License-Identifier: MIT
"""Which operator must run before which, by nengo's rule."""

from typing import Any, Sequence

from nengo_dl.errors import DependencyCycle
from nengo_dl.plan.overlap import overlapping_pairs
from nengo_dl.signals import byte_range, is_sparse

SETS, INCS, READS, UPDATES = range(4)
RULES = (
    (SETS, INCS),
    (SETS, READS),
    (INCS, READS),
    (SETS, UPDATES),
    (INCS, UPDATES),
    (READS, UPDATES),
)


class Graph:
    """
    Operators and barriers, numbered, with the edges between them.

    A barrier stands for "all of these before all of those": n increments of a
    signal with m readers need n + m edges that way, instead of n * m.

    Parameters
    ----------
    operators : sequence of nengo.builder.Operator
        Operators are the nodes 0, 1, ...; further nodes are barriers.

    Attributes
    ----------
    successors, predecessors : list of list of int
        For each node, the nodes that have an edge from it and to it.
    order : list of int
        All nodes, each behind its predecessors; the same for the same operators.
    """

    def __init__(self, operators):
        self.operators = list(operators)
        self.successors = [[] for _ in self.operators]
        self.predecessors = [[] for _ in self.operators]
        self.order = None

    def add_edge(self, before, after):
        """Let node `after` depend on node `before`."""
        self.successors[before].append(after)
        self.predecessors[after].append(before)

    def add_barrier(self):
        """Add a barrier and return its number."""
        self.successors.append([])
        self.predecessors.append([])
        return len(self.successors) - 1

    def operators_before(self, operator):
        """
        List the operators on which an operator depends directly.

        Parameters
        ----------
        operator : int
            Number of the operator.

        Returns
        -------
        set of int
            Numbers of the operators from which only barriers lead to it.
        """
        found, seen, stack = set(), set(), list(self.predecessors[operator])
        while stack:
            node = stack.pop()
            if node < len(self.operators):
                found.add(node)
            elif node not in seen:
                seen.add(node)
                stack.extend(self.predecessors[node])
        return found


def dependencies(op_list: Sequence[Any]) -> Graph:
    """
    Order operators by what they do to signals: sets, incs, reads, then updates.

    The order holds for all signals that share memory, which is decided, as in
    nengo, by the span of a view: interleaved views count as overlapping.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators of a model.

    Returns
    -------
    Graph
        The dependencies, in the order of `op_list`.

    Raises
    ------
    DependencyCycle
        If operators wait for each other.
    """
    graph = Graph(op_list)
    for spans in _accesses(graph.operators).values():
        _connect(graph, list(spans), list(spans.values()))
    graph.order = _topological_order(graph)
    return graph


def _accesses(operators):
    """Collect ``{base: {byte range: [setters, incrementers, readers, updaters]}}``."""
    accesses = {}
    for i, op in enumerate(operators):
        for phase, signals in enumerate((op.sets, op.incs, op.reads, op.updates)):
            for signal in signals:
                spans = accesses.setdefault(signal.base, {})
                span = (0, 1) if is_sparse(signal) else byte_range(signal)
                users = spans.setdefault(span, ([], [], [], []))[phase]
                if not users or users[-1] != i:
                    users.append(i)
    return accesses


def _connect(graph, spans, users):
    """Add the edges of one base signal."""
    gates = {}
    pairs = [(i, i) for i in range(len(spans))]
    for i, j in overlapping_pairs(spans):
        pairs.extend([(i, j), (j, i)])
    for i, j in pairs:
        for first, second in RULES:
            if users[i][first] and users[j][second]:
                done = _gate(graph, gates, (i, first, "done"), users[i][first])
                start = _gate(graph, gates, (j, second, "start"), users[j][second])
                graph.add_edge(done, start)


def _gate(graph, gates, key, operators):
    """Return the node behind ("done") or before ("start") some operators."""
    if len(operators) == 1:
        return operators[0]
    if key not in gates:
        barrier = gates[key] = graph.add_barrier()
        for op in operators:
            if key[-1] == "done":
                graph.add_edge(op, barrier)
            else:
                graph.add_edge(barrier, op)
    return gates[key]


def _topological_order(graph):
    """Order the nodes, first come first served."""
    waiting = [len(nodes) for nodes in graph.predecessors]
    order = [node for node, count in enumerate(waiting) if count == 0]
    for node in order:
        for successor in graph.successors[node]:
            waiting[successor] -= 1
            if waiting[successor] == 0:
                order.append(successor)
    if len(order) < len(waiting):
        raise DependencyCycle(_find_cycle(graph, waiting))
    return order


def _find_cycle(graph, waiting):
    """Walk backwards among the nodes still waiting, until one comes again."""
    node = next(i for i, count in enumerate(waiting) if count)
    path, position = [], {}
    while node not in position:
        position[node] = len(path)
        path.append(node)
        node = next(i for i in graph.predecessors[node] if waiting[i])
    cycle = [i for i in path[position[node] :] if i < len(graph.operators)]
    return [graph.operators[i] for i in reversed(cycle)]
