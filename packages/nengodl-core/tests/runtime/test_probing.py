# SPDX-License-Identifier: MIT
"""Which steps probes keep."""

import nengo
import numpy as np
import pytest
from nengo_dl import configure_settings
from nengo_dl.runtime.probing import Recording

quiet = {"progress_bar": False}


@pytest.mark.parametrize("period", [1, 1.0, 2, 2.5, 3, 7.3, 100, 0.5])
def test_rows_are_those_of_nengo(period):
    """A step is kept if its number modulo the period is less than 1, block after block."""
    recording = Recording(None, (1,), period, True)
    kept = [
        start + 1 + row
        for start, size in ((0, 5), (5, 1), (6, 30), (36, 200))
        for row in recording.kept(start, size)
    ]
    assert kept == [step for step in range(1, 237) if step % period < 1]


def test_without_history_the_last_row_is_kept():
    """Whatever the period, and whether that counts."""
    for period in (1, 50):
        recording = Recording(None, (), period, False)
        for every_step in (False, True):
            np.testing.assert_array_equal(recording.kept(3, 8, every_step), [7])


def test_the_period_may_not_count():
    """All steps of a block are kept then."""
    for period in (1, 2.5, 50):
        kept = Recording(None, (), period, True).kept(3, 8, every_step=True)
        np.testing.assert_array_equal(kept, np.arange(8))


def test_only_plain_probes_keep_every_step():
    """Others have their rows picked."""
    assert Recording(None, (), 1, True).every_step
    assert not Recording(None, (), 2, True).every_step
    assert not Recording(None, (), 1, False).every_step


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("block", [4, 1000])
@pytest.mark.parametrize("unroll", [1, 4])
def test_samples_are_those_of_nengo(same_as_nengo, monkeypatch, jit, block, unroll):
    """Over several runs, blocks and unrolled steps, with and without XLA."""
    monkeypatch.setattr("nengo_dl.runtime.pace.BLOCK_STEPS", block)
    with nengo.Network(seed=0) as net:
        configure_settings(jit_compile=jit)
        node = nengo.Node(lambda t: [t, t**2])
        ensemble = nengo.Ensemble(5, 1, neuron_type=nengo.RectifiedLinear())
        for sample_every in (None, 0.001, 0.002, 0.0025, 0.003, 0.02):
            nengo.Probe(node, sample_every=sample_every)
            nengo.Probe(ensemble.neurons, sample_every=sample_every, synapse=0.01)
    same_as_nengo(net, (4, 12, 8), unroll_simulation=unroll)


def test_a_probe_that_never_sampled_has_no_rows(open_simulator):
    """After a run it has the shape and the type of its data."""
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node([1, 2]), sample_every=0.1)
    sim = open_simulator(net)
    assert sim.data[probe] == []
    sim.run_steps(5, **quiet)
    assert sim.data[probe].shape == (0, 2)
    assert sim.data[probe].dtype == np.float32
    sim.run_steps(100, **quiet)
    np.testing.assert_array_equal(sim.data[probe], [[1, 2]])


@pytest.mark.parametrize("jit", [True, False])
def test_history_that_is_not_kept(open_simulator, monkeypatch, jit):
    """Each run leaves its last value, however many blocks it has."""
    monkeypatch.setattr("nengo_dl.runtime.pace.BLOCK_STEPS", 4)
    with nengo.Network() as net:
        configure_settings(keep_history=False, jit_compile=jit)
        node = nengo.Node(lambda t: np.round(t / 0.001))
        probes = [nengo.Probe(node, sample_every=every) for every in (None, 0.005)]
        kept = nengo.Probe(node)
    net.config[kept].keep_history = True
    sim = open_simulator(net, minibatch_size=2)
    for n_steps in (10, 3, 4):
        sim.run_steps(n_steps, **quiet)
    for probe in probes:
        np.testing.assert_array_equal(sim.data[probe], [[[10], [13], [17]]] * 2)
    assert sim.data[kept].shape == (2, 17, 1)


def test_reading_between_runs_changes_nothing(open_simulator):
    """Data that was read is joined, and the next run still replaces no row of it."""
    with nengo.Network() as net:
        configure_settings(keep_history=False)
        probe = nengo.Probe(nengo.Node(lambda t: np.round(t / 0.001)))
    sim = open_simulator(net)
    for n_steps, expected in ((3, [3]), (2, [3, 5]), (1, [3, 5, 6])):
        sim.run_steps(n_steps, **quiet)
        np.testing.assert_array_equal(sim.data[probe][:, 0], expected)
