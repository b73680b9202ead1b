# SPDX-License-Identifier: MIT
"""Simulate a random network by both simulators, and compare all probes."""

import warnings

import nengo
import numpy as np
from hypothesis import assume, note
from nengo_dl import Simulator
from nengo_dl.errors import ChannelsFirstWarning

from .recipe import make_network

STEPS = 10  # in each of two runs; a multiple of each unrolling

# Of values up to 1, and relative to larger ones. In 32 bits rounding, 6e-8, grows by sums
# over neurons of decoders times activities, up to 100, in a few parts one after another.
TOLERANCE = {"float64": 1e-10, "float32": 5e-5}

GREATEST = 1e6


def reference(recipe, values):
    """Data of all probes by nengo, for one item."""
    net = make_network(recipe, values, is_reference=True)
    # nengo 2's optimizer loses signals of which only a slice is probed, nengo 4's cannot
    # merge some views with negative strides
    options = {"seed": recipe.seed, "progress_bar": False, "optimize": False}
    with nengo.Simulator(net, **options) as sim:
        sim.run_steps(2 * STEPS)
        return [np.asarray(sim.data[probe]) for probe in net.compared]


def ours(recipe, values):
    """Data of all probes from two runs that follow on from each other."""
    options = {"minibatch_size": recipe.minibatch, "unroll_simulation": recipe.unroll}
    options.update(seed=recipe.seed, device="/cpu:0", progress_bar=False)
    net = make_network(recipe)
    with warnings.catch_warnings():
        # that channels are transposed
        warnings.simplefilter("ignore", ChannelsFirstWarning)
        sim = Simulator(net, **options)
    with sim:
        for start in (0, STEPS):
            part = values if values is None else values[:, start : start + STEPS]
            data = None if values is None else {net.node: part}
            sim.run_steps(STEPS, data=data, progress_bar=False)
        return [sim.data[probe] for probe in net.compared]


def check(recipe):
    """Compare each item of each probe."""
    note(str(recipe))
    batch, values = recipe.minibatch or 1, None
    if recipe.fed:
        rng = np.random.RandomState(recipe.seed)
        values = rng.uniform(-1, 1, (batch, 2 * STEPS, recipe.parts[0].size))
        values = values.astype(recipe.dtype)
    found = ours(recipe, values)
    items = [reference(recipe, item) for item in ([None] if values is None else values)]
    # learning can go out of bounds, where no digits are equal
    assume(all(np.abs(data).max() < GREATEST for item in items for data in item))
    probed = recipe.records + recipe.lessons
    assert len(found) == len(probed)
    for i, record in enumerate(probed):
        _compare(recipe, record, found[i], np.stack([item[i] for item in items]))


def _compare(recipe, record, found, expected):
    """Compare a probe; parameters that are not learned have one item."""
    is_parameter = getattr(record, "attribute", None) == "weights"
    items = 1 if is_parameter else recipe.minibatch or 1
    if not getattr(record, "keep_history", True):
        expected = expected[:, [STEPS - 1, 2 * STEPS - 1]]
    shape = (items,) + expected.shape[1:]
    if recipe.minibatch is None:
        shape = expected.shape[1:]
    assert found.shape == shape, f"{record}: shape {found.shape}, not {shape}"
    error = np.abs(found - expected).max()
    limit = TOLERANCE[recipe.dtype] * max(1, np.abs(expected).max())
    assert error <= limit, f"{record}: {error} > {limit}"
