# SPDX-License-Identifier: MIT
"""Our simulator and nengo's, side by side."""

import nengo
import numpy as np
import pytest
from nengo_dl import Simulator, configure_settings


@pytest.fixture
def open_simulator():
    """Make silent simulators on the CPU that are closed after the test."""
    simulators = []

    def make(network, **kwargs):
        kwargs.setdefault("device", "/cpu:0")
        simulators.append(Simulator(network, progress_bar=False, **kwargs))
        return simulators[-1]

    yield make
    for simulator in simulators:
        simulator.close()


@pytest.fixture(scope="session")
def nengo_data():
    """Data of all probes after some steps of nengo's own simulator."""

    def run(network, n_steps, **kwargs):
        # nengo 4.1's optimizer goes wrong with reversed slices, not in every run
        kwargs.setdefault("optimize", False)
        with nengo.Simulator(network, progress_bar=False, **kwargs) as sim:
            sim.run_steps(n_steps)
            return {probe: np.asarray(sim.data[probe]) for probe in network.all_probes}

    return run


@pytest.fixture
def same_as_nengo(open_simulator, nengo_data):
    """Compare all probes to float64 rounding after runs in turn; give our simulator.

    Values above 1 may differ by 1e-10 of the greatest.
    """

    def check(network, runs=(12, 8), reference=None, **kwargs):
        with network:
            configure_settings(dtype="float64")
        expected = nengo_data(reference or network, sum(runs))
        sim = open_simulator(network, **kwargs)
        for n_steps in runs:
            sim.run_steps(n_steps, progress_bar=False)
        batched = kwargs.get("minibatch_size") is not None
        assert len(network.all_probes) == len(expected) > 0
        for probe, rows in zip(network.all_probes, expected.values()):
            found = sim.data[probe]
            assert found.shape[batched:] == rows.shape
            limit = 1e-10 * max(1, np.abs(rows).max(initial=0))
            assert np.abs(found - rows).max(initial=0) <= limit
        return sim

    return check


@pytest.fixture(scope="session")
def pes():
    """Make a network that learns decoders, or weights with a solver of weights."""

    def make(pre_size=40, post_size=35, solver=None, probed=False):
        with nengo.Network(seed=0) as net:
            inp = nengo.Node([0.5, -0.5])
            pre, post = nengo.Ensemble(pre_size, 2), nengo.Ensemble(post_size, 2)
            nengo.Connection(inp, pre)
            more = {} if solver is None else {"solver": solver}
            conn = nengo.Connection(
                pre,
                post,
                function=lambda x: [0, 0],
                learning_rule_type=nengo.PES(1e-3),
                **more,
            )
            error = nengo.Node(size_in=2)
            nengo.Connection(post, error)
            nengo.Connection(inp, error, transform=-1)
            nengo.Connection(error, conn.learning_rule)
            nengo.Probe(post, synapse=0.01)
            if probed:
                nengo.Probe(conn, "weights")
        return net

    return make
