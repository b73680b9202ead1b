# SPDX-License-Identifier: MIT
"""What was learned, in nengo's simulator and without nengodl-train."""

import os
import subprocess
import sys
import textwrap

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import SoftLIFRate, configure_settings

v1 = tf.compat.v1


class Network:
    """Two layers of neurons with a filter and a recurrence, and data for them."""

    def __init__(self, neuron_type):
        with nengo.Network(seed=0) as self.net:
            configure_settings(dtype="float64", jit_compile=False)
            self.net.config[nengo.Ensemble].neuron_type = neuron_type
            self.node = nengo.Node(lambda t: [np.sin(60 * t), np.cos(60 * t)])
            first = nengo.Ensemble(12, 2, label="first")
            second = nengo.Ensemble(10, 1, label="second")
            nengo.Connection(self.node, first, synapse=None)
            nengo.Connection(
                first, second, function=lambda x: x[0] * x[1], synapse=0.005
            )
            nengo.Connection(second, second, synapse=0.01, transform=0.5)
            nengo.Connection(
                first.neurons, second.neurons, transform=np.ones((10, 12)) * 1e-4
            )
            self.output = nengo.Probe(second, synapse=0.002)
            self.activity = nengo.Probe(first.neurons)
        rng = np.random.RandomState(0)
        self.data = {
            self.node: rng.uniform(-1, 1, (4, 10, 2)),
            self.output: rng.uniform(-1, 1, (4, 10, 1)),
        }

    def rows(self, sim):
        """What the probes record in some steps."""
        sim.run_steps(40, progress_bar=False)
        return [np.array(sim.data[probe]) for probe in (self.output, self.activity)]

    def nengo_rows(self):
        """The same in nengo's simulator."""
        with nengo.Simulator(self.net, progress_bar=False) as sim:
            sim.run_steps(40, progress_bar=False)
            return [np.array(sim.data[p]) for p in (self.output, self.activity)]


TYPES = {
    "RectifiedLinear": nengo.RectifiedLinear(),
    "LIFRate": nengo.LIFRate(),
    "Sigmoid": nengo.Sigmoid(),
    "SoftLIFRate": SoftLIFRate(sigma=0.2),
    "LIF": nengo.LIF(),
    "SpikingRectifiedLinear": nengo.SpikingRectifiedLinear(),
}


# in nengo's own formula of the sigmoid, which then is 0 as it should
@pytest.mark.filterwarnings("ignore:overflow encountered in exp")
@pytest.mark.parametrize("neuron_type", sorted(TYPES))
def test_same_output_in_nengo(open_simulator, train, neuron_type):
    """A trained network that was frozen does the same in nengo's simulator."""
    network = Network(TYPES[neuron_type])
    untrained = network.nengo_rows()
    with open_simulator(network.net, minibatch_size=None) as sim:
        train(sim, network.data, v1.train.AdamOptimizer(0.01), n_epochs=2)
        trained = network.rows(sim)
        sim.freeze_params(network.net)
    frozen = network.nengo_rows()
    for found, expected in zip(frozen, trained):
        assert found.shape == expected.shape
        assert np.abs(found - expected).max() <= 1e-9 * max(1, np.abs(expected).max())
    assert np.abs(untrained[0] - trained[0]).max() > 1e-3
    assert np.abs(trained[1]).max() > 0


CORE_ALONE = """
    import sys

    for name in ("nengodl_train", "nengodl_benchmarks"):
        sys.modules[name] = None  # importing it fails
    import nengo
    import numpy as np
    import nengo_dl

    with nengo.Network(seed=0) as net:
        node = nengo.Node([0.5, -0.5])
        ensemble = nengo.Ensemble(12, 2)
        nengo.Connection(node, ensemble)
        probe = nengo.Probe(ensemble, synapse=0.01)
    with nengo_dl.Simulator(net, device="/cpu:0", progress_bar=False) as sim:
        sim.load_params(sys.argv[1])
        sim.run_steps(30, progress_bar=False)
        np.save(sys.argv[2], sim.data[probe])
        try:
            sim.train(5, None)
        except nengo_dl.errors.MissingPackageError as error:
            print(error)
"""


def test_parameters_load_with_the_core_alone(open_simulator, train, tmp_path):
    """A file of a trained simulator needs nothing of this package."""
    with nengo.Network(seed=0) as net:
        node = nengo.Node([0.5, -0.5])
        ensemble = nengo.Ensemble(12, 2)
        nengo.Connection(node, ensemble)
        probe = nengo.Probe(ensemble, synapse=0.01)
    rng = np.random.RandomState(0)
    data = {node: rng.randn(4, 5, 2), probe: rng.randn(4, 5, 2)}
    path, rows_path = tmp_path / "parameters.npz", tmp_path / "rows.npy"
    with open_simulator(net, minibatch_size=None) as sim:
        before = sim.data[ensemble].bias
        train(sim, data, v1.train.AdamOptimizer(0.1), n_epochs=3)
        assert np.abs(sim.data[ensemble].bias - before).max() > 0.01
        sim.save_params(path)
        sim.run_steps(30, progress_bar=False)
        expected = sim.data[probe]
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(CORE_ALONE))
    found = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), str(path), str(rows_path)],
        capture_output=True,
        text=True,
        env=dict(os.environ, TF_CPP_MIN_LOG_LEVEL="2"),
    )
    assert found.returncode == 0, found.stderr[-3000:]
    assert "nengodl-train" in found.stdout
    np.testing.assert_array_equal(np.load(str(rows_path)), expected)
    assert np.abs(expected).max() > 0.1
