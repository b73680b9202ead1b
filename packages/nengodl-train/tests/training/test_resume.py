# SPDX-License-Identifier: MIT
"""Trainings that are interrupted and begun again."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import Simulator, configure_settings
from nengodl_train.callbacks import BestParameters, Callback, EarlyStopping
from nengodl_train.resume import Resume

v1 = tf.compat.v1

N_EPOCHS = 4


class Interrupt(Callback):
    """Press Ctrl-C after so many updates."""

    def __init__(self, n_updates):
        self.left = n_updates

    def on_minibatch_end(self, training, losses):
        """Count, and press."""
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


class Epochs(Callback):
    """Take down with which epochs a training begins and ends."""

    def __init__(self):
        self.begun, self.ended = [], []

    def on_epoch_begin(self, training):
        """Take it down."""
        self.begun.append(training.epoch)

    def on_train_end(self, training):
        """Take it down."""
        self.ended.append(training.epoch)


@pytest.fixture(scope="module")
def case():
    """Neurons and data of 6 items, which come in random order."""
    rng = np.random.RandomState(0)
    with nengo.Network(seed=0) as net:
        configure_settings(jit_compile=False)  # quick to build, and all is the same
        node = nengo.Node([0, 0])
        ensemble = nengo.Ensemble(8, 2, neuron_type=nengo.RectifiedLinear())
        nengo.Connection(node, ensemble)
        probe = nengo.Probe(ensemble)
    return net, {node: rng.randn(6, 3, 2), probe: rng.randn(6, 3, 2)}


@pytest.fixture
def fresh(case, open_simulator, train):
    """Open a simulator with a seed, and give it with a function that trains it."""

    def make(seed=1):
        net, data = case
        sim = open_simulator(net, minibatch_size=2, seed=seed)
        optimizer = v1.train.AdamOptimizer(1e-3)

        def run(*callbacks, n_epochs=N_EPOCHS):
            return train(sim, data, optimizer, n_epochs=n_epochs, callbacks=callbacks)

        return sim, run

    return make


@pytest.fixture(scope="module")
def uninterrupted(case, train, tmp_path_factory):
    """What a training without interruption leaves."""
    net, data = case
    path = tmp_path_factory.mktemp("uninterrupted") / "parameters.npz"
    with Simulator(
        net, minibatch_size=2, seed=1, device="/cpu:0", progress_bar=False
    ) as sim:
        train(sim, data, v1.train.AdamOptimizer(1e-3), n_epochs=N_EPOCHS)
        sim.save_params(path)
    with np.load(str(path)) as file:
        return {name: file[name] for name in file.files if name != "manifest"}


@pytest.mark.parametrize(
    "n_updates, same_simulator", [(1, True), (3, False), (8, True), (8, False)]
)
def test_interrupted(
    fresh, uninterrupted, saved, assert_same, tmp_path, n_updates, same_simulator
):
    """Begun again, in the same or another simulator, it ends bit for bit as without."""
    path = tmp_path / "training.npz"
    sim, run = fresh()
    with pytest.raises(KeyboardInterrupt):
        run(Resume(path), Interrupt(n_updates))
    assert saved(sim)["variables/training_step"] == n_updates
    if not same_simulator:
        sim, run = fresh(seed=2)  # the order of items comes from the file
    epochs = Epochs()
    run(Resume(path), epochs)
    assert epochs.begun == list(range((n_updates - 1) // 3, N_EPOCHS))
    assert_same(saved(sim), uninterrupted)


def test_interrupted_twice(fresh, uninterrupted, saved, assert_same, tmp_path):
    """Any number of interruptions is made up for."""
    path = tmp_path / "training.npz"
    for n_updates in (4, 2, 5):
        sim, run = fresh()
        with pytest.raises(KeyboardInterrupt):
            run(Resume(path), Interrupt(n_updates))
    run(Resume(path))
    assert_same(saved(sim), uninterrupted)


def test_finished(fresh, uninterrupted, saved, assert_same, tmp_path):
    """A training that is finished ends at once; with more epochs it goes on."""
    path = tmp_path / "training.npz"
    fresh()[1](Resume(path), n_epochs=2)
    sim, run = fresh()
    assert run(Resume(path), n_epochs=2) == {}
    assert saved(sim)["variables/training_step"] == 6
    history = run(Resume(path))
    assert len(history["loss"]) == 2
    assert_same(saved(sim), uninterrupted)


def test_later_trainings(fresh, uninterrupted, saved, tmp_path):
    """The epochs of a file count in trainings with this file only."""
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"
    fresh()[1](Resume(first), n_epochs=2)
    sim, run = fresh()
    sim.load_params(first)
    assert len(run()["loss"]) == N_EPOCHS
    sim, run = fresh()
    sim.load_params(first)
    epochs = Epochs()
    assert len(run(Resume(second), epochs)["loss"]) == N_EPOCHS
    assert epochs.begun == list(range(N_EPOCHS))


def test_with_best_parameters(fresh, saved, tmp_path):
    """Files of the best parameters know nothing of epochs, and loading them is harmless."""
    best, path = tmp_path / "best.npz", tmp_path / "training.npz"
    sim, run = fresh()
    epochs = Epochs()
    stopping = EarlyStopping(patience=N_EPOCHS, restore_best=True)
    run(BestParameters(best), stopping, Resume(path), epochs)
    assert epochs.ended == [N_EPOCHS]
    with np.load(str(best)) as file:
        assert "variables/training_step" in file.files
        assert not [name for name in file.files if "epoch" in name or "order" in name]
    with np.load(str(path)) as file:
        assert file["variables/training/epoch"] == N_EPOCHS
    assert not [name for name in saved(sim) if "epoch" in name or "order" in name]
