# SPDX-License-Identifier: MIT
"""Networks whose operators the installed kernels compute, beside nengo."""

import dataclasses

import nengo
import nengo_dl
import numpy as np
import pytest
from nengo_dl import pipeline
from nengo_dl.compat import tensorflow as compat
from nengo_dl.errors import CompilationError
from nengo_dl.kernels import PLAIN, installed_kernels
from nengo_dl.lower import learned
from nengo_dl.lower.rules import neurons
from nengo_dl.types import Settings

# named, so that there is no warning about the lack of a GPU
CPU = "/cpu:0"


@pytest.fixture(autouse=True)
def kernels(monkeypatch):
    """The installed kernels, which also compute a few neurons and learn few weights."""
    found = installed_kernels()
    if found == PLAIN:
        pytest.skip("the wheel nengodl-ops is not installed, or not built")
    monkeypatch.setattr(neurons, "MIN_COMPILED", 1)
    monkeypatch.setattr(neurons, "MIN_INTERLEAVED", 1)
    monkeypatch.setattr(learned, "MIN_ROWS", 1)
    return found


def spiking(sizes, neuron_types):
    """Ensembles of given sizes, the types in turn, of which all neurons are probed."""
    with nengo.Network(seed=0) as net:
        inp = nengo.Node(lambda t: np.sin(20 * t))
        for number, size in enumerate(sizes):
            ensemble = nengo.Ensemble(
                size,
                1,
                neuron_type=neuron_types[number % len(neuron_types)],
                max_rates=nengo.dists.Uniform(50, 200),
            )
            nengo.Connection(inp, ensemble)
            nengo.Probe(ensemble.neurons)
    return net


LIF = [nengo.LIF(), nengo.LIF(tau_rc=0.05, tau_ref=0.004, min_voltage=-0.5)]
ADAPTIVE = [nengo.AdaptiveLIF(), nengo.AdaptiveLIF(tau_n=0.2, inc_n=0.05)]
SHORT = [nengo.LIF(tau_rc=0.01)]  # dt / tau_rc beyond the series
RECTIFIED = [
    nengo.SpikingRectifiedLinear(),
    nengo.SpikingRectifiedLinear(amplitude=0.5),
]
TYPES = [LIF, ADAPTIVE, SHORT, RECTIFIED]
# nengo has it from 3.1 on
if hasattr(nengo, "RegularSpiking"):
    TYPES.append([nengo.RegularSpiking(nengo.LIFRate())])


@pytest.mark.parametrize("jit", ["auto", False])
@pytest.mark.parametrize("items", [None, 2])
@pytest.mark.parametrize("neuron_types", TYPES)
@pytest.mark.parametrize("sizes", [[7], [5] * 3, [5] * 18, [3, 11, 4]])
def test_neurons_spike_as_in_nengo(sizes, neuron_types, items, jit):
    """One ensemble, several side by side, interleaved, and of unequal sizes."""
    net = spiking(sizes, neuron_types)
    with net:
        nengo_dl.configure_settings(dtype="float64", jit_compile=jit)
    with nengo_dl.Simulator(
        net, minibatch_size=items, progress_bar=False, device=CPU
    ) as sim:
        sim.run_steps(100, progress_bar=False)
        found = [sim.data[probe] for probe in net.probes]
    # nengo 2.8 takes neurons that differ in their amplitude alone for equal, and merges
    # them
    with nengo.Simulator(net, progress_bar=False, optimize=False) as sim:
        sim.run_steps(100)
    assert any(sim.data[probe].any() for probe in net.probes)
    for values, probe in zip(found, net.probes):
        for value in values if items else [values]:
            np.testing.assert_allclose(value, sim.data[probe], atol=1e-6)


@pytest.mark.parametrize("unroll", [1, 3])
@pytest.mark.parametrize("items", [None, 2])
def test_python_is_called_once_a_step_in_order(items, unroll):
    """Functions without a result are called, too, and with the values of their step."""
    times = []
    with nengo.Network(seed=0) as net:
        inp = nengo.Node(lambda t: t)
        first = nengo.Node(lambda t, x: times.append((t, float(x[0]))), size_in=1)
        nengo.Connection(inp, first, synapse=None)
        double = nengo.Node(lambda t, x: 2 * x + t, size_in=1)
        nengo.Connection(inp, double, synapse=None)
        probe = nengo.Probe(double)
        nengo_dl.configure_settings(dtype="float64")
    with nengo_dl.Simulator(
        net,
        minibatch_size=items,
        unroll_simulation=unroll,
        progress_bar=False,
        device=CPU,
    ) as sim:
        sim.run_steps(30, progress_bar=False)
        found = sim.data[probe]
        assert sim.time == pytest.approx(0.03)
    clock = 0.001 * np.arange(1, 31)
    # nengo has called it before, to see what it returns
    called = np.reshape(times[-30 * (items or 1) :], (30, items or 1, 2))
    np.testing.assert_allclose(called, called[:, :1].repeat(items or 1, axis=1))
    np.testing.assert_allclose(called[:, 0, 0], clock)
    np.testing.assert_allclose(called[:, 0, 1], clock)
    for values in found if items else [found]:
        np.testing.assert_allclose(values[:, 0], 3 * clock)


def test_loops_with_python_stay_compiled(kernels, caplog):
    """Where XLA compiles calls of Python, it compiles the whole loop."""
    with nengo.Network() as net:
        inp = nengo.Node([1])
        node = nengo.Node(lambda t, x: x, size_in=1)
        nengo.Connection(inp, node)
        nengo.Probe(node)
    with caplog.at_level("INFO", "nengo_dl"):
        with nengo_dl.Simulator(net, progress_bar=False, device=CPU) as sim:
            sim.run_steps(3, progress_bar=False)
    choices = [r.getMessage() for r in caplog.records if "Time loop" in r.getMessage()]
    expected = "XLA" if kernels.compiles_host_call else "TensorFlow"
    assert choices and all(f"Time loop: {expected} " in choice for choice in choices)


def test_two_simulators_in_two_threads():
    """Each gets the values of its own functions."""
    from concurrent.futures import ThreadPoolExecutor

    def run(factor):
        with nengo.Network(seed=0) as net:
            inp = nengo.Node([1.0])
            node = nengo.Node(lambda t, x: factor * x, size_in=1)
            nengo.Connection(inp, node, synapse=None)
            probe = nengo.Probe(node)
        with nengo_dl.Simulator(net, progress_bar=False, device=CPU) as sim:
            sim.run_steps(300, progress_bar=False)
            return sim.data[probe]

    with ThreadPoolExecutor(2) as pool:
        for factor, values in zip((2, 5), pool.map(run, (2, 5))):
            np.testing.assert_array_equal(values, np.full((300, 1), factor))


@pytest.mark.parametrize("jit", ["auto", False])
@pytest.mark.parametrize(
    "name, neuron_types",
    [("lif_step", LIF), ("lif_step", ADAPTIVE), ("count_spikes", RECTIFIED)],
)
def test_kernels_are_used(kernels, monkeypatch, name, neuron_types, jit):
    """The step of the neurons is the kernel's wherever it can be."""
    calls = []

    def counted(*args, **kwargs):
        calls.append(name)
        return getattr(kernels, name)(*args, **kwargs)

    wrapped = dataclasses.replace(kernels, **{name: counted})
    monkeypatch.setattr(pipeline, "installed_kernels", lambda: wrapped)
    net = spiking([5], neuron_types)
    with net:
        nengo_dl.configure_settings(jit_compile=jit)
    with nengo_dl.Simulator(net, progress_bar=False, device=CPU) as sim:
        sim.run_steps(2, progress_bar=False)
    # XLA of old versions compiles the loop, but no kernels
    assert bool(calls) == (not jit or name in kernels.compiled)


def test_networks_can_do_without(kernels, caplog):
    """The setting switches the kernels off."""
    net = spiking([5], LIF)
    with net:
        nengo_dl.configure_settings(compiled_kernels=False)
    with nengo_dl.Simulator(net, progress_bar=False, device=CPU) as sim:
        text = sim._program.hlo_text()
        assert text is None or "NengodlLif" not in text


@pytest.mark.parametrize("device", ["/gpu:0", None])
def test_a_gpu_gets_plain_tensorflow(device, monkeypatch):
    """The kernels are for CPUs: where a GPU may be chosen none is used."""
    monkeypatch.setattr(compat, "gpu_available", lambda: True)
    assert pipeline._kernels(Settings(device=device)) == PLAIN
    assert pipeline._kernels(Settings(device=CPU)) == installed_kernels()


def test_compiled_as_was_asked_for(kernels):
    """With a kernel that XLA compiles, a network that calls Python can be compiled."""
    with nengo.Network(seed=0) as net:
        inp = nengo.Node([1.0])
        node = nengo.Node(lambda t, x: x + t, size_in=1)
        nengo.Connection(inp, node, synapse=None)
        probe = nengo.Probe(node)
        nengo_dl.configure_settings(jit_compile=True, dtype="float64")
    if not kernels.compiles_host_call:
        with pytest.raises(CompilationError):
            nengo_dl.Simulator(net, progress_bar=False, device=CPU)
        return
    with nengo_dl.Simulator(net, progress_bar=False, device=CPU) as sim:
        sim.run_steps(5, progress_bar=False)
        expected = 1 + 0.001 * np.arange(1, 6)[:, None]
        np.testing.assert_allclose(sim.data[probe], expected)


@pytest.mark.parametrize("items", [None, 3])
@pytest.mark.parametrize("solver", [None, nengo.solvers.LstsqL2(weights=True)])
def test_learning_is_that_of_nengo(pes, items, solver):
    """PES of decoders and of weights, with rows long enough for the kernel."""
    net = pes(50, 40, solver)
    (probe,) = net.probes
    with net:
        nengo_dl.configure_settings(dtype="float64")
    with nengo_dl.Simulator(
        net, minibatch_size=items, progress_bar=False, device=CPU
    ) as sim:
        sim.run_steps(60, progress_bar=False)
        found = sim.data[probe]
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(60)
    for values in found if items else [found]:
        np.testing.assert_allclose(values, sim.data[probe], rtol=0, atol=1e-9)


def test_neurons_that_start_above_the_threshold(monkeypatch):
    """The kernel's series do not hold for them: the plain step, which is exact, does."""
    if not hasattr(nengo.LIF(), "initial_state"):
        pytest.skip("neurons have an initial state from nengo 3.1 on")
    start = {"voltage": nengo.dists.Choice([1.7])}
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(
            1, 1, neuron_type=nengo.LIF(initial_state=start), gain=[1], bias=[1.75]
        )
        probe = nengo.Probe(ensemble.neurons, "refractory_time")
        nengo_dl.configure_settings(dtype="float64")
    with nengo_dl.Simulator(net, progress_bar=False, device=CPU) as sim:
        sim.run_steps(4, progress_bar=False)
        found = sim.data[probe]
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(4)
    np.testing.assert_allclose(found, sim.data[probe], rtol=0, atol=1e-12)
