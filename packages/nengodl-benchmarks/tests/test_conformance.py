# SPDX-License-Identifier: MIT
"""Every benchmark network gives the numbers of nengo, in every way to simulate it.

Nengo computes in float64. With float64 ours may differ by 1e-10, with float32 by 1e-5,
both relative to the greatest value so far where that exceeds 1 (values of thousands have
no 1e-5 in float32; ReLU networks with fixed weights of one grow without bound).

A spike is a decision: where a float64 voltage passes the threshold by less than float32
can tell, ours may fall the other way, and from the next step on the two simulations are
different ones. So runs in float32 are compared up to the first spike that differs, and
for that one nengo's voltage must have been within rounding of the threshold.
"""

import functools
import itertools
from typing import NamedTuple

import nengo
import nengo_dl
import numpy as np
import pytest
from nengodl_benchmarks.networks import build_network

DT = 0.001
ITEMS = 7
TYPES = {
    "RectifiedLinear": nengo.RectifiedLinear(),
    "LIFRate": nengo.LIFRate(),
    "LIF": nengo.LIF(),
    "SpikingRectifiedLinear": nengo.SpikingRectifiedLinear(),
}
SPIKING = ("LIF", "SpikingRectifiedLinear")
RANDOM = {"n_ensembles": 4, "connections_per_ensemble": 2}
NETWORKS = ("integrator", "cconv", "basal_ganglia", "pes", "random_network")
# Gains and biases of about 1 need large inputs: a neuron fires when its current is
# above 1, a spiking rectified linear one every 1000 / current steps.
INPUT = {"basal_ganglia": 1.0, "random_network": 1.0}
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}

MINIBATCH, UNROLL, JIT = (None, 1, 7), (1, 5), (True, False)
WAYS = list(itertools.product(MINIBATCH, UNROLL, JIT))
CELLS = list(itertools.product(NETWORKS, TYPES))


class Case(NamedTuple):
    """A network with what nengo makes of it."""

    network: nengo.Network
    data: dict
    probes: dict
    expected: dict
    start: dict


def simulated_network(name, kind, size):
    """The network, with inputs that the tests choose and probes of spiking neurons."""
    network = build_network(
        name,
        dimensions=size[0],
        neurons_per_d=size[1],
        neuron_type=TYPES[kind],
        **(RANDOM if name == "random_network" else {}),
    )
    probes = {"output": [network.p]}
    with network:
        if kind in SPIKING:
            neurons = [ensemble.neurons for ensemble in network.all_ensembles]
            for attribute in ("output", "voltage", "input"):
                probes["neurons " + attribute] = [
                    nengo.Probe(obj, attribute) for obj in neurons
                ]
        if kind == "LIF":
            probes["neurons refractory_time"] = [
                nengo.Probe(obj, "refractory_time") for obj in neurons
            ]
    return network, probes


@functools.lru_cache(maxsize=None)
def make_case(name, kind, size, n_steps):
    """Run nengo on each item."""
    network, probes = simulated_network(name, kind, size)
    rng = np.random.RandomState(0)
    data = {}
    for node in network.nodes:
        if node.size_in == 0:
            level = rng.uniform(-1, 1, (ITEMS, 1, node.size_out))
            noise = rng.uniform(0.5, 1.5, (ITEMS, n_steps, node.size_out))
            values = INPUT.get((name, kind), INPUT.get(name, 100.0)) * level * noise
            # what both precisions can represent
            data[node] = values.astype(np.float32).astype(np.float64)
    expected = {key: [] for key in probes}
    item = [0]
    for node, values in data.items():
        node.output = lambda t, values=values: values[item[0], int(round(t / DT)) - 1]
    with nengo.Simulator(network, progress_bar=False) as sim:
        for item[0] in range(ITEMS):
            sim.reset()
            sim.run_steps(n_steps)
            for key, values in read(sim, probes).items():
                expected[key].append(values)
        start = initial_state(sim.model, network, expected)
    expected = {key: np.stack(values) for key, values in expected.items()}
    return Case(network, data, probes, expected, start)


def initial_state(model, network, keys):
    """What the neurons' states are before the first step."""
    neurons = [ensemble.neurons for ensemble in network.all_ensembles]
    return {
        name: np.concatenate([model.sig[obj][name].initial_value for obj in neurons])
        for name in ("voltage", "refractory_time")
        if "neurons " + name in keys
    }


def read(sim, probes):
    """Data of each list of probes, side by side."""
    return {
        key: np.concatenate([sim.data[probe] for probe in group], axis=-1)
        for key, group in probes.items()
    }


def simulate(case, n_steps, dtype, minibatch_size, unroll, jit):
    """Our results for the first items, always with the axis of items."""
    with case.network:
        nengo_dl.configure_settings(dtype=dtype, jit_compile=jit)
    items = 1 if minibatch_size is None else minibatch_size
    with nengo_dl.Simulator(
        case.network,
        minibatch_size=minibatch_size,
        unroll_simulation=unroll,
        device="/cpu:0",
        progress_bar=False,
    ) as sim:
        data = {node: values[:items] for node, values in case.data.items()}
        sim.run_steps(n_steps, data=data, progress_bar=False)
        results = read(sim, case.probes)
    assert all(values.dtype == dtype for values in results.values())
    if minibatch_size is None:
        results = {key: values[None] for key, values in results.items()}
    return results
