# SPDX-License-Identifier: MIT
"""
Print how long plans are and how long planning takes, for up to 50,000 operators.

Run with `python measure_planners.py [MAX_OPERATORS]` where nengo_dl is installed.
"""

import math
import os
import sys
import time

import nengo

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from nengo_dl.plan import (
    best_planner,
    check_plan,
    greedy_planner,
    transitive_planner,
    tree_planner,
)
from nengo_dl.plan.levels import key_levels, lower_bound
from nengo_dl.plan.problem import keyed_graph

import conftest

PLANNERS = (greedy_planner, transitive_planner, best_planner)
SIZES = (1000, 2000, 5000, 10000, 20000, 50000)


def measure(name, ops, planners=PLANNERS):
    """Print a line: operators, lower bound, then groups and microseconds/(n log2 n)."""
    graph = keyed_graph(ops, conftest.merge_key)
    print(f"{name:<22} n={len(ops):<6}", end=" ")
    print(f"bound={lower_bound(graph, key_levels(graph)):<5}", end=" ")
    for planner in planners:
        start = time.perf_counter()
        plan = planner(ops, conftest.merge_key)
        seconds = time.perf_counter() - start
        check_plan(plan, ops, conftest.merge_key)
        unit = 1e6 * seconds / (len(ops) * math.log2(len(ops)))
        kind = planner.__name__.replace("_planner", "")
        print(f"{kind} {len(plan)} ({seconds:.2f} s, {unit:.1f})", end="  ")
    print(flush=True)


def main(largest):
    """Measure random graphs, random networks and the benchmark networks."""
    relu = nengo.RectifiedLinear()
    for n_keys in (20, 1000):
        for n in SIZES:
            if n <= largest:
                measure(f"layered, {n_keys} keys", conftest.layered(n, n_keys))
    for ensembles, fan in (
        (50, 3),
        (100, 5),
        (200, 8),
        (300, 10),
        (450, 13),
        (900, 13),
    ):
        if ensembles * (fan * 4 + 10) <= largest * 1.15:
            net = conftest.random_network(2, 5, relu, ensembles, fan)
            measure(f"random, {ensembles} ensembles", conftest.operators(net))
    for name, size in zip(("cconv", "integrator", "pes", "basal_ganglia"), [64] * 4):
        net = getattr(conftest, name)(size, 10, relu)
        everything = PLANNERS + (tree_planner,)
        measure(f"{name}, {size} dims", conftest.operators(net), everything)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50000)
