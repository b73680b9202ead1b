# SPDX-License-Identifier: MIT
"""Gradients of training programs are those of differences of the loss, in every way."""

import functools
import runpy
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

NETWORKS = runpy.run_path(str(Path(__file__).with_name("zoo.py")))["NETWORKS"]
# of 7 steps 1 and 3 are left over
SEGMENT, PIECE = 3, 4


# XLA of TensorFlow 1.14 compiles these for 30 to 120 s each
LARGE = ("learning", "many", "recurrent") if tf.__version__ < "2" else ()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name in LARGE else [])
        for name in sorted(NETWORKS)
    ],
)
def test_gradients(trained, check, name):
    """With XLA and state saved now and then, or always and without, they are the same."""
    plain = trained(NETWORKS[name](jit=False))
    stored = plain.gradients()
    check.differences(stored, plain.differences(plain.loss))
    compiled = trained(NETWORKS[name](jit=True))
    check.agree(stored, compiled.gradients(checkpoint_steps=SEGMENT))


@pytest.mark.parametrize("jit", [False, "auto"])
@pytest.mark.parametrize("name", ["dense", "tensor nodes"])
def test_one_step(trained, check, name, jit):
    """One step needs no loop, and has the right gradient."""
    one = trained(NETWORKS[name](jit=jit))
    found = one.gradients(n_steps=1)
    check.differences(found, one.differences(lambda: one.loss(1)), may_vanish=True)


def pieces(length, n_steps):
    """Steps of the pieces of a truncated run."""
    ends = list(range(length, n_steps, length)) + [n_steps]
    return list(zip([0] + ends[:-1], ends))


def check_truncated(one, check, n_steps, **kwargs):
    """Each piece has the gradient of its own loss, from the state that it finds."""
    rate, steps = 2.0**-10, pieces(PIECE, n_steps)
    values = one.train(rate=rate, truncation=PIECE, **kwargs)
    assert len(values) == 1 + len(steps)
    states = one.states(zip(steps, values))
    for (begin, end), before, after, state in zip(steps, values, values[1:], states):
        one.put(before)
        found = {name: (before[name] - after[name]) / rate for name in before}
        loss = functools.partial(one.loss_of_piece, state, begin, end)
        check.differences(found, one.differences(loss))
    one.put(values[0])
    return values


@pytest.mark.parametrize("name", ["synapses"])
def test_truncation(trained, check, n_steps, name):
    """State goes from piece to piece, gradients do not."""
    check_truncated(trained(NETWORKS[name](jit=False)), check, n_steps)


def test_truncation_that_is_none(trained, check, n_steps):
    """A piece that is longer than the run is the whole run."""
    one = trained(NETWORKS["recurrent"](jit=False))
    whole = one.gradients()
    check.agree(whole, one.gradients(truncation=n_steps))
    check.agree(whole, one.gradients(truncation=n_steps + 3))


WAYS = [{}, {"checkpoint_steps": 3}, {"checkpoint_steps": 7}, {"checkpoint_steps": 2}]


@pytest.mark.slow
@pytest.mark.parametrize("jit", [False, "auto"])
@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_all_ways(trained, check, n_steps, name, jit):
    """Whatever is saved, compiled and cut, gradients are those of differences."""
    one = trained(NETWORKS[name](jit=jit))
    expected = one.differences(one.loss)
    found = [one.gradients(**way) for way in WAYS]
    for gradients in found:
        check.differences(gradients, expected)
        check.agree(found[0], gradients)
    single = one.gradients(n_steps=1)
    check.differences(single, one.differences(lambda: one.loss(1)), may_vanish=True)
    cut = check_truncated(one, check, n_steps)
    again = check_truncated(one, check, n_steps, checkpoint_steps=2)
    for first, second in zip(cut, again):
        check.agree(first, second)


@pytest.mark.slow
@pytest.mark.parametrize("unroll", [1, 7])
@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_float32(trained, name, unroll):
    """In float32 the gradients of float64 come out to four digits."""
    exact = trained(NETWORKS[name](jit=False)).gradients()
    net = NETWORKS[name](jit=True)
    net.config[type(net)].dtype = "float32"
    rough = trained(net, unroll_simulation=unroll).gradients()
    for key, gradient in exact.items():
        limit = 1e-4 * max(1, np.linalg.norm(gradient))
        np.testing.assert_allclose(rough[key], gradient, 0, limit, err_msg=key)
