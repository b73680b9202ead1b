# SPDX-License-Identifier: MIT
"""A program that runs Nengo's own steps, to test the facade without the pipeline."""

import contextlib

import nengo
import numpy as np
import pytest
from nengo.builder.signal import SignalDict
from nengo.utils.graphs import toposort
from nengo.utils.simulator import operator_dependency_graph
from nengo_dl import Simulator, configure_settings


class NumpyProgram:
    """What `compile_model` returns, with one NumPy simulation for each item."""

    def __init__(self, model, settings, progress=None):
        self.model = model
        self.settings = settings
        self.closed = False
        self.is_isolated = False
        self.graph = None
        self.sess = None
        self.runs = []
        graph = operator_dependency_graph(model.operators)
        self._operators = [op for op in toposort(graph) if hasattr(op, "make_step")]
        self._items = [SignalDict() for _ in range(settings.batch)]
        for signals in self._items:
            for op in model.operators:
                op.init_signals(signals)
        self.reset(settings.seed, include_trainable=True)

    def reset(self, seed, include_trainable):
        """Set everything back; Nengo knows no parameters that would outlive this."""
        self.resets = getattr(self, "resets", []) + [(seed, include_trainable)]
        self._seed = self._seed if seed is None else seed
        for signals in self._items:
            for signal in signals:
                signals.reset(signal)
        self._steps = {}

    def _make_steps(self, item, fed):
        key = (item, frozenset(fed))
        if key not in self._steps:
            signals = self._items[item]
            outputs = {self.model.sig[node]["out"] for node in fed}
            rng = np.random.RandomState(self._seed)
            self._steps[key] = [
                op.make_step(signals, self.model.dt, rng)
                for op in self._operators
                if not outputs.intersection(op.sets)
            ]
        return self._steps[key]

    def run(self, start, n_steps, data, on_block=None, options=None):
        """Run the steps of all items, one item after the other."""
        self.runs.append((start, n_steps, data))
        rows = {probe: [] for probe in self.model.probes}
        for item, signals in enumerate(self._items):
            signals[self.model.step][...] = start
            recorded = {probe: [] for probe in self.model.probes}
            for i in range(n_steps):
                self._one_step(item, i, data)
                for probe, values in recorded.items():
                    period = 1
                    if probe.sample_every is not None:
                        period = probe.sample_every / self.model.dt
                    if (start + i + 1) % period < 1:
                        values.append(signals[self.model.sig[probe]["in"]].copy())
            for probe, values in recorded.items():
                shape = self.model.sig[probe]["in"].shape
                rows[probe].append(np.reshape(values, (-1,) + shape))
        if on_block is not None:
            on_block(
                n_steps,
                {
                    probe: np.stack(values).astype(self.settings.dtype)
                    for probe, values in rows.items()
                },
            )

    def _one_step(self, item, i, data):
        for node, values in data.items():
            self._items[item][self.model.sig[node]["out"]][...] = values[item, i]
        for step in self._make_steps(item, data):
            step()

    def signal_value(self, signal):
        """Value of a signal, for each item only if a learning rule may change it."""
        items = self._items if not signal.readonly else self._items[:1]
        return np.stack([signals[signal] for signals in items]).astype(
            self.settings.dtype
        )

    def post_build(self, rng):
        """There are no functions of TensorNodes."""

    @contextlib.contextmanager
    def as_default(self):
        """There is no graph to enter."""
        yield self

    def close(self):
        """Note that it was closed."""
        self.closed = True


@pytest.fixture(autouse=True)
def no_decoder_cache(monkeypatch):
    """Nengo's cache of decoders is one for all processes of the machine."""
    monkeypatch.setitem(nengo.rc["decoder_cache"], "enabled", "False")


@pytest.fixture
def programs(monkeypatch):
    """The programs made in a test, all of them NumPy ones."""
    made = []

    def compile_model(model, settings, progress=None):
        made.append(NumpyProgram(model, settings, progress))
        return made[-1]

    monkeypatch.setattr("nengo_dl.simulator.simulator.compile_model", compile_model)
    return made


@pytest.fixture
def simulate(programs):
    """Make a silent simulator on the CPU that is closed after the test."""
    simulators = []

    def make(network, **kwargs):
        kwargs.setdefault("device", "/cpu:0")
        kwargs.setdefault("progress_bar", False)
        simulators.append(Simulator(network, **kwargs))
        return simulators[-1]

    yield make
    for simulator in simulators:
        simulator.close()


@pytest.fixture
def network():
    """A node that drives an ensemble, both probed."""
    with nengo.Network(seed=0) as net:
        net.node = nengo.Node([0.5, -0.5])
        net.ensemble = nengo.Ensemble(20, 2, neuron_type=nengo.RectifiedLinear())
        net.connection = nengo.Connection(net.node, net.ensemble)
        net.probe = nengo.Probe(net.ensemble, synapse=0.01)
        net.node_probe = nengo.Probe(net.node)
    return net


@pytest.fixture
def reference():
    """Data of a probe from nengo's own simulator."""

    def run(network, n_steps, probe, **kwargs):
        with nengo.Simulator(network, progress_bar=False, **kwargs) as sim:
            sim.run_steps(n_steps)
        return sim.data[probe]

    return run


@pytest.fixture
def parametric():
    """Objects of each kind that have parameters."""
    with nengo.Network(seed=0) as net:
        configure_settings(dtype="float64")
        net.node = nengo.Node([0.3, -0.4])
        net.a = nengo.Ensemble(20, 2, radius=2.0, label="a")
        net.b = nengo.Ensemble(15, 2, label="b", neuron_type=nengo.LIFRate())
        net.inward = nengo.Connection(net.node, net.a, transform=2.0, label="inward")
        net.decoded = nengo.Connection(
            net.a, net.b, function=np.square, transform=[[1, 2], [3, 4]]
        )
        net.full = nengo.Connection(
            net.b, net.a, solver=nengo.solvers.LstsqL2(weights=True)
        )
        net.neurons = nengo.Connection(
            net.a.neurons, net.b.neurons, transform=np.full((15, 20), 1e-4)
        )
        net.sliced = nengo.Connection(net.a[[1, 0, 0]], nengo.Node(size_in=3))
        net.probes_ = [nengo.Probe(obj, synapse=0.01) for obj in (net.a, net.b)]
    return net


@pytest.fixture(scope="session")
def learning():
    """Make networks with all kinds of state: voltages, filters, learned weights, delays."""

    def make(seed=0, neuron_type=None, n_neurons=12, **options):
        with nengo.Network(seed=seed) as net:
            configure_settings(**options)
            net.config[nengo.Ensemble].neuron_type = neuron_type or nengo.LIF()
            node = nengo.Node(np.ones(2) * 0.4)
            net.pre, net.post = nengo.Ensemble(n_neurons, 2), nengo.Ensemble(10, 2)
            nengo.Connection(node, net.pre, transform=[[1, 0], [0, -1]])
            net.learned = nengo.Connection(
                net.pre, net.post, learning_rule_type=nengo.PES(1e-2)
            )
            net.direct = nengo.Connection(
                net.pre.neurons,
                net.post.neurons,
                transform=nengo.dists.Gaussian(0, 1e-3),
                synapse=nengo.Alpha(0.005),
            )
            nengo.Connection(net.post, net.learned.learning_rule)
            net.probe = nengo.Probe(net.post, synapse=0.01)
        return net

    return make


@pytest.fixture(scope="session")
def state_of():
    """Give everything that outlasts a step."""

    def read(sim):
        place = sim.program.store.layout.place
        return sim.program.signal_values(list(place)), list(place)

    return read
