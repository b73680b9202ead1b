# SPDX-License-Identifier: MIT
"""Trainings that go on in another simulator from a file of `save_params`."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import TensorNode, configure_settings

v1 = tf.compat.v1


def keras_optimizers():
    """Give the module of optimizers of Keras 3, or skip."""
    if not hasattr(tf.keras.optimizers.SGD, "stateless_apply"):
        pytest.skip("Keras 3 needs TensorFlow 2.16 or later")
    return tf.keras.optimizers


class Clipped(v1.train.AdamOptimizer):
    """An optimizer of the user's that needs each parameter by itself."""

    def apply_gradients(self, grads_and_vars, **kwargs):
        """Update."""
        pairs = [(tf.clip_by_norm(g, 0.5), v) for g, v in grads_and_vars]
        return super().apply_gradients(pairs, **kwargs)


OPTIMIZERS = {
    "momentum": lambda: v1.train.MomentumOptimizer(1e-3, 0.9),
    "adam": lambda: v1.train.AdamOptimizer(1e-3),
    "own class": lambda: Clipped(1e-3),
    "keras adam": lambda: keras_optimizers().Adam(1e-3),
    "keras clipped": lambda: keras_optimizers().Adam(1e-3, clipnorm=0.5),
    "keras schedule": lambda: keras_optimizers().SGD(
        keras_optimizers().schedules.ExponentialDecay(1e-3, 1, 0.9), momentum=0.9
    ),
}


@pytest.fixture
def case():
    """Neurons in float32, with encoders, biases and decoders to be trained, and data."""
    rng = np.random.RandomState(0)
    with nengo.Network(seed=0) as net:
        configure_settings(jit_compile=False)  # quick to build, and no other to save
        node = nengo.Node([0, 0])
        ensemble = nengo.Ensemble(8, 2, neuron_type=nengo.RectifiedLinear())
        nengo.Connection(node, ensemble)
        probe = nengo.Probe(ensemble)
    return net, {node: rng.randn(4, 3, 2), probe: rng.randn(4, 3, 2)}


@pytest.mark.parametrize(
    "optimizer, when",
    [(optimizer, "before training") for optimizer in sorted(OPTIMIZERS)]
    + [("adam", "after training"), ("keras clipped", "after training")],
)
def test_training_goes_on(
    case, open_simulator, train, saved, assert_same, tmp_path, optimizer, when
):
    """A file has all of the optimizer's state, and loads before and after its first use."""
    (net, data), make = case, OPTIMIZERS[optimizer]
    path, kwargs = tmp_path / "halfway.npz", {"shuffle": False}
    with open_simulator(net, minibatch_size=2) as sim:
        used = make()
        train(sim, data, used, n_epochs=2, **kwargs)
        sim.save_params(path)
        train(sim, data, used, n_epochs=2, **kwargs)
        expected = saved(sim)
    assert expected["variables/training_step"] == 8

    sim, used = open_simulator(net, minibatch_size=2), make()
    if when == "after training":
        train(sim, data, used, **kwargs)
    sim.load_params(path)
    train(sim, data, used, n_epochs=2, **kwargs)
    assert_same(saved(sim), expected)


def test_several_optimizers(case, open_simulator, train, saved, assert_same, tmp_path):
    """Each of several optimizers gets its own state back, in the order of their use."""
    (net, data), path = case, tmp_path / "halfway.npz"

    def make():
        return [v1.train.MomentumOptimizer(rate, 0.9) for rate in (1e-3, 1e-4)]

    with open_simulator(net) as sim:
        optimizers = make()
        for optimizer in optimizers:
            train(sim, data, optimizer, shuffle=False)
        sim.save_params(path)
        for optimizer in optimizers:
            train(sim, data, optimizer, shuffle=False)
        expected = saved(sim)

    sim = open_simulator(net)
    sim.load_params(path)
    for optimizer in make():
        train(sim, data, optimizer, shuffle=False)
    assert_same(saved(sim), expected)


def test_other_optimizer(case, open_simulator, train, saved, tmp_path):
    """State of an optimizer that is not used does not matter to another one."""
    (net, data), path = case, tmp_path / "halfway.npz"
    with open_simulator(net) as sim:
        train(sim, data, v1.train.MomentumOptimizer(1e-3, 0.9), shuffle=False)
        sim.save_params(path)
        train(sim, data, v1.train.AdamOptimizer(1e-3), shuffle=False)
        expected = saved(sim)

    sim = open_simulator(net)
    sim.load_params(path)
    train(sim, data, v1.train.AdamOptimizer(1e-3), shuffle=False)
    found = saved(sim)
    parameters = [name for name in expected if "optimizers" not in name]
    assert len(parameters) > 2
    for name in parameters:
        np.testing.assert_array_equal(found[name], expected[name], err_msg=name)


def test_other_simulator_settings(case, open_simulator, train, saved, tmp_path):
    """Names in the file depend on the network only: not on minibatches or unrolling."""
    (net, data), path = case, tmp_path / "halfway.npz"
    with open_simulator(net) as sim:
        train(sim, data, v1.train.AdamOptimizer(1e-3), shuffle=False)
        before = saved(sim)
        sim.save_params(path)
    sim = open_simulator(net, minibatch_size=2, unroll_simulation=3, seed=5)
    sim.load_params(path)
    optimizer = v1.train.AdamOptimizer(0.0)
    train(sim, data, optimizer, shuffle=False)
    after = saved(sim)
    assert set(after) == set(before)
    assert after["variables/training_step"] == before["variables/training_step"] + 2
    moments = [name for name in before if "/m/" in name]
    assert moments
    assert any((after[name] != before[name]).any() for name in moments)


@pytest.fixture
def random_case():
    """A matrix and a function that asks for random numbers: resets are special then."""

    def noisy(t, x):
        return x + 0.0 * tf.random.normal(tf.shape(x), dtype=x.dtype)

    rng = np.random.RandomState(0)
    inputs, targets = rng.randn(2, 4, 3, 2)
    with nengo.Network(seed=0) as net:
        configure_settings(dtype="float64", jit_compile=False)
        node = nengo.Node([0, 0])
        output = TensorNode(noisy, size_in=2)
        nengo.Connection(node, output, transform=np.eye(2), synapse=None)
        probe = nengo.Probe(output)
    errors = inputs - targets
    gradient = np.einsum("bto,bti->oi", 2 * errors / errors.size, inputs)
    return net, {node: inputs, probe: targets}, gradient


@pytest.mark.parametrize("seed", [None, 7])
def test_reset_with_random_functions(
    random_case, open_simulator, train, seed, assert_close
):
    """Resets that need another session or graph keep what optimizers keep, too."""
    net, data, gradient = random_case
    sim, optimizer = open_simulator(net, seed=3), v1.train.MomentumOptimizer(0.25, 0.5)
    (connection,) = net.all_connections
    weights = np.eye(2) - 0.25 * gradient
    train(sim, data, optimizer)
    assert_close(sim.data[connection].weights, weights)
    for velocity in (1.5, 1.75):
        sim.reset(seed=seed)
        assert_close(sim.data[connection].weights, np.eye(2), 0)
        train(sim, data, optimizer)
        weights = np.eye(2) - 0.25 * velocity * gradient
        assert_close(sim.data[connection].weights, weights)
        assert sim.sess.run(sim.training_step) == 1


def test_order_of_use_after_reset(random_case, open_simulator, train, assert_close):
    """With another graph, too, each optimizer finds its own state."""
    net, data, gradient = random_case
    sim = open_simulator(net, seed=3)
    first, second = (v1.train.MomentumOptimizer(0.25, 0.5) for _ in range(2))
    train(sim, data, first)
    sim.reset(seed=7)
    train(sim, data, second)
    (connection,) = net.all_connections
    assert_close(sim.data[connection].weights, np.eye(2) - 0.25 * gradient)
