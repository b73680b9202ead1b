# SPDX-License-Identifier: MIT
"""Learned weights changed and applied at once."""

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf
from nengo.builder.operator import DotInc
from nengo_dl import pipeline
from nengo_dl.kernels import PLAIN, Kernels
from nengo_dl.lower import learned
from nengo_dl.lower.entries import make_entries
from nengo_dl.lower.registry import RULES
from nengo_dl.lower.schedule import Compute

# named, so that there is no warning about the lack of a GPU
CPU = "/cpu:0"
MIN_ROWS = learned.MIN_ROWS

pytestmark = pytest.mark.skipif(
    nengo.version.version_info[0] < 3,
    reason="nengo before 3 builds PES from products, and saves nothing for later",
)


def learned_product(weights, pre, change, x, decay=None):
    """What the compiled kernel computes, in TensorFlow."""
    delta = change[..., None] * pre[:, :, None, :]
    kept = weights if decay is None else weights * (1 - decay)[..., None]
    return kept + delta, tf.reduce_sum((kept + delta) * x[:, :, None, :], axis=3)


JOINING = Kernels(
    learned_product=learned_product, compiled=frozenset(["learned_product"])
)


def hebbian(rule, size=40):
    """Two ensembles with all weights, which a rule without an error changes."""
    with nengo.Network(seed=0) as net:
        inp = nengo.Node([0.5])
        pre, post = nengo.Ensemble(size, 1), nengo.Ensemble(size, 1)
        nengo.Connection(inp, pre)
        nengo.Connection(
            pre,
            post,
            solver=nengo.solvers.LstsqL2(weights=True),
            learning_rule_type=rule,
        )
        nengo.Probe(post.neurons, synapse=0.01)
    return net


def voja():
    """Encoders of 32 dimensions that move to what they see."""
    with nengo.Network(seed=0) as net:
        inp = nengo.Node(np.linspace(-1, 1, 32))
        post = nengo.Ensemble(40, 32)
        nengo.Connection(inp, post, learning_rule_type=nengo.Voja())
        nengo.Probe(post.neurons, synapse=0.01)
    return net


@pytest.fixture(params=["BCM", "Oja", "PES", "PES on weights", "Voja"])
def make_network(request, pes):
    """Make a network that learns by one rule."""
    return {
        "PES": pes,
        "PES on weights": lambda: pes(solver=nengo.solvers.LstsqL2(weights=True)),
        "BCM": lambda: hebbian(nengo.BCM(1e-8)),
        "Oja": lambda: hebbian(nengo.Oja(1e-4)),
        "Voja": voja,
    }[request.param]


@pytest.fixture
def joined(monkeypatch):
    """Compile with a kernel that joins; list how many pairs were joined."""
    counts = []

    def join(schedule):
        result = learned.join_learning(schedule)
        counts.append(len(schedule.actions) - len(result.actions))
        return result

    # decoders of two dimensions, too
    monkeypatch.setattr(learned, "MIN_ROWS", 1)
    monkeypatch.setattr(pipeline, "installed_kernels", lambda: JOINING)
    monkeypatch.setattr(pipeline, "join_learning", join)
    return counts


def simulate(net, items=None, steps=60):
    """All probed values, in float64."""
    with net:
        nengo_dl.configure_settings(dtype="float64")
    with nengo_dl.Simulator(
        net, minibatch_size=items, progress_bar=False, device=CPU
    ) as sim:
        sim.run_steps(steps, progress_bar=False)
        return [sim.data[probe] for probe in net.probes]


@pytest.mark.parametrize("items", [None, 3])
def test_values_are_those_of_nengo(joined, make_network, items):
    """Each rule is joined, and the network learns as in nengo."""
    found = simulate(make_network(), items)
    assert joined == [1]
    net = make_network()
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(60)
    for values, probe in zip(found, net.probes):
        expected = sim.data[probe]
        assert np.abs(expected).max() > 0
        for value in values if items else [values]:
            np.testing.assert_allclose(value, expected, rtol=0, atol=1e-9)


def test_learned_products_are_a_group_of_their_own(pes):
    """Weights that change are not put together with others, whatever the plan says."""
    model = nengo.builder.Model()
    model.build(pes(pre_size=40, post_size=40))
    products = tuple(
        op for op in model.operators if isinstance(op, DotInc) and op.A.shape == (2, 40)
    )
    others = [(op,) for op in model.operators if op not in products]
    found = [
        entry.ops
        for entry in make_entries([products, *others], ())
        if set(entry.ops).intersection(products)
    ]
    # those of the error and of the probe stay together
    assert sorted(map(len, found)) == [1, 2]
    (changed,) = next(ops for ops in found if len(ops) == 1)
    connection = model.toplevel.all_connections[1]
    assert changed.A is model.sig[connection]["weights"]


def test_products_of_one_shape_are_split(joined):
    """The learned decoders are a group of their own beside others of their shape."""
    with nengo.Network(seed=0) as net:
        inp = nengo.Node([0.5, -0.5])
        pre, post, error = [nengo.Ensemble(40, 2) for _ in range(3)]
        nengo.Connection(inp, pre)
        conn = nengo.Connection(
            pre, post, function=lambda x: [0, 0], learning_rule_type=nengo.PES(1e-3)
        )
        nengo.Connection(post, error)
        nengo.Connection(pre, error, transform=-1)
        nengo.Connection(error, conn.learning_rule)
        nengo.Probe(post, synapse=0.01)
    found = simulate(net)[0]
    assert joined == [1]
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(60)
    np.testing.assert_allclose(found, sim.data[net.probes[0]], rtol=0, atol=1e-9)


def test_products_of_the_users_are_left_alone(joined, pes, monkeypatch):
    """An operator with a rule of its own is not taken for a product."""

    class Other(DotInc):
        """A product that another rule computes."""

    monkeypatch.setitem(RULES, Other, RULES[DotInc]._replace(folds=False))
    monkeypatch.setattr(nengo.builder.transforms, "DotInc", Other)
    simulate(pes(), steps=2)
    assert joined == [0]


def test_probed_changes_are_left_alone(joined, pes):
    """Weights that are probed are read by more than the product; values stay right."""
    found = simulate(pes(probed=True))
    assert joined == [0]
    net = pes(probed=True)
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(60)
    for values, probe in zip(found, net.probes):
        np.testing.assert_allclose(values, sim.data[probe], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "pre_size, post_size, joins",
    [(16, 32, 1), (15, 32, 0), (16, 31, 0), (1058, 31, 1), (1057, 31, 0)],
)
def test_few_weights_are_left_alone(
    joined, pes, monkeypatch, pre_size, post_size, joins
):
    """Rows are joined if they have 16 columns, and are 32 or have 2 ** 15 weights."""
    monkeypatch.setattr(learned, "MIN_ROWS", MIN_ROWS)
    solver = nengo.solvers.LstsqL2(weights=True)
    simulate(pes(pre_size, post_size, solver), steps=2)
    assert joined == [joins]


def test_runs_go_on_where_they_were(joined, pes):
    """Learned weights are state: two runs are one long run."""
    whole = simulate(pes())[0]
    net = pes()
    with net:
        nengo_dl.configure_settings(dtype="float64")
    with nengo_dl.Simulator(net, progress_bar=False, device=CPU) as sim:
        sim.run_steps(25, progress_bar=False)
        sim.run_steps(35, progress_bar=False)
        np.testing.assert_array_equal(sim.data[net.probes[0]], whole)


def test_training_keeps_the_plain_schedule(joined, pes, monkeypatch):
    """Only inference is joined: training differentiates the plain step."""
    steps = []
    step = pipeline.Step

    def noting(schedule, environment):
        changes = [
            action
            for action in schedule.actions
            if isinstance(action, Compute) and action.rule.change is not None
        ]
        steps.append((environment.training, len(changes)))
        return step(schedule, environment)

    monkeypatch.setattr(pipeline, "Step", noting)
    simulate(pes(), steps=1)
    assert sorted(steps) == [(False, 0), (True, 1)]


def test_without_the_kernel_nothing_is_joined(joined, pes, monkeypatch):
    """Plain TensorFlow gains nothing from joining."""
    monkeypatch.setattr(pipeline, "installed_kernels", lambda: PLAIN)
    simulate(pes(), steps=1)
    assert joined == []
