# SPDX-License-Identifier: MIT
"""Connections of random networks, between slices of any kind, with any transform."""

from typing import Any, NamedTuple, Optional, Tuple

import nengo
import numpy as np
from hypothesis import strategies as st

from .kinds import NENGO_3, SYNAPSES
from .parts import numbers

NO_TRANSFORM = getattr(nengo.transforms, "NoTransform", None) if NENGO_3 else None


class End(NamedTuple):
    """One side of a connection, or what is probed."""

    part: int
    neurons: bool = False
    slice: Any = slice(None)


class Link(NamedTuple):
    """
    A connection.

    `transform` is None, or its kind and the arguments of that; its numbers, up to
    `scale`, come from `seed`.
    """

    pre: End
    post: End
    synapse: Any
    squares: bool
    transform: Optional[Tuple]
    scale: float
    seed: int


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


@st.composite
def links(draw, made):
    """A connection between any parts, without delay only to later ones."""
    pre = draw(numbers(0, len(made) - 1))
    post = draw(st.sampled_from([i for i, p in enumerate(made) if p.kind != "input"]))
    synapses = SYNAPSES + [None] if pre < post else SYNAPSES
    neurons = [made[i].has_neurons and draw(st.booleans()) for i in (pre, post)]
    n_in, n_out = [
        made[i].n if of_neurons else made[i].size
        for i, of_neurons in zip((pre, post), neurons)
    ]
    # rates into values, and feedback into less: what grows without limit, or is the
    # remainder of something large, has no equal digits left to compare
    scale = (1e-3 if neurons[0] else 1.0) * (0.1 if pre >= post else 1.0)
    # nengo 2 cannot build lists of the neurons that a connection goes to
    lists = not neurons[1] or NENGO_3
    # nengo multiplies decoders with dense matrices only
    decoded = made[pre].kind == "ensemble" and not neurons[0]
    if not lists or draw(st.booleans()):
        items = draw(matrices(n_in, n_out, lists, not decoded))
    else:
        items = draw(vectors(n_in, n_out, scale == 1))
    squares = scale == 1 and made[pre].kind == "ensemble" and draw(st.booleans())
    return Link(
        End(pre, neurons[0], items[0]),
        End(post, neurons[1], items[1]),
        draw(st.sampled_from(synapses)),
        squares,
        items[2],
        scale,
        draw(numbers(0, 9)),
    )


@st.composite
def matrices(draw, n_in, n_out, lists, may_be_sparse):
    """Slices of two sides, and a transform between their lengths."""
    # nengo takes no matrix where an element is there repeatedly
    pre = draw(slices(n_in, True, False))
    post = draw(slices(n_out, lists, False))
    shape = length(n_out, post), length(n_in, pre)
    kinds = ["dense"]
    if NENGO_3 and may_be_sparse:
        kinds += ["sparse", "scipy"]
        if shape[0] <= shape[1]:
            kinds.append("convolution")
    kind = draw(st.sampled_from(kinds))
    if kind == "convolution":
        # what is left of the input where a kernel of that length has slid over it
        return pre, post, (kind, shape[1], shape[1] - shape[0] + 1, draw(st.booleans()))
    return pre, post, (kind,) + shape


@st.composite
def vectors(draw, n_in, n_out, can_lack):
    """Slices of two sides of one length, and a scalar, a vector or nothing."""
    pre = draw(slices(n_in))
    size = length(n_in, pre)
    post = draw(slices_of_length(n_out, size))
    kinds = [("dense",), ("dense", size)]
    if can_lack:
        kinds.append(None)
        if NO_TRANSFORM is not None:
            kinds.append(("none", size))
    return pre, post, draw(st.sampled_from(kinds))


def make_transform(link):
    """Build what a connection multiplies with."""
    rng = np.random.RandomState(link.seed)
    kind, *shape = link.transform
    if kind == "dense":
        return link.scale * rng.uniform(-1, 1, shape)
    if kind == "none":
        return NO_TRANSFORM(*shape)
    if kind == "convolution":
        return _convolution(link.scale, rng, *shape)
    indices = np.argwhere(rng.uniform(size=shape) < 0.6)
    values = link.scale * rng.uniform(-1, 1, len(indices))
    if not len(indices):
        indices, values = np.zeros((1, 2), int), np.array([link.scale])
    if kind == "scipy":
        scipy_sparse = __import__("scipy.sparse").sparse
        matrix = scipy_sparse.coo_matrix((values, tuple(indices.T)), shape)
        return nengo.Sparse(tuple(shape), init=matrix)
    return nengo.Sparse(tuple(shape), indices=indices, init=values)


def _convolution(scale, rng, n_in, n_kernel, channels_last):
    shape = (n_in, 1) if channels_last else (1, n_in)
    return nengo.Convolution(
        1,
        nengo.transforms.ChannelShape(shape, channels_last),
        kernel_size=(n_kernel,),
        strides=(1,),
        channels_last=channels_last,
        init=scale * rng.uniform(-1, 1, (n_kernel, 1, 1)),
    )


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
        options["transform"] = make_transform(link)
    if link.squares:
        options["function"] = np.square
    ends = find(objects, link.pre, "output"), find(objects, link.post, "input")
    return nengo.Connection(*ends, **options)
