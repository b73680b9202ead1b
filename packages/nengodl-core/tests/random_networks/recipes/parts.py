# SPDX-License-Identifier: MIT
"""Inputs, ensembles and nodes of random networks."""

import contextlib
from typing import Any, NamedTuple, Optional, Tuple

import nengo
import nengo_dl
import numpy as np
from hypothesis import strategies as st

from .kinds import (
    HOST,
    NEURONS,
    PARAMETERS,
    PROCESSES,
    TENSOR,
    make_neurons,
    parameters_of,
)

OUTPUTS = ["constant", "function", "WhiteNoise", "WhiteSignal", "PresentInput"]
# of neurons whose rates have no inverse, or one for some rates only
GAINS = {"Izhikevich": (5, 15), "Sigmoid": (1, 4), "Tanh": (1, 4)}
numbers = st.integers  # both ends included


class Part(NamedTuple):
    """An object: `size` values go out of it, `n` says how many neurons or ensembles."""

    kind: str
    size: int
    n: int = 1
    type: str = ""
    parameters: Tuple[Tuple[str, float], ...] = ()
    noise: Any = False
    seed: Optional[int] = None
    nested: bool = False

    @property
    def has_neurons(self):
        """Whether there are neurons to connect to."""
        return self.kind == "ensemble" and self.type != "Direct"


class Limits(NamedTuple):
    """What the way of comparing allows; see `recipe.recipes`."""

    seeded: bool
    smooth: bool
    one_item: bool


@st.composite
def inputs(draw, limits):
    """A node without input; without seed, each item has a stream of its own."""
    seed = draw(st.just(3) if limits.seeded else st.sampled_from([None, 3]))
    return Part(
        "input", draw(numbers(1, 4)), type=draw(st.sampled_from(OUTPUTS)), seed=seed
    )


@st.composite
def neurons(draw, limits):
    """The name of a neuron type, and some of its parameters."""
    names = [
        name
        for name, found in sorted(NEURONS.items())
        if (found.smooth or not limits.smooth) and (not found.draws or limits.one_item)
    ]
    name = draw(st.sampled_from(names))
    chosen = draw(st.sets(st.sampled_from(parameters_of(name) or [""])))
    return name, tuple(
        (parameter, draw(st.sampled_from(PARAMETERS[parameter])))
        for parameter in sorted(chosen)
        if parameter
    )


@st.composite
def parts(draw, limits):
    """One part that is no input."""
    kind = draw(
        st.sampled_from(
            ["ensemble"] * 4 + ["array", "relay", "host", "process", "tensor"]
        )
    )
    seed = draw(st.just(1) if limits.seeded else st.sampled_from([None, 1]))
    part = Part(kind, draw(numbers(1, 4)), seed=seed, nested=draw(st.booleans()))
    if kind in ("ensemble", "array"):
        name, parameters = draw(neurons(limits))
        part = part._replace(type=name, parameters=parameters)
    if kind == "ensemble":
        noise = part.has_neurons and draw(st.booleans())
        return part._replace(n=draw(numbers(5, 9)), noise=noise)
    if kind == "array":
        return part._replace(n=draw(numbers(5, 9)), size=draw(numbers(2, 4)))
    if kind == "host":
        # one function serves all items, so its memory is theirs together
        names = sorted(set(HOST) - ({"memory"} if not limits.one_item else set()))
        return part._replace(type=draw(st.sampled_from(names)))
    tables = {"process": PROCESSES, "tensor": TENSOR, "relay": [""]}
    return part._replace(type=draw(st.sampled_from(sorted(tables[kind]))))


def output_of(part):
    """What an input node puts out."""
    rng = np.random.RandomState(part.size)
    if part.type == "constant":
        return rng.uniform(-1, 1, part.size)
    if part.type == "function":
        return lambda t: np.sin(70 * t + np.arange(part.size))
    if part.type == "PresentInput":
        return nengo.processes.PresentInput(rng.uniform(-1, 1, (3, part.size)), 0.003)
    if part.type == "WhiteNoise":
        return nengo.processes.WhiteNoise(seed=part.seed)
    return nengo.processes.WhiteSignal(0.1, high=60, seed=part.seed)


def make_part(part, values, is_reference):
    """Build a part; `values` take the place of the output of an input."""
    with nengo.Network() if part.nested else contextlib.nullcontext():
        if part.kind == "input":
            output = output_of(part)
            if values is not None:
                output = lambda t: values[int(round(t * 1000)) - 1]  # noqa: E731
            return nengo.Node(output, size_out=part.size)
        if part.kind in ("ensemble", "array"):
            return _make_ensembles(part)
        return _make_node(part, is_reference)


def _make_node(part, is_reference):
    sizes = {"size_in": part.size, "size_out": part.size}
    if part.kind == "relay":
        return nengo.Node(size_in=part.size)
    if part.kind == "host":
        return nengo.Node(HOST[part.type](), **sizes)
    if part.kind == "process":
        return nengo.Node(PROCESSES[part.type](part.seed), **sizes)
    of_tensors, of_arrays = TENSOR[part.type]
    if is_reference:
        return nengo.Node(of_arrays, **sizes)
    return nengo_dl.TensorNode(of_tensors, **sizes)


def _make_ensembles(part):
    options = {"neuron_type": make_neurons(part.type, part.parameters)}
    if part.type in GAINS:
        options["gain"] = nengo.dists.Uniform(*GAINS[part.type])
        options["bias"] = nengo.dists.Uniform(0, 2)
    else:
        options["intercepts"] = nengo.dists.Uniform(-1, 0.4)
    if part.kind == "array":
        return nengo.networks.EnsembleArray(part.n, part.size, **options)
    if part.noise:
        options["noise"] = nengo.processes.WhiteNoise(seed=part.seed)
    return nengo.Ensemble(part.n, part.size, **options)
