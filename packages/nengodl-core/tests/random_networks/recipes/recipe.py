# SPDX-License-Identifier: MIT
"""Whole random networks: parts, connections, probes, and how to simulate them."""

from typing import Any, NamedTuple, Optional, Tuple

import nengo
from hypothesis import strategies as st
from nengo_dl import configure_settings

from .kinds import NENGO_3, NEURONS, SYNAPSES
from .lessons import Lesson, lessons, make_lesson
from .links import End, Link, find, links, make_link, slices
from .parts import Limits, Part, inputs, make_part, numbers, parts


class Record(NamedTuple):
    """A probe of a part, or of the connection of that number."""

    target: Any
    attribute: str
    synapse: Any = None
    sample_every: Optional[float] = None
    keep_history: bool = True


class Recipe(NamedTuple):
    """A network and how to simulate it."""

    parts: Tuple[Part, ...]
    links: Tuple[Link, ...]
    lessons: Tuple[Lesson, ...]
    records: Tuple[Record, ...]
    seed: int
    minibatch: Optional[int]
    unroll: int
    jit: Any
    fed: bool
    dtype: str

    def __str__(self):
        lines = [*self.parts, *self.links, *self.lessons, *self.records, self[4:]]
        return "\n".join(map(repr, lines))


@st.composite
def records(draw, made, connections):
    """A probe of anything that can be probed."""
    synapse = draw(st.sampled_from([None] + SYNAPSES))
    sample_every = draw(st.sampled_from([None, 0.003]))
    keep = sample_every is not None or draw(st.sampled_from([True, True, False]))
    i = draw(numbers(0, len(made) + len(connections) - 1))
    if i >= len(made):
        i -= len(made)
        attribute = draw(st.sampled_from(_of_link(made, connections[i])))
        if attribute == "weights":
            return Record(i, attribute)
        return Record(i, attribute, synapse, None, keep)
    part, neurons, attributes = made[i], False, ["output"]
    if part.kind == "ensemble":
        neurons = part.has_neurons and draw(st.booleans())
        attributes = ["decoded_output", "input"]
        if neurons:
            attributes = ["output", "input", *NEURONS[part.type].states]
    attribute = draw(st.sampled_from(attributes))
    decoded = attribute == "decoded_output" or part.kind != "ensemble"
    # nengo 2 cannot build lists of neurons
    item = draw(slices(part.n if neurons else part.size, decoded or NENGO_3))
    return Record(End(i, neurons, item), attribute, synapse, sample_every, keep)


def _of_link(made, link):
    attributes = ["output", "input"]
    part = made[link.pre.part]
    decoded = part.has_neurons and not link.pre.neurons
    kind = link.transform and link.transform[0]
    if decoded and kind != "none" or kind == "dense":
        attributes.append("weights")
    return attributes


@st.composite
def recipes(draw, must_have=None):
    """
    A random network.

    Parameters
    ----------
    must_have : str, optional
        The kind of a part that is there in any case, or "lesson".
    """
    minibatch = draw(st.sampled_from([None, 1, 3]))
    fed = draw(st.booleans())
    dtype = draw(st.sampled_from(["float64", "float64", "float32"]))
    # the reference has a function where values are fed, so one stream fewer to share out;
    # and in nengo 2 it is chance who gets which
    seeded = fed or minibatch is not None or not NENGO_3
    limits = Limits(seeded, dtype == "float32", minibatch in (None, 1))
    made = draw(st.lists(inputs(limits), min_size=1, max_size=2))
    made += draw(st.lists(parts(limits), min_size=1, max_size=4))
    if must_have not in (None, "lesson"):
        of_kind = parts(limits).filter(lambda part: part.kind == must_have)
        made.insert(len(made) - 1, draw(of_kind))
    connections = draw(st.lists(links(made), min_size=1, max_size=6))
    taught = []
    if any(part.has_neurons for part in made):
        fewest = int(must_have == "lesson")
        taught = draw(st.lists(lessons(made), min_size=fewest, max_size=2))
    probes = draw(st.lists(records(made, connections), min_size=1, max_size=6))
    return Recipe(
        *map(tuple, (made, connections, taught, probes)),
        seed=draw(numbers(0, 99)),
        minibatch=minibatch,
        unroll=draw(st.sampled_from([1, 2, 5])),
        # True refuses what runs on the host
        jit=draw(st.sampled_from(["auto", False])),
        fed=fed,
        dtype=dtype,
    )


def make_network(recipe, values=None, is_reference=False):
    """Build a network; `values` stand in for the output of its first node."""
    with nengo.Network(seed=recipe.seed) as net:
        configure_settings(
            dtype=recipe.dtype, jit_compile=recipe.jit, keep_history=True
        )
        objects = [make_part(recipe.parts[0], values, is_reference)]
        objects += [make_part(part, None, is_reference) for part in recipe.parts[1:]]
        connections = [make_link(objects, link) for link in recipe.links]
        net.node = objects[0]
        net.compared = [
            _make_record(net, record, objects, connections) for record in recipe.records
        ] + [make_lesson(recipe.parts, objects, lesson) for lesson in recipe.lessons]
    return net


def _make_record(net, record, objects, connections):
    if isinstance(record.target, int):
        target = connections[record.target]
    else:
        target = find(objects, record.target, "output")
    options = {"synapse": record.synapse, "sample_every": record.sample_every}
    probe = nengo.Probe(target, record.attribute, **options)
    net.config[probe].keep_history = record.keep_history
    return probe
