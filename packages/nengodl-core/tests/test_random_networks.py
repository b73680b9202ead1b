# SPDX-License-Identifier: MIT
"""Networks of random parts, slices, transforms, synapses and probes equal nengo's."""

from typing import Any, NamedTuple, Optional, Tuple

import nengo
import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from nengo_dl import Simulator, configure_settings
from nengo_dl.errors import DependencyCycle

STEPS = 10  # in each of two runs; a multiple of each unrolling
TOLERANCE = 1e-10  # of values up to 1, and relative to larger ones

NENGO_3 = nengo.version.version_info >= (3, 0, 0)

NEURONS = {
    "RectifiedLinear": ("output", "input"),
    "SpikingRectifiedLinear": ("output", "input", "voltage"),
    "LIFRate": ("output", "input"),
    "LIF": ("output", "input", "voltage", "refractory_time"),
    "Sigmoid": ("output", "input"),
}
# without None, which is no delay at all
SYNAPSES = [
    0,
    nengo.Lowpass(0.005),
    nengo.Lowpass(1e-5),
    nengo.Alpha(1e-5),
    nengo.Alpha(0.003),
    nengo.LinearFilter([1], [0.02, 1]),
    nengo.LinearFilter([0.003, 1], [0.01, 1]),
    nengo.LinearFilter([0.01, 1], [2e-5, 0.01, 1]),
    nengo.LinearFilter([1e-5, 0.01, 0.5], [2e-5, 0.01, 1]),
    nengo.LinearFilter([0.7], [1], analog=NENGO_3),  # nengo 2 has no analog one
    nengo.LinearFilter([0.5], [1, -0.5], analog=False),
]
OUTPUTS = ["constant", "function", "WhiteNoise", "WhiteSignal", "PresentInput"]


class Part(NamedTuple):
    """An object: `size` values go out of it, `n` says how many neurons or ensembles."""

    kind: str
    size: int
    n: int = 1
    type: str = ""
    seed: Optional[int] = None


class End(NamedTuple):
    """One side of a connection, or what is probed."""

    part: int
    neurons: bool = False
    slice: Any = slice(None)


class Link(NamedTuple):
    """A connection; the numbers of its transform, up to `scale`, come from `seed`."""

    pre: End
    post: End
    synapse: Any
    squares: bool
    transform: Optional[Tuple[int, ...]]
    scale: float
    seed: int


class Record(NamedTuple):
    """A probe of a part, or of the connection of that number."""

    target: Any
    attribute: str
    synapse: Any = None
    sample_every: Optional[float] = None


class Recipe(NamedTuple):
    """A network and how to simulate it."""

    parts: Tuple[Part, ...]
    links: Tuple[Link, ...]
    records: Tuple[Record, ...]
    seed: int
    minibatch: Optional[int]
    unroll: int
    jit: bool
    fed: bool

    def __str__(self):
        lines = [*self.parts, *self.links, *self.records, self[3:]]
        return "\n".join(map(repr, lines))


# -- recipes


numbers = st.integers  # both ends included


def slices(n, lists=True, repeats=True):
    """What selects at least one of n elements: slices of any step, and lists."""
    found = [
        st.just(slice(None)),
        st.just(slice(None, None, -1)),
        st.slices(n).filter(lambda item: len(range(n)[item]) > 0),
    ]
    if lists:
        sizes = {"min_size": 1, "max_size": n + repeats}
        unique_by = None if repeats else lambda i: i % n
        found.append(st.lists(numbers(-n, n - 1), unique_by=unique_by, **sizes))
    return st.one_of(found)


def slices_of_length(n, size):
    """What selects `size` of n elements, repeatedly if it has to."""
    found = [st.lists(numbers(-n, n - 1), min_size=size, max_size=size)]
    if size <= n:
        last = slice(n - size, None), slice(size - 1 - n, None, -1)
        found.append(st.sampled_from(last))
    return st.one_of(found)


def length(n, item):
    """How many of n elements are selected."""
    return np.arange(n)[item].size


def made_of(kind, *fields):
    """Tuples of the given kind."""
    return st.tuples(*fields).map(lambda values: kind(*values))


def parts():
    """One part that is no input."""
    kinds = [st.just(kind) for kind in ("ensemble", "array", "relay")]
    neurons = numbers(5, 9), st.sampled_from(sorted(NEURONS))
    noise = st.sampled_from([None, 1])
    return st.one_of(
        made_of(Part, kinds[0], numbers(1, 4), *neurons, noise),
        made_of(Part, kinds[1], numbers(2, 4), *neurons),
        made_of(Part, kinds[2], numbers(1, 4)),
    )


def inputs(seeded):
    """A node without input; without seed, each item has a stream of its own."""
    seeds = st.just(3) if seeded else st.sampled_from([None, 3])
    output = st.sampled_from(OUTPUTS)
    return made_of(Part, st.just("input"), numbers(1, 4), st.just(1), output, seeds)


@st.composite
def links(draw, made):
    """A connection between any parts, without delay only to later ones."""
    pre = draw(numbers(0, len(made) - 1))
    post = draw(st.sampled_from([i for i, p in enumerate(made) if p.kind != "input"]))
    synapses = SYNAPSES + [None] if pre < post else SYNAPSES
    pre_neurons, post_neurons = [
        made[i].kind == "ensemble" and draw(st.booleans()) for i in (pre, post)
    ]
    n_in = made[pre].n if pre_neurons else made[pre].size
    n_out = made[post].n if post_neurons else made[post].size
    # nengo 2 cannot build lists of the neurons that a connection goes to
    lists = not post_neurons or NENGO_3
    if not lists or draw(st.booleans()):
        # nengo takes no matrix where an element is there repeatedly
        pre_item = draw(slices(n_in, True, False))
        post_item = draw(slices(n_out, lists, False))
        transform = length(n_out, post_item), length(n_in, pre_item)
    else:
        pre_item = draw(slices(n_in))
        size = length(n_in, pre_item)
        post_item = draw(slices_of_length(n_out, size))
        transform = draw(st.sampled_from([(), None, (size,)]))
    # rates into values, and feedback into less: what grows without limit, or is the
    # remainder of something large, has no equal digits left to compare
    scale = (1e-3 if pre_neurons else 1.0) * (0.1 if pre >= post else 1.0)
    if scale < 1 and transform is None:
        transform = ()
    return Link(
        End(pre, pre_neurons, pre_item),
        End(post, post_neurons, post_item),
        draw(st.sampled_from(synapses)),
        scale == 1 and made[pre].kind == "ensemble" and draw(st.booleans()),
        transform,
        scale,
        draw(numbers(0, 9)),
    )


@st.composite
def records(draw, made, connections):
    """A probe of anything that can be probed."""
    synapse = draw(st.sampled_from([None] + SYNAPSES))
    sample_every = draw(st.sampled_from([None, 0.003]))
    i = draw(numbers(0, len(made) + len(connections) - 1))
    if i >= len(made):
        i -= len(made)
        link, attributes = connections[i], ["output", "input"]
        decoded = made[link.pre.part].kind == "ensemble" and not link.pre.neurons
        if decoded or link.transform is not None:
            attributes.append("weights")
        attribute = draw(st.sampled_from(attributes))
        return Record(i, attribute, None if attribute == "weights" else synapse)
    part, neurons, attributes = made[i], False, ["output"]
    if part.kind == "ensemble":
        neurons = draw(st.booleans())
        attributes = NEURONS[part.type] if neurons else ["decoded_output", "input"]
    attribute = draw(st.sampled_from(attributes))
    decoded = attribute == "decoded_output" or part.kind != "ensemble"
    # as above
    item = draw(slices(part.n if neurons else part.size, decoded or NENGO_3))
    return Record(End(i, neurons, item), attribute, synapse, sample_every)


@st.composite
def recipes(draw):
    """Inputs, other parts, connections and probes, and how to simulate them."""
    minibatch = draw(st.sampled_from([None, 1, 3]))
    fed = draw(st.booleans())
    # the reference has a function where values are fed, so one stream fewer to share out;
    # and in nengo 2 it is chance who gets which
    seeded = fed or minibatch is not None or not NENGO_3
    made = draw(st.lists(inputs(seeded), min_size=1, max_size=2))
    made += draw(st.lists(parts(), min_size=1, max_size=4))
    connections = draw(st.lists(links(made), min_size=1, max_size=6))
    probes = draw(st.lists(records(made, connections), min_size=1, max_size=6))
    return Recipe(
        *map(tuple, (made, connections, probes)),
        seed=draw(numbers(0, 99)),
        minibatch=minibatch,
        unroll=draw(st.sampled_from([1, 2, 5])),
        jit=draw(st.booleans()),
        fed=fed,
    )


# -- networks


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


def make_part(part, values):
    """Build a part and return what goes into it and what comes out of it."""
    if part.kind == "input":
        output = output_of(part)
        if values is not None:
            output = lambda t: values[int(round(t * 1000)) - 1]  # noqa: E731
        return nengo.Node(output, size_out=part.size)
    if part.kind == "relay":
        return nengo.Node(size_in=part.size)
    options = {
        "neuron_type": getattr(nengo, part.type)(),
        "intercepts": nengo.dists.Uniform(-1, 0.4),
    }
    if part.kind == "array":
        return nengo.networks.EnsembleArray(part.n, part.size, **options)
    if part.seed is not None:
        options["noise"] = nengo.processes.WhiteNoise(seed=part.seed)
    return nengo.Ensemble(part.n, part.size, **options)


def find(objects, end, side):
    """Find the object, or the view of one, that an end stands for."""
    found = objects[end.part]
    if isinstance(found, nengo.Network):
        found = getattr(found, side)
    found = found.neurons if end.neurons else found
    return found if end.slice == slice(None) else found[end.slice]


def make_link(objects, link):
    """Build a connection."""
    options = {"synapse": link.synapse}
    if link.transform is not None:
        rng = np.random.RandomState(link.seed)
        options["transform"] = link.scale * rng.uniform(-1, 1, link.transform)
    if link.squares:
        options["function"] = np.square
    ends = find(objects, link.pre, "output"), find(objects, link.post, "input")
    return nengo.Connection(*ends, **options)


def make_network(recipe, values=None):
    """Build a network; `values` stand in for the output of its first node."""
    with nengo.Network(seed=recipe.seed) as net:
        configure_settings(dtype="float64", jit_compile=recipe.jit)
        objects = [make_part(recipe.parts[0], values)]
        objects += [make_part(part, None) for part in recipe.parts[1:]]
        connections = [make_link(objects, link) for link in recipe.links]
        net.node = objects[0]
        for record in recipe.records:
            if isinstance(record.target, int):
                target = connections[record.target]
            else:
                target = find(objects, record.target, "output")
            probe = {"synapse": record.synapse, "sample_every": record.sample_every}
            nengo.Probe(target, record.attribute, **probe)
    return net


# -- the comparison


def reference(recipe, values):
    """Data of all probes by nengo, for one item."""
    net = make_network(recipe, values)
    # nengo 2's optimizer loses signals of which only a slice is probed, nengo 4's cannot
    # merge some views with negative strides
    options = {"seed": recipe.seed, "progress_bar": False, "optimize": False}
    with nengo.Simulator(net, **options) as sim:
        sim.run_steps(2 * STEPS)
    return [np.asarray(sim.data[probe]) for probe in net.probes]


def ours(recipe, values):
    """Data of all probes from two runs that follow on from each other."""
    net = make_network(recipe)
    options = {"minibatch_size": recipe.minibatch, "unroll_simulation": recipe.unroll}
    options.update(seed=recipe.seed, device="/cpu:0", progress_bar=False)
    with Simulator(net, **options) as sim:
        for start in (0, STEPS):
            part = values if values is None else values[:, start : start + STEPS]
            data = None if values is None else {net.node: part}
            sim.run_steps(STEPS, data=data, progress_bar=False)
    return [sim.data[probe] for probe in net.probes]


def check(recipe):
    """Compare each item of each probe."""
    note(str(recipe))
    batch, values = recipe.minibatch or 1, None
    if recipe.fed:
        rng = np.random.RandomState(recipe.seed)
        values = rng.uniform(-1, 1, (batch, 2 * STEPS, recipe.parts[0].size))
    found = ours(recipe, values)
    items = [reference(recipe, item) for item in ([None] if values is None else values)]
    for i, record in enumerate(recipe.records):
        compare(record, recipe.minibatch, found[i], np.stack([x[i] for x in items]))


def compare(record, minibatch, found, expected):
    """Compare a probe; parameters have no minibatch but an axis for it."""
    items = 1 if record.attribute == "weights" else minibatch or 1
    shape = expected.shape[1:] if minibatch is None else (items,) + expected.shape[1:]
    assert found.shape == shape, record
    error = np.abs(found - expected).max()
    limit = TOLERANCE * max(1, np.abs(expected).max())
    assert error <= limit, f"{record}: {error} > {limit}"


RANDOM = settings(
    deadline=None,
    derandomize=True,
    max_examples=12,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@RANDOM
@given(recipes())
def test_random_networks(recipe):
    """A random network does the same as in nengo's simulator, to float64 rounding."""
    check(recipe)


@pytest.mark.slow
@settings(RANDOM, max_examples=300)
@given(recipes())
def test_many_random_networks(recipe):
    """The same for many networks."""
    check(recipe)


def test_cycles_need_a_delay():
    """Two nodes that feed each other without delay are told what to do."""
    with nengo.Network() as net:
        relays = [nengo.Node(size_in=1) for _ in range(2)]
        for ends in (relays, relays[::-1]):
            nengo.Connection(*ends, synapse=None)
    with pytest.raises(DependencyCycle, match="synapse=0"):
        Simulator(net, device="/cpu:0", progress_bar=False)
