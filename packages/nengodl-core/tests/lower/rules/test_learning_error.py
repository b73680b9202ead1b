# SPDX-License-Identifier: MIT
"""Weight changes by an error, PES and RLS, equal nengo's (ops.md 4)."""

import nengo
import numpy as np
import pytest
from nengo.builder import Model, Signal
from nengo.builder.operator import Copy, DotInc, ElementwiseInc
from nengo.utils.graphs import toposort
from nengo.utils.simulator import operator_dependency_graph
from nengo_dl.extend import check_rule
from nengo_dl.lower.entries import make_entries
from nengo_dl.lower.registry import merge_key
from nengo_dl.lower.rules import learning_error

needs_operator = pytest.mark.skipif(
    learning_error.SimPES is None, reason="nengo < 3 builds PES from products"
)


def make_pes(make, n_pre, n_error, rate=0.1):
    """Make the operator of a PES rule."""
    signals = make.signal(n_pre), make.signal(n_error), make.signal(n_error, n_pre)
    return learning_error.SimPES(*signals, learning_rate=rate)


@needs_operator
@pytest.mark.parametrize("n", [1, 3, 16])
@pytest.mark.parametrize("n_pre, n_error", [(5, 2), (1, 3)])
def test_pes(make, n, n_pre, n_error):
    """Operators of one group keep their own learning rates; items learn on their own."""
    ops = [make_pes(make, n_pre, n_error, 0.1 * (1 + i)) for i in range(n)]
    # per step: with the factor dt / n the changes would be near the tolerance
    check_rule(ops, minibatch=3, dt=1.0, jit=n < 16)


@needs_operator
def test_pes_is_deferred_where_that_saves_memory(make):
    """Weight changes larger than the reads are not carried from step to step."""
    large, small = make_pes(make, 5, 2), make_pes(make, 2, 1)
    assert len(make_entries([(large,)], ())) == 3
    assert len(make_entries([(small,)], ())) == 1


@needs_operator
def test_pes_of_unequal_width_are_not_merged(make):
    """A group is one tensor, so its operators have equal shapes (history 201)."""
    assert merge_key(make_pes(make, 5, 2)) == merge_key(make_pes(make, 5, 2, 0.5))
    assert merge_key(make_pes(make, 5, 2)) != merge_key(make_pes(make, 6, 2))


# -- RLS

needs_rls = pytest.mark.skipif(
    learning_error.SimRLS is None, reason="this nengo has no RLS"
)


def make_rls(make, n_pre, n_error, rate=0.1):
    """Make the operator of an RLS rule."""
    return learning_error.SimRLS(
        make.signal(n_pre),
        make.signal(n_error),
        make.signal(n_error, n_pre),
        Signal(np.eye(n_pre) * rate, name="inv_gamma"),
    )


@needs_rls
@pytest.mark.parametrize("n", [1, 3, 16])
@pytest.mark.parametrize("n_pre, n_error", [(5, 2), (1, 3), (4, 1)])
def test_rls(make, n, n_pre, n_error):
    """Each item of each operator updates inverse correlations of its own."""
    ops = [make_rls(make, n_pre, n_error, 0.1 * (1 + i)) for i in range(n)]
    check_rule(ops, minibatch=3, steps=5, jit=n < 16)


@needs_rls
def test_rls_in_single_precision(make):
    """To float32 rounding."""
    check_rule([make_rls(make, 6, 2)], 2, "float32", steps=5)


@needs_rls
def test_rls_of_activities_that_all_items_share(make):
    """Matrices of several items times a vector of one."""
    op = make_rls(make, 4, 2)
    check_rule([op], minibatch=3, shared=[op.pre_filtered])


@needs_rls
def test_rls_of_unequal_width_are_not_merged(make):
    """A group is one tensor, so its operators have equal shapes."""
    assert merge_key(make_rls(make, 5, 2)) == merge_key(make_rls(make, 5, 2, 0.5))
    assert merge_key(make_rls(make, 5, 2)) != merge_key(make_rls(make, 6, 2))
    assert merge_key(make_rls(make, 5, 2)) != merge_key(make_rls(make, 5, 3))


# -- as products, and in networks


def test_products_of_pes_before_nengo_3(make):
    """The products that nengo 2.8 builds the rule from: columns times rows, scaled."""
    ops = [
        ElementwiseInc(make.signal(2, 1), make.signal(1, 5), make.signal(2, 5)),
        DotInc(make.signal(), make.signal(2), make.signal(2)),
    ]
    check_rule(ops, minibatch=2)


def test_learned_weights(make):
    """Weights to which each step adds its change are used, and differ between items."""
    weights, delta = make.signal(2, 5, name="weights"), make.signal(2, 5, name="delta")
    ops = [
        Copy(delta, weights, inc=True),
        DotInc(weights, make.signal(5), make.signal(2)),
    ]
    check_rule(ops, minibatch=3, steps=4)


def test_network_learns_as_with_nengo():
    """All operators of a learning network, in nengo's order, equal nengo's steps."""
    with nengo.Network(seed=0) as net:
        pre, post = nengo.Node(size_in=3), nengo.Ensemble(20, 2)
        ensemble = nengo.Ensemble(30, 3, neuron_type=nengo.RectifiedLinear())
        nengo.Connection(pre, ensemble, synapse=None)
        learned = nengo.Connection(
            ensemble,
            post,
            function=lambda x: [0, 0],
            learning_rule_type=nengo.PES(learning_rate=1e-3),
        )
        nengo.Connection(post, learned.learning_rule, synapse=0.005)
    model = Model()
    model.build(net)
    ordered = toposort(operator_dependency_graph(model.operators))
    values = {model.sig[pre]["in"]: np.linspace(-1, 1, 3)}
    for jit in (False, True):
        check_rule(ordered, 2, steps=6, values=values, jit=jit, merge=False)
