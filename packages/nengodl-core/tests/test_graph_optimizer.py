# SPDX-License-Identifier: MIT
"""The public names of planners, sorters and simplifications."""

import nengo
import numpy as np
import pytest
from nengo.builder import Model, Signal
from nengo.builder.operator import Copy, DotInc, Reset, TimeUpdate
from nengo_dl import graph_optimizer
from nengo_dl.lower.registry import merge_key
from nengo_dl.operators import split_initial
from nengo_dl.plan import check_plan
from nengo_dl.simplify import DEFAULT, simplify

PLANNERS = [
    graph_optimizer.best_planner,
    graph_optimizer.greedy_planner,
    graph_optimizer.noop_planner,
    graph_optimizer.transitive_planner,
    graph_optimizer.tree_planner,
]


@pytest.fixture(scope="module")
def operators():
    """The simplified operators of an integrator without its input node."""
    with nengo.Network(seed=0) as net:
        integrator = nengo.networks.EnsembleArray(10, 4)
        nengo.Connection(integrator.output, integrator.input, synapse=0.01)
        nengo.Probe(integrator.output)
    model = Model()
    model.build(net)
    steps = split_initial(simplify(model.operators))[0]
    return [op for op in steps if type(op).__name__ != "SimProbe"]


@pytest.mark.parametrize("planner", PLANNERS, ids=lambda planner: planner.__name__)
def test_planners_group_as_the_rules_say(operators, planner):
    """A planner needs operators only; what may share a group, the rules know.

    History 49.
    """
    check_plan(planner(operators), operators, merge_key)


def test_planners_merge_and_noop_does_not(operators):
    """All planners but one need fewer groups than there are operators."""
    lengths = {planner.__name__: len(planner(operators)) for planner in PLANNERS}
    assert lengths.pop("noop_planner") == len(operators)
    assert max(lengths.values()) < len(operators) / 2


def test_tree_planner_takes_its_depth(operators):
    """With depth 1 it is the greedy planner."""
    greedy = graph_optimizer.greedy_planner(operators)
    assert graph_optimizer.tree_planner(operators, max_depth=1) == greedy


def test_mergeable_compares_with_the_whole_group():
    """Anything joins an empty group; otherwise all must be of one kind."""
    x, y = (Signal(np.zeros(2), name=name) for name in "xy")
    reset, copy = Reset(x), Copy(x, y)
    time = TimeUpdate(Signal(np.array(0)), Signal(np.array(0.0)))
    assert graph_optimizer.mergeable(copy, [])
    assert graph_optimizer.mergeable(reset, [Reset(y)])
    assert not graph_optimizer.mergeable(copy, [reset])
    product = DotInc(Signal(np.ones((2, 2)), name="a"), x, y)
    assert not graph_optimizer.mergeable(product, [copy, copy])
    assert graph_optimizer.mergeable(time, [])


def test_all_names_are_there():
    """What the specification names can be imported, simplifications included."""
    for name in graph_optimizer.__all__:
        assert callable(getattr(graph_optimizer, name))
    assert set(DEFAULT) <= {
        getattr(graph_optimizer, n) for n in graph_optimizer.__all__
    }
