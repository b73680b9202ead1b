# SPDX-License-Identifier: MIT
"""Which parameters training changes, and that it treats each one by itself."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings
from nengodl_train.errors import NoGradientWarning

v1 = tf.compat.v1


def keras_optimizers():
    """Give the module of optimizers of Keras 3, or skip."""
    if not hasattr(tf.keras.optimizers.SGD, "stateless_apply"):
        pytest.skip("Keras 3 needs TensorFlow 2.16 or later")
    return tf.keras.optimizers


@pytest.fixture
def mixed():
    """Two equal halves of a network, of which the second one is not trainable."""
    rng = np.random.RandomState(0)
    with nengo.Network(seed=0) as net:
        configure_settings(trainable=None, dtype="float64")
        net.config[nengo.Connection].synapse = None
        node = nengo.Node(np.zeros(2))
        net.halves, net.readouts = [], []
        for trainable in (True, False):
            ensemble = nengo.Ensemble(6, 2, neuron_type=nengo.RectifiedLinear())
            output = nengo.Node(size_in=2)
            connections = [
                nengo.Connection(node, ensemble.neurons, transform=rng.randn(6, 2)),
                nengo.Connection(ensemble, output),
                nengo.Connection(node, output, transform=rng.randn(2, 2)),
            ]
            for obj in [ensemble] + connections:
                net.config[obj].trainable = trainable
            # encoders are used, too
            nengo.Connection(node, ensemble, transform=np.eye(2)[::-1])
            net.halves.append([ensemble] + connections)
            net.readouts.append(nengo.Probe(output))
    for connection in net.connections[3::4]:
        net.config[connection].trainable = False
    data = {node: rng.uniform(-1, 1, (4, 2, 2))}
    data.update({probe: rng.uniform(-1, 1, (4, 2, 2)) for probe in net.readouts})
    return net, data


def parameters(sim, half):
    """Encoders, biases and weights of one half."""
    ensemble, *connections = half
    found = {i: sim.data[c].weights for i, c in enumerate(connections)}
    found["encoders"] = sim.data[ensemble].scaled_encoders
    found["bias"] = sim.data[ensemble].bias
    return found


OPTIMIZERS = {
    "adam": lambda: v1.train.AdamOptimizer(0.01),
    "momentum": lambda: v1.train.MomentumOptimizer(1e-6, 0.9),
    "keras adam": lambda: keras_optimizers().Adam(0.01),
    "keras weight decay": lambda: keras_optimizers().AdamW(0.01, weight_decay=0.5),
    "keras clipped": lambda: keras_optimizers().AdamW(
        0.01, weight_decay=0.5, clipnorm=1.0
    ),
    "keras average": lambda: keras_optimizers().SGD(
        1e-6, use_ema=True, ema_overwrite_frequency=1
    ),
}


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_fixed_parameters_stay(mixed, open_simulator, train, optimizer, assert_same):
    """What is not trainable stays bit for bit, though it lies beside what is trained."""
    net, data = mixed
    optimizer = OPTIMIZERS[optimizer]()
    sim = open_simulator(net)
    masks = sim.program.store.trainable().values()
    assert any(mask.any() and not mask.all() for mask in masks)  # or this is no test
    trained, fixed = (parameters(sim, half) for half in net.halves)
    train(sim, data, optimizer, n_epochs=3)
    assert_same(parameters(sim, net.halves[1]), fixed)
    for name, array in parameters(sim, net.halves[0]).items():
        assert (array != trained[name]).mean() > 0.5, name


def test_setting_of_the_network(linear, open_simulator, train):
    """A network whose connections are not trainable has nothing to optimize."""
    with linear.net:
        configure_settings(trainable=False)
    sim = open_simulator(linear.net)
    optimizer = v1.train.GradientDescentOptimizer(1.0)
    with pytest.raises(nengo.exceptions.ValidationError, match="trainable"):
        train(sim, linear.data, optimizer)
    np.testing.assert_allclose(linear.weights(sim), linear.start, rtol=1e-15)


@pytest.fixture
def pair():
    """Two matrices of one shape, which are read by operators of one kind."""
    rng = np.random.RandomState(0)
    with nengo.Network() as net:
        configure_settings(dtype="float64")
        node = nengo.Node(np.zeros(2))
        net.start = [scale * rng.uniform(-1, 1, (2, 2)) for scale in (1, 10)]
        net.matrices, net.readouts = [], []
        for start in net.start:
            output = nengo.Node(size_in=2)
            net.matrices.append(
                nengo.Connection(node, output, transform=start, synapse=None)
            )
            net.readouts.append(nengo.Probe(output))
    net.inputs = rng.uniform(-1, 1, (4, 2, 2))
    net.data = {node: net.inputs}
    net.data.update({probe: rng.uniform(-1, 1, (4, 2, 2)) for probe in net.readouts})
    return net


def pair_gradients(net, weights):
    """Gradients of the mean squared errors by both matrices."""
    found = []
    for matrix, probe in zip(weights, net.readouts):
        errors = net.inputs @ matrix.T - net.data[probe]
        found.append(np.einsum("bto,bti->oi", 2 * errors / errors.size, net.inputs))
    return found


def clipped(gradient, length):
    """Shorten a gradient."""
    return gradient * min(1, length / np.sqrt(np.sum(gradient**2)))


class ClippedDescent(v1.train.GradientDescentOptimizer):
    """Gradient descent of the user's, which shortens the gradient of each variable."""

    def apply_gradients(self, grads_and_vars, **kwargs):
        """Update."""
        pairs = [(tf.clip_by_norm(g, 0.5), v) for g, v in grads_and_vars]
        return super().apply_gradients(pairs, **kwargs)


class Descent:
    """Formula of gradient descent with clipped gradients."""

    def __init__(self, weights):
        self.weights = weights

    def update(self, gradient):
        """Make a step."""
        self.weights = self.weights - 0.25 * clipped(gradient, 0.5)


class Adam:
    """Formula of Adam with clipped gradients, with Keras's constants."""

    decay = 0.0

    def __init__(self, weights):
        self.weights, self.m, self.v, self.n = weights, 0, 0, 0

    def update(self, gradient):
        """Make a step."""
        gradient = clipped(gradient, 0.5)
        self.n += 1
        self.weights = self.weights * (1 - 0.25 * self.decay)
        self.m = 0.9 * self.m + 0.1 * gradient
        self.v = 0.999 * self.v + 0.001 * gradient**2
        rate = 0.25 * np.sqrt(1 - 0.999**self.n) / (1 - 0.9**self.n)
        self.weights = self.weights - rate * self.m / (np.sqrt(self.v) + 1e-7)


class AdamW(Adam):
    """The same, and weights get smaller by themselves."""

    decay = 0.5


@pytest.mark.parametrize(
    "make, formula, limit",
    [
        (lambda: ClippedDescent(0.25), Descent, 1e-12),
        (lambda: keras_optimizers().SGD(0.25, clipnorm=0.5), Descent, 1e-12),
        # Keras rounds constants to float32
        (lambda: keras_optimizers().Adam(0.25, clipnorm=0.5), Adam, 1e-5),
        (
            lambda: keras_optimizers().AdamW(0.25, weight_decay=0.5, clipnorm=0.5),
            AdamW,
            1e-5,
        ),
    ],
    ids=["own class", "keras sgd", "keras adam", "keras adam w"],
)
def test_each_parameter_is_clipped(
    pair, open_simulator, train, make, formula, limit, assert_close
):
    """Optimizers that look at whole variables see each parameter as one of its own."""
    optimizer, sim = make(), open_simulator(pair)
    expected = [formula(weights) for weights in pair.start]
    lengths = [np.linalg.norm(g) for g in pair_gradients(pair, pair.start)]
    assert lengths[0] < 0.5 < lengths[1]
    for n_epochs in (2, 3):
        train(sim, pair.data, optimizer, n_epochs=n_epochs)
        for _ in range(n_epochs):
            gradients = pair_gradients(pair, [one.weights for one in expected])
            for one, gradient in zip(expected, gradients):
                one.update(gradient)
    for connection, one in zip(pair.matrices, expected):
        assert_close(sim.data[connection].weights, one.weights, limit)


@pytest.fixture
def apart():
    """Two matrices of other shapes, which lie in homes of their own."""
    rng = np.random.RandomState(0)
    with nengo.Network() as net:
        configure_settings(dtype="float64")
        net.node = nengo.Node(np.zeros(2))
        net.matrices, net.readouts = [], []
        for rows in (2, 5):
            output = nengo.Node(size_in=rows)
            start = rng.uniform(-1, 1, (rows, 2))
            net.matrices.append(
                nengo.Connection(net.node, output, transform=start, synapse=None)
            )
            net.readouts.append(nengo.Probe(output))
    return net


@pytest.mark.parametrize(
    "make", [v1.train.AdamOptimizer, ClippedDescent], ids=["adam", "own class"]
)
def test_what_has_no_gradient_stays(apart, open_simulator, train, make):
    """A parameter that the objective does not depend on keeps its value, bit for bit."""
    sim = open_simulator(apart)
    assert len(sim.program.store.trainable()) == 2
    rng = np.random.RandomState(1)
    data = {apart.node: rng.randn(4, 2, 2), apart.readouts[0]: rng.randn(4, 2, 2)}
    before = [sim.data[one].weights for one in apart.matrices]
    optimizer = make(0.25)
    for n_epochs in (1, 2):
        with pytest.warns(NoGradientWarning):
            train(sim, data, optimizer, n_epochs=n_epochs)
    after = [sim.data[one].weights for one in apart.matrices]
    np.testing.assert_array_equal(after[1], before[1])
    assert np.abs(after[0] - before[0]).min() > 1e-3
