# SPDX-License-Identifier: MIT
"""Training and losses in the midst of a run, which does not notice them."""

import nengo
import numpy as np
import pytest
import tensorflow as tf

v1 = tf.compat.v1


@pytest.fixture
def case():
    """Make a network with all kinds of state and data: spikes, filters, noise, learning."""
    with nengo.Network(seed=0) as net:
        noise = nengo.Node(
            nengo.processes.WhiteSignal(0.1, high=50, seed=1), size_out=1
        )
        clock = nengo.Node(lambda t: np.sin(40 * t))
        pre, post = nengo.Ensemble(10, 1), nengo.Ensemble(10, 1)
        error = nengo.Node(size_in=1)
        nengo.Connection(noise, pre)
        nengo.Connection(clock, error)
        nengo.Connection(post, post, synapse=0.05)
        learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES(1e-3))
        nengo.Connection(error, learned.learning_rule)
        probes = [nengo.Probe(obj) for obj in (noise, clock, pre.neurons, post)]
        probes.append(nengo.Probe(learned, "weights", sample_every=0.002))
    rng = np.random.RandomState(0)
    data = {noise: rng.randn(4, 6, 1), probes[3]: rng.randn(4, 6, 1)}
    return net, probes, data


def test_run_train_loss_run(case, open_simulator, train, saved, assert_same):
    """A run goes on after training (here with rate 0) and losses as if they were not."""
    net, probes, data = case
    with open_simulator(net, minibatch_size=2) as expected:
        expected.run_steps(13, progress_bar=False)
        rows = {probe: np.array(expected.data[probe]) for probe in probes}
    sim = open_simulator(net, minibatch_size=2)
    sim.run_steps(6, progress_bar=False)
    halfway = {probe: np.array(sim.data[probe]) for probe in probes}
    before = saved(sim)

    train(sim, data, v1.train.GradientDescentOptimizer(0.0), n_epochs=2, truncation=3)
    for training in (False, True):
        sim.loss(data, training=training, progress_bar=False)

    assert sim.n_steps == 6
    assert sim.time == pytest.approx(0.006)
    assert_same({probe: sim.data[probe] for probe in probes}, halfway)
    after = saved(sim)
    assert after.pop("variables/training_step") == 8
    assert_same({name: after[name] for name in before}, before)
    sim.run_steps(7, progress_bar=False)
    assert_same({probe: sim.data[probe] for probe in probes}, rows)


def test_minibatches_start_afresh(case, open_simulator, train):
    """The loss of training does not depend on the run before it, nor on the time of it."""
    net, probes, data = case
    losses = []
    for n_steps in (0, 9):
        sim = open_simulator(net, minibatch_size=2)
        if n_steps:
            sim.run_steps(n_steps, progress_bar=False)
        optimizer = v1.train.GradientDescentOptimizer(0.0)
        history = train(sim, data, optimizer, n_epochs=2, shuffle=False)
        losses += history["loss"]
    assert losses == losses[:1] * 4
    expected = sim.loss(data, training=True, progress_bar=False)
    assert losses[0] == pytest.approx(expected, rel=1e-6)


def test_failed_training(case, open_simulator, train, assert_same):
    """State is put back, too, when training ends with an error."""
    net, probes, data = case
    with open_simulator(net, minibatch_size=2) as expected:
        expected.run_steps(8, progress_bar=False)
        rows = {probe: np.array(expected.data[probe]) for probe in probes}
    sim = open_simulator(net, minibatch_size=2)
    sim.run_steps(4, progress_bar=False)

    def elements():
        yield data
        raise OSError("the disk is gone")

    optimizer = v1.train.GradientDescentOptimizer(0.0)
    objective = {probes[3]: lambda outputs, targets: tf.square(outputs - targets)}
    with pytest.raises(OSError, match="the disk is gone"):
        train(sim, elements, optimizer, objective=objective)
    assert sim.n_steps == 4
    sim.run_steps(4, progress_bar=False)
    assert_same({probe: sim.data[probe] for probe in probes}, rows)
