# SPDX-License-Identifier: MIT
"""Changes of weights and encoders by activities equal nengo's (ops.md 4)."""

import nengo
import numpy as np
import pytest
from nengo.builder.learning_rules import SimBCM, SimOja, SimVoja
from nengo.builder.operator import Copy, DotInc
from nengo_dl.extend import check_rule
from nengo_dl.lower.entries import make_entries
from nengo_dl.lower.registry import merge_key

SIZES = pytest.mark.parametrize("n_pre, n_post", [(5, 2), (1, 3), (4, 1)])
# more operators than are needed for interleaving, and one alone
GROUPS = pytest.mark.parametrize("n", [1, 3, 16])


def make_bcm(make, n_pre, n_post, rate=0.1):
    """Make the operator of a BCM rule."""
    signals = [make.signal(n) for n in (n_pre, n_post, n_post)]
    return SimBCM(*signals, make.signal(n_post, n_pre), learning_rate=rate)


def make_oja(make, n_pre, n_post, rate=0.1, beta=1.0):
    """Make the operator of an Oja rule."""
    matrices = [make.signal(n_post, n_pre) for _ in range(2)]
    signals = [make.signal(n_pre), make.signal(n_post)] + matrices
    return SimOja(*signals, learning_rate=rate, beta=beta)


def make_voja(make, n_pre, n_post, rate=0.1, scale=1.0):
    """Make the operator of a Voja rule."""
    matrices = [make.signal(n_post, n_pre) for _ in range(2)]
    return SimVoja(
        make.signal(n_pre),
        make.signal(n_post),
        *matrices,
        scale=scale * np.arange(1.0, n_post + 1),
        learning_signal=make.signal(1),
        learning_rate=rate,
    )


# The factor dt would bring changes near the tolerance, so check for steps of a second.


@GROUPS
@SIZES
def test_bcm(make, n, n_pre, n_post):
    """Operators of one group keep their own learning rates; items learn on their own."""
    ops = [make_bcm(make, n_pre, n_post, 0.1 * (1 + i)) for i in range(n)]
    check_rule(ops, minibatch=3, dt=1.0, jit=n < 16)


@GROUPS
@SIZES
def test_oja(make, n, n_pre, n_post):
    """Learning rate and decay may differ between operators of one group."""
    ops = [
        make_oja(make, n_pre, n_post, 0.1 * (1 + i), 0.3 * (3 - i)) for i in range(n)
    ]
    check_rule(ops, minibatch=3, dt=1.0, jit=n < 16)


@GROUPS
@SIZES
def test_voja(make, n, n_pre, n_post):
    """Learning rate and lengths of encoders may differ between operators."""
    ops = [make_voja(make, n_pre, n_post, 0.1 * (1 + i), 1.0 + i) for i in range(n)]
    check_rule(ops, minibatch=3, dt=1.0, jit=n < 16)


@pytest.mark.parametrize("make_op", [make_bcm, make_oja, make_voja])
def test_reads_that_all_items_share(make, make_op):
    """Activities that do not differ between items change nothing but the shapes."""
    ops = [make_op(make, 4, 3) for _ in range(2)]
    check_rule(ops, 3, dt=1.0, shared=[op.reads[1] for op in ops])
    check_rule(ops, 3, dt=1.0, shared=[sig for op in ops for sig in op.reads])


@pytest.mark.parametrize("make_op", [make_bcm, make_oja, make_voja])
def test_single_precision(make, make_op):
    """To float32 rounding."""
    check_rule([make_op(make, 7, 5)], 2, "float32", dt=1.0)


@pytest.mark.parametrize("make_op", [make_bcm, make_oja, make_voja])
def test_rules_of_equal_sizes_are_merged(make, make_op):
    """A group is one tensor, so its operators have equal shapes; rates may differ.

    History 201.
    """
    key = merge_key(make_op(make, 5, 2))
    assert key == merge_key(make_op(make, 5, 2, 0.7))
    assert key != merge_key(make_op(make, 6, 2))
    assert key != merge_key(make_op(make, 5, 3))


def test_bcm_is_deferred_where_that_saves_memory(make):
    """Weight changes larger than the activities are not carried from step to step."""
    large, small = make_bcm(make, 5, 4), make_bcm(make, 2, 2)
    assert len(make_entries([(large,)], ())) == 4
    assert len(make_entries([(small,)], ())) == 1


@pytest.mark.parametrize("jit", [True, False])
def test_rules_that_read_what_they_change(make, jit):
    """Oja and Voja see the values behind the change of the step before."""
    oja, voja = make_oja(make, 5, 4), make_voja(make, 3, 6)
    targets = [
        (oja.weights, oja.pre_filtered, oja.delta),
        (voja.scaled_encoders, voja.pre_decoded, voja.delta),
    ]
    ops = [Copy(delta, target, inc=True) for target, _, delta in targets]
    ops += [
        DotInc(target, pre, make.signal(target.shape[0])) for target, pre, _ in targets
    ]
    check_rule(ops + [oja, voja], minibatch=3, steps=5, dt=0.1, jit=jit)


def test_scale_is_gain_over_radius(make):
    """Nengo hands the lengths of scaled encoders over with the operator."""
    with nengo.Network(seed=0) as net:
        pre = nengo.Node(size_in=2)
        for radius in (0.5, 2.0):
            post = nengo.Ensemble(6, 2, radius=radius)
            nengo.Connection(pre, post, learning_rule_type=nengo.Voja(0.1))
    check_rule(make.built(net, SimVoja), minibatch=2, dt=0.1)
