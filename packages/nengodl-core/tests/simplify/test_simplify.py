# SPDX-License-Identifier: MIT
"""All simplifications together."""

import nengo
import numpy as np
from nengo.builder import Model, Signal
from nengo.builder.operator import Copy, Reset
from nengo_dl.operators import SetInitial, split_initial
from nengo_dl.simplify import DEFAULT, is_trainable, simplify


def test_networks_compute_the_same_from_fewer_reads(built, assert_same):
    """All probes show the same numbers for 20 steps, for which less has to be read."""
    op_list, observed = built
    after = simplify(op_list)
    reads = [sum(len(op.reads) for op in ops) for ops in (op_list, after)]
    assert reads[1] < reads[0]
    assert len(split_initial(after)[0]) <= len(op_list)
    assert_same(op_list, after, observed, n_steps=20)


def test_nothing_is_left_to_simplify(built):
    """Simplifying once more changes nothing, and returns the same operators."""
    after = simplify(built[0])
    assert simplify(after) == after


def test_rewrites_that_wait_for_each_other_are_repeated(assert_same):
    """A chain of copies of a constant vanishes, which takes several rounds."""
    signals = [Signal(np.full(2, 3.0), name=str(i)) for i in range(4)]
    op_list = [Copy(a, b) for a, b in zip(signals[:-1], signals[1:])]
    after = simplify(op_list)
    assert [type(op) for op in after] == [SetInitial] * 3
    assert_same(op_list, after, signals)


def test_only_the_given_rewrites_are_applied():
    """With no rewrites, nothing happens."""
    op_list = [Reset(Signal(np.zeros(2), name="a"))]
    assert simplify(op_list, rewrites=()) == op_list
    assert len(DEFAULT) == 4


def test_model_can_still_be_simulated_by_nengo():
    """After simplifying a model's operators, nengo simulates it as it did before."""
    with nengo.Network(seed=0) as net:
        ens = nengo.Ensemble(10, 1)
        nengo.Connection(nengo.Node(lambda t: np.sin(50 * t)), ens)
        probe = nengo.Probe(ens, synapse=0.01)
    model = Model()
    model.build(net)
    outputs = []
    for _ in range(2):
        with nengo.Simulator(None, model=model, progress_bar=False) as sim:
            sim.run_steps(20)
        outputs.append(np.array(sim.data[probe]))
        operators = list(model.operators)
        simplify(model.operators)
        assert model.operators == operators
    np.testing.assert_array_equal(*outputs)


def test_views_of_trainable_signals_are_trainable():
    """The mark of the base counts for its views, which have none of their own."""
    base = Signal(np.zeros(3), name="base")
    assert not is_trainable(base[:2])
    base.trainable = True
    assert is_trainable(base) and is_trainable(base[:2])
