# SPDX-License-Identifier: MIT
"""Run two simulators of one network alternately and compare them."""

import contextlib

import numpy as np

from ..networks import build_network, expected_warnings, find_neuron_type
from . import memory
from .decoder_cache import no_decoder_cache
from .result import Case, Comparison
from .sides import NengoDLSide, NengoSide


def compare(network, reference=NengoSide, candidate=NengoDLSide, **options):
    """
    Measure our simulator against nengo's on one benchmark network.

    Both simulate the same network in the same process, taking turns, so that
    whatever else the machine does slows both. A network with TensorNodes has plain
    nodes in their place for nengo, which cannot run them.

    Parameters
    ----------
    network : str
        Name of the benchmark network.
    reference, candidate : callable, optional
        Functions of network and case that return the simulators to compare; their
        attribute ``backend``, if they have one, says which form of a network they
        get: "nengo" (the default) or "nengo_dl".
    **options
        Further fields of `Case`: dimensions, neurons_per_d, neuron_type, n_steps,
        minibatch_size, rounds, dtype, jit_compile, unroll, arguments.

    Returns
    -------
    Comparison
        Times, memory, differences and the size of the compiled loop.
    """
    case = Case(network, **options)
    makers = reference, candidate
    nets = [build(case, getattr(make, "backend", "nengo")) for make in makers]
    peak_is_ours = memory.reset_peak()
    used = {"start": memory.resident_mb()}
    with contextlib.ExitStack() as stack:
        sides = []
        for name, make, net in zip(("reference", "candidate"), makers, nets):
            with expected_warnings(), no_decoder_cache():
                side = make(net, case)
            stack.callback(side.close)
            sides.append(side)
            used[name + "_built"] = memory.resident_mb()
        return measure(nets, case, sides, used, peak_is_ours)


def build(case, backend):
    """
    Build the network of a case; by its seed it is the same each time.

    Parameters
    ----------
    case : Case
        What is measured.
    backend : str
        Which form of the network, where there are several.

    Returns
    -------
    nengo.Network
        The network.
    """
    return build_network(
        case.network,
        dimensions=case.dimensions,
        neurons_per_d=case.neurons_per_d,
        neuron_type=find_neuron_type(case.neuron_type),
        backend=backend,
        **case.arguments,
    )


def measure(nets, case, sides, used, peak_is_ours):
    """
    Measure two simulators that are built.

    Parameters
    ----------
    nets : sequence of nengo.Network
        The network that each of them simulates.
    case : Case
        How it is run.
    sides : sequence
        The reference and the candidate.
    used : dict
        Resident memory so far, by name.
    peak_is_ours : bool
        Whether the peak of the memory starts with this comparison.

    Returns
    -------
    Comparison
        What was found.
    """
    reference, candidate = sides
    first_run = []
    for name, side in zip(("reference", "candidate"), sides):
        first_run.append(side.run())
        used[name + "_ran"] = memory.resident_mb()
    difference, value = largest_difference(nets, sides)
    rounds = take_turns(sides, case.rounds) * 1000 / case.n_steps
    # before loop_info, which may compile once more to see the loop
    peak = memory.peak_mb()
    loop = candidate.loop_info()
    low, ratio, high = np.percentile(rounds[0] / rounds[1], [25, 50, 75])
    return Comparison(
        case=case,
        n_neurons=nets[0].n_neurons,
        reference_ms=float(np.median(rounds[0])),
        candidate_ms=float(np.median(rounds[1])),
        ratio=float(ratio),
        ratio_low=float(low),
        ratio_high=float(high),
        reference_rounds_ms=tuple(rounds[0].tolist()),
        candidate_rounds_ms=tuple(rounds[1].tolist()),
        reference_build_s=reference.build_seconds,
        candidate_build_s=candidate.build_seconds,
        reference_first_run_s=first_run[0],
        candidate_first_run_s=first_run[1],
        peak_memory_mb=peak,
        peak_memory_reset=peak_is_ours,
        memory_mb=used,
        largest_difference=difference,
        largest_value=value,
        groups=loop.groups,
        fusions=loop.fusions,
        loop_instructions=loop.instructions,
    )


def take_turns(sides, rounds):
    """
    Time the simulators in turn, the other one first in every second round.

    Parameters
    ----------
    sides : sequence
        The simulators.
    rounds : int
        How often each is timed.

    Returns
    -------
    numpy.ndarray, shape (len(sides), rounds)
        Seconds of each run.
    """
    seconds = np.zeros((len(sides), rounds))
    for i in range(rounds):
        order = range(len(sides)) if i % 2 == 0 else reversed(range(len(sides)))
        for side in order:
            seconds[side, i] = sides[side].run()
    return seconds


def largest_difference(nets, sides):
    """
    Return how far the probe data of the last run are apart, and how large they are.

    Parameters
    ----------
    nets : sequence of nengo.Network
        The networks of the reference and of the candidate.
    sides : sequence
        Their simulators.

    Returns
    -------
    tuple of float
        Greatest absolute difference, and greatest absolute value of the reference.
    """
    reference, candidate = sides
    difference = value = 0.0
    for probe, own_probe in zip(*(net.all_probes for net in nets)):
        expected = reference.data(probe)
        actual = candidate.data(own_probe)
        if actual.shape[1:] != expected.shape[1:]:
            raise AssertionError(
                f"{candidate.label} recorded values of shape {actual.shape[1:]} at"
                f" {probe}, {reference.label} of shape {expected.shape[1:]}; both must"
                " record the same steps."
            )
        # not the builtin max, which passes over NaN
        difference = np.maximum(difference, np.abs(actual - expected).max())
        value = np.maximum(value, np.abs(expected).max())
    return float(difference), float(value)
