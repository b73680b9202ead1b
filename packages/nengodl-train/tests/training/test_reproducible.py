# SPDX-License-Identifier: MIT
"""What is learned depends on the seed, and on nothing that concerns speed or memory."""

import functools

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import Simulator, configure_settings

v1 = tf.compat.v1

N_STEPS = 12


def make_case(**settings):
    """Make a recurrent network of spiking neurons, and data for it."""
    rng = np.random.RandomState(0)
    with nengo.Network(seed=0) as net:
        # smooth: next to the threshold of LIFRate roundings grow a million times
        configure_settings(lif_smoothing=0.1, **settings)
        node = nengo.Node([0, 0])
        ensemble = nengo.Ensemble(10, 2)
        nengo.Connection(node, ensemble)
        nengo.Connection(ensemble, ensemble, transform=0.5 * np.eye(2))
        probe = nengo.Probe(ensemble, synapse=0.01)
    inputs, targets = rng.uniform(-1, 1, (2, 6, N_STEPS, 2))
    return net, {node: inputs, probe: targets}


@pytest.fixture(scope="module")
def fresh(train, tmp_path_factory):
    """Train a simulator; give what it saves, and the history of the loss."""
    path = tmp_path_factory.mktemp("reproducible") / "saved.npz"

    def run(seed=1, settings=(("jit_compile", False),), unroll_simulation=1, **kwargs):
        net, data = make_case(**dict(settings))
        with Simulator(
            net,
            minibatch_size=2,
            seed=seed,
            unroll_simulation=unroll_simulation,
            device="/cpu:0",
            progress_bar=False,
        ) as sim:
            optimizer = v1.train.MomentumOptimizer(1e-3, 0.9)
            history = train(sim, data, optimizer, n_epochs=3, **kwargs)
            sim.save_params(path)
        with np.load(str(path)) as file:
            saved = {name: file[name] for name in file.files if name != "manifest"}
        return saved, history["loss"]

    return run


@pytest.fixture(scope="module")
def trained(fresh):
    """Give the same, computed once for the same arguments."""
    return functools.lru_cache(maxsize=None)(fresh)


@pytest.fixture
def assert_rounded(assert_close):
    """Compare two results up to roundings in float64."""

    def check(found, expected):
        (arrays, losses), (expected_arrays, expected_losses) = found, expected
        assert list(arrays) == list(expected_arrays)
        for name, array in expected_arrays.items():
            size = max(1, np.abs(array).max())
            assert_close(arrays[name] / size, array / size, 1e-12)
        assert_close(losses, expected_losses, 1e-12)

    return check


def test_equal_seeds(fresh, assert_same):
    """Two simulators with the same seed learn the same from shuffled data, compiled."""
    settings = (("jit_compile", "auto"),)
    (first, history), (second, same) = (
        fresh(settings=settings),
        fresh(settings=settings),
    )
    assert_same(second, first)
    assert history == same
    assert len(history) == 3


def test_other_seed(trained):
    """The seed of the simulator decides on the order of the items, and on nothing else."""
    assert trained(seed=1)[1] != trained(seed=2)[1]
    assert trained(seed=1, shuffle=False)[1] == trained(seed=2, shuffle=False)[1]


@pytest.mark.parametrize("truncation", [None, 6])
def test_unrolling(trained, assert_same, truncation):
    """Steps that are unrolled in runs make no difference to training."""
    expected, history = trained(truncation=truncation)
    found, same = trained(truncation=truncation, unroll_simulation=3)
    assert_same(found, expected)
    assert history == same


FLOAT64 = (("dtype", "float64"), ("jit_compile", False))
COMPILED = (("dtype", "float64"),)


@pytest.mark.parametrize(
    "settings, checkpoint_steps", [(FLOAT64, 1), (FLOAT64, 5), (COMPILED, 5)]
)
def test_checkpoint_steps(trained, assert_rounded, settings, checkpoint_steps):
    """Recomputed steps give the parameters and losses that saved ones give."""
    expected = trained(settings=settings)
    assert_rounded(
        trained(settings=settings, checkpoint_steps=checkpoint_steps), expected
    )


def test_checkpoint_steps_and_truncation(trained, assert_rounded):
    """Recomputation within truncated pieces, of which the last is short, is exact, too."""
    kwargs = {"settings": FLOAT64, "truncation": 7}
    with pytest.warns(UserWarning, match="truncation"):
        expected = trained(**kwargs)
    with pytest.warns(UserWarning, match="truncation"):
        found = trained(checkpoint_steps=3, **kwargs)
    assert found[0]["variables/training_step"] == 3 * 3 * 2
    assert_rounded(found, expected)
