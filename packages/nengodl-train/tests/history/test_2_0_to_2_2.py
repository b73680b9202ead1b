# SPDX-License-Identifier: MIT
"""What releases 2.0.0 to 2.2.1 of the original brought to training."""

import functools

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf

v1 = tf.compat.v1
quiet = {"progress_bar": False}


def descent(rate=0.5):
    """Plain gradient descent."""
    return v1.train.GradientDescentOptimizer(rate)


@pytest.mark.skipif(not hasattr(nengo, "Sparse"), reason="nengo 2.8 has no Sparse")
def test_sparse_transforms(linear, open_simulator):
    """History 6: a sparse matrix learns what an equal dense one does."""
    indices = [[i, j] for i in range(3) for j in range(2)]
    with linear.network:
        sparse_output = nengo.Node(size_in=3)
        sparse = nengo.Connection(
            *(linear.input, sparse_output),
            transform=nengo.Sparse((3, 2), indices=indices, init=linear.start.ravel()),
            synapse=None,
        )
        probe = nengo.Probe(sparse_output)
    sim = open_simulator(linear.network, minibatch_size=2)
    x, y, data = linear.data()
    sim.train({**data, probe: y}, descent(), shuffle=False, **quiet)
    expected = linear.descend(x, y, 0.5, [slice(0, 2), slice(2, 4)])
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-13)
    found = sim.data[sparse].weights
    found = found.toarray() if hasattr(found, "toarray") else np.reshape(found, (3, 2))
    np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_mse_is_the_default(linear, open_simulator):
    """History 30: of loss and train, for all probes in data; NumPy's value."""
    sim = open_simulator(linear.network, minibatch_size=2)
    x, y, data = linear.data()
    expected = np.mean((x @ linear.start.T - y) ** 2)
    loss = sim.loss(data, **quiet)
    np.testing.assert_allclose(loss, expected, rtol=1e-13)
    np.testing.assert_array_equal(
        sim.loss(data, {linear.probe: nengo_dl.objectives.mse}, **quiet), loss
    )
    sim.train(data, descent(), shuffle=False, **quiet)
    learned = linear.descend(x, y, 0.5, [slice(0, 2), slice(2, 4)])
    np.testing.assert_allclose(linear.matrix(sim), learned, rtol=1e-13)


class Product:
    """Functions that are bound to something."""

    def both(self, output, target):
        """Multiply outputs with targets."""
        return tf.reduce_sum(output * target)

    def alone(self, output, factor=1.0):
        """Sum outputs up; the factor has a default, so it is no target."""
        return tf.reduce_sum(factor * output)

    def __call__(self, output, target):
        """Multiply outputs with targets."""
        return self.both(output, target)


@pytest.mark.parametrize(
    "function, has_target",
    [
        (Product(), True),
        (Product().both, True),
        (Product().alone, False),
        (functools.partial(Product.both, None), True),
        (functools.partial(lambda factor, x: tf.reduce_sum(factor * x), 1.0), False),
    ],
    ids=["object", "method", "method of one", "partial", "partial of one"],
)
def test_callable_objectives(linear, open_simulator, function, has_target):
    """History 32 and 43: objects, methods, partial functions, of one or two arguments."""
    sim = open_simulator(linear.network, minibatch_size=4)
    x, y, data = linear.data()
    if not has_target:
        data, y = {linear.input: x}, np.ones_like(y)
    objective = {linear.probe: function}
    expected = np.sum(x @ linear.start.T * y)
    np.testing.assert_allclose(sim.loss(data, objective, **quiet), expected, rtol=1e-13)
    sim.train(data, descent(), objective=objective, **quiet)
    expected = linear.start - 0.5 * linear.gradient(y, x)
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-13)


def test_one_step_with_filters(open_simulator):
    """History 33: one step is trained, with a warning about filters, and nothing fails."""
    with nengo.Network(seed=0) as net:
        node = nengo.Node([1.0])
        ensemble = nengo.Ensemble(4, 1, neuron_type=nengo.RectifiedLinear())
        nengo.Connection(node, ensemble)
        probe = nengo.Probe(ensemble.neurons)
        nengo_dl.configure_settings(trainable=None)
        net.config[nengo.Ensemble].trainable = False
        net.config[nengo.ensemble.Neurons].trainable = True
        for connection in net.connections:
            net.config[connection].trainable = False
    sim = open_simulator(net)
    before = sim.data[ensemble].bias.copy()
    objective = {probe: tf.reduce_sum}
    with pytest.warns(UserWarning, match="one timestep"):
        sim.train(1, descent(0.125), objective=objective, **quiet)
    # the gradient of a rectified unit is 1 where it is active; nothing came in so far
    expected = before - 0.125 * (before > 0)
    np.testing.assert_allclose(sim.data[ensemble].bias, expected, rtol=1e-6)
    assert (before > 0).any()


def test_one_dict_of_data(linear, open_simulator):
    """History 35: inputs and targets are in one dict, and it trains."""
    sim = open_simulator(linear.network, minibatch_size=4)
    x, y, data = linear.data()
    sim.train(data, descent(), **quiet)
    expected = linear.descend(x, y, 0.5, [slice(0, 4)])
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-13)


@pytest.mark.parametrize("n_steps", [5, np.int64(5)])
def test_numbers_of_steps(linear, open_simulator, n_steps):
    """History 37 and 43: without data, nodes have their own output, once an epoch."""
    sim = open_simulator(linear.network)
    objective = {linear.probe: tf.reduce_sum}
    x = np.tile([0.5, -1.5], (1, 5, 1))
    loss = sim.loss(n_steps, objective, **quiet)
    np.testing.assert_allclose(loss, np.sum(x @ linear.start.T), rtol=1e-13)
    sim.train(n_steps, descent(), n_epochs=3, objective=objective, **quiet)
    expected = linear.start - 3 * 0.5 * linear.gradient(np.ones((1, 5, 3)), x)
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-13)
    assert sim.sess.run(sim.training_step) == 3


def test_tuples_of_probes(linear, open_simulator):
    """History 38: functions of several probes get tuples, in loss and in train."""
    seen = []

    def product(outputs, targets):
        seen.append((type(outputs), type(targets), len(outputs), len(targets)))
        return tf.reduce_sum(outputs[0] * targets[1] + 2 * outputs[1] * targets[0])

    sim = open_simulator(linear.network, minibatch_size=4)
    x, y, data = linear.data()
    data[linear.twin] = 3 * y
    objective = {(linear.probe, linear.twin): product}
    expected = np.sum(x @ linear.start.T * 5 * y)
    np.testing.assert_allclose(sim.loss(data, objective, **quiet), expected, rtol=1e-13)
    history = sim.train(data, descent(), objective=objective, **quiet)
    np.testing.assert_allclose(history["loss"], [expected], rtol=1e-13)
    np.testing.assert_allclose(history[(linear.probe, linear.twin)], history["loss"])
    expected = linear.start - 0.5 * linear.gradient(5 * y, x)
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-13)
    assert set(seen) == {(tuple, tuple, 2, 2)}


def test_progress_bars(linear, open_simulator, capsys):
    """History 40: train and loss are silent if that is wanted, and show a bar else."""
    sim = open_simulator(linear.network, minibatch_size=2)
    _, _, data = linear.data()
    sim.train(data, descent(), **quiet)
    sim.loss(data, **quiet)
    assert capsys.readouterr() == ("", "")
    sim.train(data, descent())
    shown = capsys.readouterr().out
    assert "Training" in shown and "loss: " in shown
    sim.loss(data)
    assert "Calculating loss" in capsys.readouterr().out


def test_training_mode_of_loss(open_simulator):
    """History 41: the loss is that of rates if `training`, and of spikes if not."""
    networks = {}
    for name, kind in (("spikes", nengo.LIF), ("rates", nengo.LIFRate)):
        with nengo.Network(seed=0) as net:
            nengo_dl.configure_settings(dtype="float64")
            ensemble = nengo.Ensemble(
                *(4, 1),
                neuron_type=kind(),
                gain=[1, 2, 3, 4],
                bias=[2, 1, 3, 0.5],
                encoders=[[1], [-1], [1], [-1]],
            )
            probe = nengo.Probe(ensemble.neurons)
        networks[name] = net, probe
    expected = {}
    for name, (net, probe) in networks.items():
        with nengo.Simulator(net, progress_bar=False) as reference:
            reference.run_steps(20)
            expected[name] = np.mean(reference.data[probe])
    assert abs(expected["spikes"] - expected["rates"]) > 1
    net, probe = networks["spikes"]
    sim = open_simulator(net)
    for training, name in ((False, "spikes"), (True, "rates")):
        loss = sim.loss(20, {probe: tf.reduce_mean}, training=training, **quiet)
        np.testing.assert_allclose(loss, expected[name], rtol=1e-12)


def test_global_step(linear, open_simulator):
    """History 45: the counter is what TensorFlow gives out as global step of the graph."""
    sim = open_simulator(linear.network)
    step = sim.training_step
    assert v1.train.get_or_create_global_step(sim.program.graph) is step
    assert sim.training_step is step and step.dtype.base_dtype == tf.int64
    assert sim.sess.run(step) == 0
    sim.train(2, descent(), objective={linear.probe: tf.reduce_sum}, **quiet)
    assert sim.sess.run(step) == 1


def test_steps_of_events(linear, open_simulator, tmp_path, read_events):
    """History 50: an event has the number of updates that are done, from 1 on."""
    sim = open_simulator(linear.network, minibatch_size=2, tensorboard=str(tmp_path))
    x, y, data = linear.data()
    history = sim.train(data, descent(), summaries=["loss"], shuffle=False, **quiet)
    events = read_events(tmp_path)
    assert [step for step, _ in events] == [1, 2]
    values = [summary["loss/loss/loss"].simple_value for _, summary in events]
    first = np.mean((x[:2] @ linear.start.T - y[:2]) ** 2)
    np.testing.assert_allclose(values[0], first, rtol=1e-6)
    np.testing.assert_allclose([np.mean(values)], history["loss"], rtol=1e-6)
