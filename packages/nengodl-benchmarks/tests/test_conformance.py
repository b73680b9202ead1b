# SPDX-License-Identifier: MIT
"""Every benchmark network gives the numbers of nengo, in every way to simulate it.

Nengo computes in float64. With float64 ours may differ by 1e-10, with float32 by 1e-5,
both relative to the greatest value so far where that exceeds 1: values of thousands have
no 1e-5 in float32.

A spike is a decision. Where nengo's voltage passes the threshold by less than float32 can
tell, ours may fall the other way, and from then on the two simulations are different
ones. So spiking runs in float32 are compared up to the first spike that differs, and for
that one nengo's voltage must have been within rounding of the threshold.
"""

import functools
import itertools
from typing import NamedTuple, Optional

import nengo
import nengo_dl
import numpy as np
import pytest
from nengodl_benchmarks.networks import NETWORKS, build_network

DT = 0.001
N_STEPS = 60
ITEMS = 7
TYPES = {
    "RectifiedLinear": nengo.RectifiedLinear(),
    "LIFRate": nengo.LIFRate(),
    "LIF": nengo.LIF(),
    "SpikingRectifiedLinear": nengo.SpikingRectifiedLinear(),
}
SPIKING = ("LIF", "SpikingRectifiedLinear")
# Gains and biases are about 1, and an integrator passes on a hundredth: only large inputs
# make neurons spike (with the benchmark's own, LIF neurons of the integrator never do).
# Rates need no larger ones than 30. At 300 the threshold of LIFRate, where its slope is
# infinite, magnifies rounding: nengo's own results then change by 4e-6 when each of its
# parameters changes by half a last place of float32 (cconv, 1 dimension, 12 neurons).
# Voja makes encoders as long as the input, so that currents grow with its square.
INPUT = dict.fromkeys(NETWORKS, 300.0)
INPUT.update(integrator=20000.0, voja=50.0, basal_ganglia=1.0, random_network=1.0)
RATE_INPUT = dict.fromkeys(NETWORKS, 30.0)
RATE_INPUT.update(integrator=500.0, voja=10.0, basal_ganglia=1.0, random_network=1.0)
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}
# Rounding of a voltage that is the sum of some tens of currents, in units of its last
# place; a neuron's last place is that of its greatest voltage so far.
ROUNDING = 64 * np.finfo(np.float32).eps

WAYS = list(itertools.product((None, 1, 7), (1, 5), (True, False)))
CELLS = list(itertools.product(NETWORKS, TYPES))
# Nengo warns of neurons that cannot fire: their greatest rates are not numbers.
pytestmark = pytest.mark.filterwarnings(
    "ignore:invalid value encountered in log1p:RuntimeWarning",
    "ignore:Non-finite values detected in `max_rates`:UserWarning",
)
# Each network with each type in both precisions, in ways that take turns.
SELECTION = [
    cell + (dtype,) + WAYS[(5 * i + i // len(TYPES) + 7 * j) % len(WAYS)]
    for i, cell in enumerate(CELLS)
    for j, dtype in enumerate(TOLERANCE)
]
SIZES = ((1, 40), (3, 10), (8, 25))


class Case(NamedTuple):
    """What is simulated, and what nengo makes of it; arrays are (items, steps, size).

    `sensitivity` is by how much rounding the parameters to float32 changes nengo's output.
    """

    network: nengo.Network
    data: dict
    output: np.ndarray
    spikes: Optional[np.ndarray]
    voltage: Optional[np.ndarray]
    sensitivity: float


def make_network(name, kind, size, backend):
    """One of the benchmark networks, in the form for a backend."""
    network = build_network(
        name,
        dimensions=size[0],
        neurons_per_d=size[1],
        neuron_type=TYPES[kind],
        backend=backend,
        n_ensembles=4,
        connections_per_ensemble=2,
    )
    if name == "random_network":
        shrink_decoders(network)
    return network


def shrink_decoders(network):
    """Give the random network decoders that make values of about 1.

    Its own are all one, as only its speed matters: values grow 10,000-fold in each step.
    """
    for connection in network.all_connections:
        if isinstance(connection.pre_obj, nengo.Ensemble):
            n_neurons = connection.pre_obj.n_neurons
            values = connection.solver.values / (300 * n_neurons)
            connection.solver = nengo.solvers.NoSolver(values)


def add_probes(network, attribute):
    """Probe all neurons."""
    with network:
        return [nengo.Probe(ens.neurons, attribute) for ens in network.all_ensembles]


@functools.lru_cache(maxsize=None)
def make_case(name, kind, size):
    """Simulate a network with nengo, item by item."""
    network, reference = (
        make_network(name, kind, size, backend) for backend in ("nengo_dl", "nengo")
    )
    rng = np.random.RandomState(0)
    item, data, n_steps = [0], {}, N_STEPS
    scale = INPUT if kind in SPIKING else RATE_INPUT
    for node, other in zip(network.nodes, reference.nodes):
        if node.size_in == 0:
            level = rng.uniform(-1, 1, (ITEMS, 1, node.size_out))
            noise = rng.uniform(0.5, 1.5, (ITEMS, n_steps, node.size_out))
            values = scale[name] * level * noise
            # numbers that both precisions have
            values = data[node] = values.astype(np.float32).astype(np.float64)
            other.output = lambda t, v=values: v[item[0], int(round(t / DT)) - 1]
    read = voltage_reader(reference, kind) if kind in SPIKING else None

    def run(change=lambda signals: None):
        rows = []
        for item[0] in range(ITEMS):
            sim.reset()
            change(sim.signals)
            sim.run_steps(n_steps)
            rows.append((sim.data[reference.p],) + (read(sim) if read else ()))
        return [np.array(arrays) for arrays in zip(*rows)]

    with nengo.Simulator(reference, progress_bar=False, optimize=False) as sim:
        results = run()
        changes = [
            relative_error(run(functools.partial(shake, seed))[0], results[0]).max()
            for seed in range(6 if kind == "LIFRate" else 0)
        ]
    if read is not None:
        network.spikes = add_probes(network, "output")
    results += [None] * (3 - len(results))
    return Case(network, data, *results, max(changes, default=0))


def shake(seed, signals):
    """Change each parameter by up to half of its last place in float32."""
    rng = np.random.RandomState(seed)
    eps = np.finfo(np.float32).eps / 2
    for signal in list(signals):
        value = signals[signal]
        if signal.readonly and not signal.is_view and value.dtype.kind == "f":
            if not isinstance(value, np.ndarray):
                value = value.data  # of a sparse matrix
            value.setflags(write=True)
            value *= 1 + rng.uniform(-eps, eps, value.shape)


def relative_error(actual, expected):
    """Error relative to the greatest value so far or 1; steps are the last axis but one."""
    so_far = np.maximum.accumulate(np.abs(expected).max(axis=-1), axis=-1)
    return np.abs(actual - expected) / np.maximum(1, so_far)[..., None]


def voltage_reader(network, kind):
    """Function from a simulator to spike counts and to voltages before any reset."""
    names = ["output", "input", "voltage"] + ["refractory_time"] * (kind == "LIF")
    probes = {name: add_probes(network, name) for name in names}
    neurons = [ensemble.neurons for ensemble in network.all_ensembles]

    def read(sim):
        now, before = {}, {}
        for name, group in probes.items():
            now[name] = np.concatenate([sim.data[probe] for probe in group], axis=1)
        for name in names[2:]:
            start = [sim.model.sig[obj][name].initial_value for obj in neurons]
            before[name] = np.vstack([np.concatenate(start)[None], now[name][:-1]])
        current, voltage = now["input"], before["voltage"]
        if kind == "LIF":
            active = np.clip(2 * DT - before["refractory_time"], 0, DT)
            decay = np.expm1(-active / TYPES[kind].tau_rc)
            voltage = voltage - (current - voltage) * decay
        else:
            voltage = voltage + np.maximum(current, 0) * DT
        return np.round(now["output"] * DT), voltage

    return read


def simulate(name, case, dtype, minibatch_size, unroll, jit):
    """Output and spike counts of the first items, always with the axis of items."""
    network, n_steps = case.network, case.output.shape[1]
    if name == "python_node" and jit:
        jit = "auto"  # True is refused: XLA cannot compile calls of Python
    with network:
        nengo_dl.configure_settings(dtype=dtype, jit_compile=jit)
    items = 1 if minibatch_size is None else minibatch_size
    with nengo_dl.Simulator(
        network,
        minibatch_size=minibatch_size,
        unroll_simulation=unroll,
        device="/cpu:0",
        progress_bar=False,
    ) as sim:
        data = {node: values[:items] for node, values in case.data.items()}
        sim.run_steps(n_steps, data=data, progress_bar=False)
        found = [
            np.concatenate([sim.data[probe] for probe in probes], axis=-1)
            for probes in ([network.p], getattr(network, "spikes", []))
            if probes
        ]
    assert all(values.dtype == dtype for values in found)
    if minibatch_size is None:
        found = [values[None] for values in found]
    return found[0], np.round(found[-1] * DT)


def comparable_steps(spikes, expected, voltage):
    """Steps before the first spike that differs, which rounding must explain."""
    differ = spikes != expected
    different = np.flatnonzero(differ.any(axis=1))
    if len(different) == 0:
        return len(spikes)
    first = different[0]
    threshold = np.maximum(1, np.round(voltage[first]))
    distance = np.abs(voltage[first] - threshold)
    greatest = np.maximum(1, np.abs(voltage[: first + 1]).max(axis=0))
    within = distance <= ROUNDING * greatest
    assert np.all(within[differ[first]])
    # none of them may differ by more than one spike, or by rounding of a huge number
    error = np.abs(spikes - expected)[first]
    assert np.all(error <= np.maximum(1, ROUNDING * greatest))
    return first


def check(name, kind, size, dtype, minibatch_size, unroll, jit, steep=False):
    """Compare one way to simulate a network with nengo."""
    case = make_case(name, kind, size)
    output, spikes = simulate(name, case, dtype, minibatch_size, unroll, jit)
    items, n_steps, _ = output.shape
    assert output.shape == (minibatch_size or 1,) + case.output.shape[1:]
    tolerance = TOLERANCE[dtype]
    if steep and dtype == "float32":
        tolerance = max(tolerance, 4 * case.sensitivity)
    compared = n_fired = 0
    for item in range(items):
        until = n_steps
        if kind in SPIKING and dtype == "float32":
            found = spikes[item], case.spikes[item], case.voltage[item]
            until = comparable_steps(*found)
        elif kind in SPIKING:
            error = relative_error(spikes[item], case.spikes[item])
            assert error.max() <= tolerance
        error = relative_error(output[item, :until], case.output[item, :until])
        assert error.max(initial=0) <= tolerance
        compared += until
        if kind in SPIKING:
            n_fired += case.spikes[item, :until].sum()
    # at most one item in seven may part from nengo, and that late
    assert compared >= 0.9 * items * n_steps
    assert n_fired > 0 or kind not in SPIKING


def ids(values):
    """Readable names of parameters."""
    return "-".join(map(str, values))


@pytest.mark.parametrize("way", SELECTION, ids=ids)
def test_benchmarks_equal_nengo(way):
    """Each network with each neuron type has nengo's outputs, and its spikes."""
    name, kind, *rest = way
    check(name, kind, (2, 10), *rest)


def test_the_selection_covers_all_pairs():
    """No two choices exist that the default tests do not combine."""
    choices = [
        tuple(NETWORKS),
        tuple(TYPES),
        tuple(TOLERANCE),
        (None, 1, 7),
        (1, 5),
        (True, False),
    ]
    for i, j in itertools.combinations(range(len(choices)), 2):
        tried = {(way[i], way[j]) for way in SELECTION}
        assert tried == set(itertools.product(choices[i], choices[j]))


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS, ids=ids)
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("size", SIZES, ids=ids)
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("name", NETWORKS)
def test_all_combinations_equal_nengo(name, kind, size, dtype, way):
    """As above, at several sizes and in every way.

    The rate of LIFRate rises infinitely fast at its threshold. Where that makes nengo's own
    output change by more than float32's tolerance when its parameters are rounded, ours may
    differ by four times as much: a step rounds more often than parameters do.
    """
    check(name, kind, size, dtype, *way, steep=True)
