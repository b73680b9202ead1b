# SPDX-License-Identifier: MIT
"""What train.md requires where the original went wrong, or left something open."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings
from nengodl_train.callbacks import Callback

v1 = tf.compat.v1
quiet = {"progress_bar": False}


def descent(rate=0.5):
    """Plain gradient descent."""
    return v1.train.GradientDescentOptimizer(rate)


class Momentum:
    """NumPy's side of a momentum optimizer with rate 0.5 and momentum 0.75."""

    def __init__(self, linear):
        self.linear = linear
        self.speed = np.zeros_like(linear.start)

    def step(self, matrix, x, y):
        """Return the next matrix."""
        self.speed = 0.75 * self.speed + self.linear.of_mse(matrix, x, y)
        return matrix - 0.5 * self.speed


def test_optimizers_of_one_class(linear, open_simulator):
    """train.md 3: a second one works, and each has a state of its own."""
    sim = open_simulator(linear.network, minibatch_size=4)
    x, y, data = linear.data()
    pairs = [(v1.train.MomentumOptimizer(0.5, 0.75), Momentum(linear)) for _ in "ab"]
    matrix = linear.start
    for number in (0, 1, 1, 0, 1):
        optimizer, reference = pairs[number]
        sim.train(data, optimizer, **quiet)
        matrix = reference.step(matrix, x, y)
        np.testing.assert_allclose(linear.matrix(sim), matrix, rtol=1e-12)


def test_one_optimizer_in_two_simulators(linear, open_simulator):
    """train.md 3: it has a state in each of them."""
    sims = [open_simulator(linear.network, minibatch_size=4) for _ in "ab"]
    x, y, data = linear.data()
    optimizer = v1.train.MomentumOptimizer(0.5, 0.75)
    references = [Momentum(linear) for _ in sims]
    matrices = [linear.start for _ in sims]
    for number in (0, 1, 0):
        sims[number].train(data, optimizer, **quiet)
        matrices[number] = references[number].step(matrices[number], x, y)
        found = [linear.matrix(sim) for sim in sims]
        np.testing.assert_allclose(found, matrices, rtol=1e-12)


@pytest.mark.parametrize("soft", [False, True])
def test_resets_keep_the_optimizer(linear, open_simulator, soft):
    """train.md 3: parameters and step are set back, the momentum is not."""
    sim = open_simulator(linear.network, minibatch_size=4)
    x, y, data = linear.data()
    optimizer, reference = v1.train.MomentumOptimizer(0.5, 0.75), Momentum(linear)
    sim.train(data, optimizer, **quiet)
    reference.step(linear.start, x, y)
    if soft:
        sim.soft_reset(include_trainable=True)
    else:
        sim.reset()
    np.testing.assert_array_equal(linear.matrix(sim), linear.start)
    assert sim.sess.run(sim.training_step) == 0
    sim.train(data, optimizer, **quiet)
    expected = reference.step(linear.start, x, y)
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-12)
    assert sim.sess.run(sim.training_step) == 1


def test_tuples_in_summaries(linear, open_simulator, tmp_path, read_events):
    """train.md 4: a key that is a tuple has a loss among the summaries, too."""
    sim = open_simulator(linear.network, minibatch_size=4, tensorboard=str(tmp_path))
    x, y, _ = linear.data()
    both = (linear.probe, linear.twin)
    objective = {
        both: lambda rows: tf.reduce_sum(rows[0] + rows[1]),
        linear.probe: tf.reduce_sum,
    }
    arguments = {"objective": objective, "summaries": ["loss"], **quiet}
    sim.train({linear.input: x}, descent(), **arguments)
    ((_, found),) = read_events(tmp_path)
    rows = np.sum(x @ linear.start.T)
    expected = {
        "loss": 3 * rows,
        "Probe_out_twin_loss": 2 * rows,
        "Probe_out_loss": rows,
    }
    assert set(found) == {f"loss/loss/{name}" for name in expected}
    for name, value in expected.items():
        value_found = found[f"loss/loss/{name}"].simple_value
        np.testing.assert_allclose(value_found, value, rtol=1e-6)


def test_tuples_of_direct_gradients(linear, open_simulator):
    """train.md 4: with None, data has a gradient for each probe of the tuple."""
    sim = open_simulator(linear.network, minibatch_size=4)
    x, y, _ = linear.data()
    data = {linear.input: x, linear.probe: y, linear.twin: 3 * y}
    objective = {(linear.probe, linear.twin): None}
    assert sim.train(data, descent(), objective=objective, **quiet) == {}
    expected = linear.start - 0.5 * linear.gradient(4 * y, x)
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-13)


class Losses(Callback):
    """Keeps the losses of all updates."""

    def __init__(self):
        self.seen = []

    def on_minibatch_end(self, training, losses):
        """Take one down."""
        self.seen.append(dict(losses))


def test_only_direct_gradients(linear, open_simulator, capsys):
    """train.md 5: then there is no loss, neither for callbacks nor on the bar."""
    sim = open_simulator(linear.network, minibatch_size=2)
    x, y, _ = linear.data()
    data, losses = {linear.input: x, linear.probe: y}, Losses()
    sim.train(data, descent(), objective={linear.probe: None}, callbacks=[losses])
    assert losses.seen == [{}, {}]
    shown = capsys.readouterr().out
    assert "Training" in shown and "loss" not in shown


def test_arrays_are_summed_in_train_and_averaged_in_loss(linear, open_simulator):
    """train.md 4: an objective per item has other scales in the two."""
    sim = open_simulator(linear.network, minibatch_size=2)
    x, y, data = linear.data()
    errors = (x @ linear.start.T - y) ** 2

    def by_item(output, target):
        return tf.reduce_sum((output - target) ** 2, axis=(1, 2))

    objective, items = {linear.probe: by_item}, errors.sum(axis=(1, 2))
    loss = sim.loss(data, objective, **quiet)
    np.testing.assert_allclose(loss, items.mean(), rtol=1e-13)
    total = sim.loss(data, objective, combine=np.sum, **quiet)
    np.testing.assert_allclose(total, items.sum(), rtol=1e-13)
    both = sim.loss(data, objective, combine=list, **quiet)
    np.testing.assert_allclose(both, items.reshape((2, 2)), rtol=1e-13)
    history = sim.train(data, descent(0.0), objective=objective, **quiet)
    np.testing.assert_allclose(history["loss"], [items.sum() / 2], rtol=1e-13)
    sim.train(data, descent(2.0**-5), objective=objective, shuffle=False, **quiet)
    size = y[:2].size
    minibatches = [slice(0, 2), slice(2, 4)]
    expected = linear.descend(x, y, size * 2.0**-5, minibatches)
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-12)


def test_several_results_are_summed(linear, open_simulator):
    """train.md 4: in train a list of results counts as their sum; loss keeps them apart."""
    sim = open_simulator(linear.network, minibatch_size=4)
    x, _, _ = linear.data()
    objective = {linear.probe: lambda z: [tf.reduce_sum(z), 2 * tf.reduce_sum(z[:, 0])]}
    rows = x @ linear.start.T
    parts = [np.sum(rows), 2 * np.sum(rows[:, 0])]
    found = sim.loss({linear.input: x}, objective, **quiet)
    np.testing.assert_allclose(found, parts, rtol=1e-12)
    history = sim.train({linear.input: x}, descent(), objective=objective, **quiet)
    np.testing.assert_allclose(history["loss"], [sum(parts)], rtol=1e-12)


def test_variables_of_objectives(linear, open_simulator):
    """train.md 4: they are initialized once, are trained, and stay from call to call."""
    sim = open_simulator(linear.network, minibatch_size=4)
    x, _, _ = linear.data()
    made = []

    def scaled(output):
        scale = v1.get_variable(
            *("scale", ()),
            dtype=tf.float64,
            initializer=v1.constant_initializer(3.0),
            use_resource=True,
        )
        made.append(scale)
        return scale * tf.reduce_sum(output)

    matrix, scale = linear.start, 3.0
    for n_epochs in (1, 2):
        arguments = {"objective": {linear.probe: scaled}, "n_epochs": n_epochs, **quiet}
        history = sim.train({linear.input: x}, descent(2.0**-5), **arguments)
        losses = []
        for _ in range(n_epochs):
            total = np.sum(x @ matrix.T)
            losses.append(scale * total)
            gradient = linear.gradient(np.full((4, 3, 3), scale), x)
            matrix, scale = matrix - gradient / 32, scale - total / 32
        np.testing.assert_allclose(history["loss"], losses, rtol=1e-11)
        np.testing.assert_allclose(linear.matrix(sim), matrix, rtol=1e-11)
    assert len({id(variable) for variable in made}) == 1


def test_summaries_stay_as_they_are(linear, open_simulator, tmp_path, read_events):
    """train.md 9: the caller's list is not changed, and a tuple is as good as a list."""
    sim = open_simulator(linear.network, minibatch_size=4, tensorboard=str(tmp_path))
    _, _, data = linear.data()
    given = ["loss", linear.connection]
    for summaries in (given, tuple(given)):
        sim.train(data, descent(), summaries=summaries, **quiet)
        assert list(summaries) == ["loss", linear.connection]
    (step, first), (_, second) = read_events(tmp_path)
    assert step == 1 and len(first) == len(second) == 2
    # equal summaries of later calls are numbered
    assert {tag + "_1" for tag in first} == set(second)


def test_rows_of_targets(open_simulator):
    """train.md 2: a row for each step, whatever the sampling; one without a history."""
    with nengo.Network() as net:
        configure_settings(dtype="float64", keep_history=None)
        node, output = nengo.Node([0.0]), nengo.Node(size_in=1)
        weight = nengo.Connection(node, output, transform=[[2.0]], synapse=None)
        slow = nengo.Probe(output, sample_every=0.002)
        last = nengo.Probe(output)
        net.config[last].keep_history = False
    sim = open_simulator(net, minibatch_size=2)
    rng = np.random.RandomState(0)
    x, y = rng.uniform(size=(2, 2, 5, 1))
    for probe, steps in ((slow, slice(None)), (last, slice(4, 5))):
        data, errors = {node: x, probe: y}, (2 * x - y)[:, steps]
        loss = sim.loss(data, **quiet)
        np.testing.assert_allclose(loss, np.mean(errors**2), rtol=1e-13)
        history = sim.train(data, descent(), **quiet)
        np.testing.assert_allclose(history["loss"], [np.mean(errors**2)], rtol=1e-13)
        gradient = np.mean(2 * errors * x[:, steps])
        found = sim.data[weight].weights
        np.testing.assert_allclose(found, 2 - 0.5 * gradient, rtol=1e-13)
        sim.soft_reset(include_trainable=True)


def test_shuffled_items(linear, open_simulator):
    """train.md 2: each epoch has another order, that of sim.rng, and loss has none."""
    sim = open_simulator(linear.network, minibatch_size=2, seed=3)
    x, y, data = linear.data(n_items=6)
    loss = sim.loss(data, **quiet)
    sim.train(data, descent(), n_epochs=2, **quiet)
    rng, minibatches = np.random.RandomState(3), []
    for _ in range(2):
        order = np.arange(6)
        rng.shuffle(order)
        minibatches += [order[i : i + 2] for i in (0, 2, 4)]
    expected = linear.descend(x, y, 0.5, minibatches)
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-12)
    in_order = 2 * [slice(i, i + 2) for i in (0, 2, 4)]
    assert not np.allclose(expected, linear.descend(x, y, 0.5, in_order))
    sim.soft_reset(include_trainable=True)
    np.testing.assert_array_equal(sim.loss(data, **quiet), loss)
