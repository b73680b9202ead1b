# SPDX-License-Identifier: MIT
"""What probes record over several runs."""

import nengo
import numpy as np
import pytest
from nengo_dl import configure_settings

quiet = {"progress_bar": False}


def counting_network(**probe_args):
    """A node whose output is the number of the step, and a probe of it."""
    with nengo.Network() as net:
        net.node = nengo.Node(lambda t: np.round(t / 0.001))
        net.probe = nengo.Probe(net.node, **probe_args)
    return net


@pytest.mark.parametrize("unroll", [1, 3])
@pytest.mark.parametrize("sample_every", [0.001, 0.002, 0.0025, 0.004])
def test_samples_are_those_of_nengo(simulate, reference, unroll, sample_every):
    """Rows are kept over several runs, and unrolling shows no others."""
    net = counting_network(sample_every=sample_every)
    sim = simulate(net, unroll_simulation=unroll)
    for n_steps in (3, 6, 3):
        sim.run_steps(n_steps, **quiet)
    expected = reference(net, 12, net.probe)
    np.testing.assert_array_equal(sim.data[net.probe], expected)
    assert len(sim.trange(sample_every)) == len(expected)


def test_samples_of_extra_steps_are_cut(simulate, reference):
    """A sample that falls into steps nobody asked for is not shown."""
    net = counting_network(sample_every=0.002)
    sim = simulate(net, unroll_simulation=4)
    with pytest.warns(RuntimeWarning):
        sim.run_steps(5, **quiet)
    np.testing.assert_array_equal(sim.data[net.probe], reference(net, 5, net.probe))


def test_probe_data_is_empty_before_any_run(simulate):
    """There is a list without entries, as in nengo's built model (history 188)."""
    net = counting_network()
    assert simulate(net).data[net.probe] == []


def test_probe_data_cannot_be_written(simulate):
    """Writing raises ValueError, and later reads are as before."""
    net = counting_network()
    sim = simulate(net, minibatch_size=2)
    sim.run_steps(2, **quiet)
    with pytest.raises(ValueError, match="read-only"):
        sim.data[net.probe][0, 0, 0] = 7
    np.testing.assert_array_equal(sim.data[net.probe][0], [[1], [2]])


def test_arrays_read_before_stay_as_they_were(simulate):
    """A later run makes a new array."""
    net = counting_network()
    sim = simulate(net)
    sim.run_steps(2, **quiet)
    before = sim.data[net.probe]
    sim.run_steps(1, **quiet)
    np.testing.assert_array_equal(before, [[1], [2]])
    np.testing.assert_array_equal(sim.data[net.probe], [[1], [2], [3]])


def test_without_history_each_run_keeps_its_last_value(simulate):
    """One row a run, which is the last that was executed."""
    net = counting_network()
    with net:
        configure_settings(keep_history=False)
    sim = simulate(net, minibatch_size=2)
    sim.run_steps(3, **quiet)
    np.testing.assert_array_equal(sim.data[net.probe], [[[3]]] * 2)
    sim.run_steps(2, **quiet)
    np.testing.assert_array_equal(sim.data[net.probe], [[[3], [5]]] * 2)


def test_without_history_the_last_executed_step_is_kept(simulate):
    """With unrolled steps that do not fit, it is the last one of the loop."""
    net = counting_network()
    with net:
        configure_settings(keep_history=False)
    sim = simulate(net, unroll_simulation=4)
    with pytest.warns(RuntimeWarning):
        sim.run_steps(5, **quiet)
    np.testing.assert_array_equal(sim.data[net.probe], [[8]])


def test_history_can_be_kept_for_one_probe(simulate):
    """The setting of a probe overrides that of all."""
    net = counting_network()
    with net:
        net.kept = nengo.Probe(net.node)
        configure_settings(keep_history=False)
    net.config[net.kept].keep_history = True
    sim = simulate(net)
    sim.run_steps(3, **quiet)
    assert sim.data[net.probe].shape == (1, 1)
    assert sim.data[net.kept].shape == (3, 1)


def test_items_that_share_a_result_have_one_each(open_simulator):
    """What no operator writes has the batch axis of the minibatch, parameters have 1."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(5, 2)
        connection = nengo.Connection(ensemble, nengo.Node(size_in=2))
        probes = nengo.Probe(ensemble, "input"), nengo.Probe(connection, "weights")
    sim = open_simulator(net, minibatch_size=3)
    sim.run_steps(4, progress_bar=False)
    assert [sim.data[probe].shape for probe in probes] == [(3, 4, 2), (1, 4, 2, 5)]
