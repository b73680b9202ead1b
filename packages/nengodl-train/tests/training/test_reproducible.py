# SPDX-License-Identifier: MIT
"""What is learned depends on the seed, and on nothing that concerns speed or memory."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings

v1 = tf.compat.v1

N_STEPS = 12


@pytest.fixture
def case():
    """Make a recurrent network of spiking neurons, and data for it."""

    def make(dtype="float32"):
        rng = np.random.RandomState(0)
        with nengo.Network(seed=0) as net:
            # smooth: next to the threshold of LIFRate roundings grow a million times
            configure_settings(dtype=dtype, lif_smoothing=0.1)
            node = nengo.Node([0, 0])
            ensemble = nengo.Ensemble(20, 2)
            nengo.Connection(node, ensemble)
            nengo.Connection(ensemble, ensemble, transform=0.5 * np.eye(2))
            probe = nengo.Probe(ensemble, synapse=0.01)
        inputs, targets = rng.uniform(-1, 1, (2, 6, N_STEPS, 2))
        return net, {node: inputs, probe: targets}

    return make


@pytest.fixture
def trained(case, open_simulator, train, saved):
    """Train a fresh simulator; give what it saves and the history of the loss."""

    def run(seed=1, dtype="float32", unroll_simulation=1, **kwargs):
        net, data = case(dtype)
        sim = open_simulator(
            net, minibatch_size=2, seed=seed, unroll_simulation=unroll_simulation
        )
        optimizer = v1.train.MomentumOptimizer(1e-3, 0.9)
        history = train(sim, data, optimizer, n_epochs=3, **kwargs)
        return saved(sim), history["loss"]

    return run


def test_equal_seeds(trained, assert_same):
    """Two simulators with the same seed learn the same from shuffled data."""
    (first, history), (second, same_history) = trained(), trained()
    assert_same(second, first)
    assert history == same_history
    assert len(history) == 3


def test_other_seed(trained):
    """The seed of the simulator decides on the order of the items only."""
    (_, history), (_, other) = trained(seed=1), trained(seed=2)
    assert history != other
    (_, history), (_, other) = (trained(seed, shuffle=False) for seed in (1, 2))
    assert history == other


@pytest.mark.parametrize("truncation", [None, 6])
def test_unrolling(trained, assert_same, truncation):
    """Steps that are unrolled in runs make no difference to training."""
    expected, history = trained(truncation=truncation)
    found, same_history = trained(truncation=truncation, unroll_simulation=3)
    assert_same(found, expected)
    assert history == same_history


@pytest.mark.parametrize("checkpoint_steps", [1, 4, 5, 11, 12, 100])
def test_checkpoint_steps(trained, assert_close, checkpoint_steps):
    """Recomputed steps give the parameters and losses that saved ones give."""
    expected, history = trained(dtype="float64")
    found, other = trained(dtype="float64", checkpoint_steps=checkpoint_steps)
    assert list(found) == list(expected)
    for name in expected:
        size = max(1, np.abs(expected[name]).max())
        assert_close(found[name] / size, expected[name] / size, 1e-12)
    assert_close(other, history, 1e-12)


def test_checkpoint_steps_and_truncation(trained, assert_close):
    """Recomputation within truncated pieces, of which the last is short, is exact, too."""
    kwargs = {"dtype": "float64", "truncation": 7}
    with pytest.warns(UserWarning, match="truncation"):
        expected, _ = trained(**kwargs)
    with pytest.warns(UserWarning, match="truncation"):
        found, _ = trained(checkpoint_steps=3, **kwargs)
    assert found["variables/training_step"] == 3 * 3 * 2
    for name in expected:
        size = max(1, np.abs(expected[name]).max())
        assert_close(found[name] / size, expected[name] / size, 1e-12)
