# SPDX-License-Identifier: MIT
"""The planner that merges one kind of operators after the other."""

from typing import Any, Sequence

from nengo_dl.plan.problem import MergeKey, Plan, keyed_graph, to_plan

KINDS = (
    "DotInc",
    "ElementwiseInc",
    "SimNeurons",
    "SimProcess",
    "SimPyFunc",
    "SimOja",
    "SimVoja",
    "SimBCM",
    "Copy",
    "Reset",
    "SimTensorNode",
)


def transitive_planner(op_list: Sequence[Any], merge_key: MergeKey) -> Plan:
    """
    Plan by merging the operators of each kind, the most costly kinds first.

    Operators of a kind that no other one of the kind depends on share groups, then
    those on which only these depend, and so on. What is merged is one node for the
    kinds that follow.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators to plan.
    merge_key : callable
        ``merge_key(op)`` is equal for operators that may share a group, None for an
        operator that may not.

    Returns
    -------
    list of tuple of nengo.builder.Operator
        Groups in the order in which they are to be executed. Kinds (operator types)
        that are not in `KINDS` are merged last, in the order of their appearance.
    """
    graph = keyed_graph(op_list, merge_key)
    kinds = [type(op).__name__ for op in op_list]
    node_of = list(range(len(graph)))  # the merged node that holds an original one
    for kind in KINDS + tuple(dict.fromkeys(k for k in kinds if k not in KINDS)):
        members = [i for i, name in enumerate(kinds) if name == kind]
        if members:
            levels = _levels(graph, node_of, {node_of[i] for i in members})
            first = {}
            for i in members:
                level = levels[node_of[i]], graph.keys[i]
                node_of[i] = first.setdefault(level, node_of[i])
    groups = {}
    for i in range(len(op_list)):
        groups.setdefault(node_of[i], []).append(i)
    order, _ = _contracted_order(graph, node_of)
    return to_plan(op_list, [groups[node] for node in order if node in groups])


def _levels(graph, node_of, members):
    """Count members on the longest path that starts with each node of a merged graph."""
    order, successors = _contracted_order(graph, node_of)
    levels = {}
    for node in reversed(order):
        level = max([levels[after] for after in successors[node]] or [0])
        levels[node] = level + (node in members)
    return levels


def _contracted_order(graph, node_of):
    """Sort merged nodes topologically; also return their successors."""
    successors = {node: [] for node in node_of}
    waiting = dict.fromkeys(successors, 0)
    for node, afters in enumerate(graph.successors):
        for after in afters:
            successors[node_of[node]].append(node_of[after])
            waiting[node_of[after]] += 1
    order = [node for node, count in waiting.items() if count == 0]
    for node in order:
        for after in successors[node]:
            waiting[after] -= 1
            if waiting[after] == 0:
                order.append(after)
    return order, successors
