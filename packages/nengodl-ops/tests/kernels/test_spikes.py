# SPDX-License-Identifier: MIT
"""Neurons that integrate a rate and spike at each whole unit, compared with nengo's."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from nengodl_ops import count_spikes
from nengodl_ops.library import load

v1 = tf.compat.v1

DT = 0.001
SIZES = st.sampled_from([0, 1, 2, 7, 8, 9, 16, 17, 63, 64, 65, 257])


def nengo_step(current, voltage, height=1.0):
    """One step of rectified neurons by nengo; returns output and new voltage."""
    neurons = nengo.SpikingRectifiedLinear(amplitude=height * DT)
    output, voltage = np.zeros(current.shape), np.array(voltage, dtype=float)
    # of nengo 2 and 3
    step = neurons.step if hasattr(neurons, "step") else neurons.step_math
    step(DT, np.array(current, dtype=float), output, voltage)
    return output, voltage


def owners(shape, count, inner):
    """The operator of each element: `inner` after each other belong to one."""
    places = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    return places // inner % count


def quarters(rng, shape, kind):
    """Charges and voltages of which sums are exact, also in float32; 0 to 3 spikes."""
    return [rng.randint(n, size=shape).astype(kind) / 4 for n in (13, 4)]


@settings(max_examples=60, deadline=None)
@given(
    items=st.integers(1, 3),
    operators=st.sampled_from([1, 2, 3, 17, 257]),
    inner=st.sampled_from([1, 2, 7, 64, 65]),
    kind=st.sampled_from(["float32", "float64"]),
)
def test_heights_of_operators(way, items, operators, inner, kind):
    """Each operator's spikes have its height, in whatever order its elements lie."""
    rng = np.random.RandomState(operators + inner)
    charge, voltage = quarters(rng, (items, operators, inner), kind)
    height = 1.0 + np.arange(operators)
    found = way(
        lambda *x: count_spikes(*x, height=height, inner=inner), charge, voltage
    )
    spikes = np.floor(charge + voltage)
    expected = spikes * height[owners(charge.shape, operators, inner)]
    np.testing.assert_array_equal(found[0], expected)
    np.testing.assert_array_equal(found[1], charge + voltage - spikes)
    assert {result.dtype for result in found} == {np.dtype(kind)}


@settings(max_examples=40, deadline=None)
@given(
    shape=st.one_of(st.tuples(SIZES), st.tuples(st.integers(0, 3), SIZES)),
    kind=st.sampled_from(["float32", "float64"]),
    layout=st.sampled_from(["together", "apart", "transposed"]),
)
def test_any_shape(way, shape, kind, layout):
    """One height is for neurons of any shape; charges may be negative."""
    rng = np.random.RandomState(len(shape))
    charge, voltage = quarters(rng, shape, kind)
    charge -= 1
    arrays = [charge, voltage]
    if layout == "transposed":
        arrays = [array.T.copy().T for array in arrays]
    elif layout == "apart":
        arrays = [np.repeat(array, 2, axis=-1)[..., ::2] for array in arrays]
    output, left = way(lambda *x: count_spikes(*x, height=5.0), *arrays)
    spikes = np.floor(charge + voltage)
    np.testing.assert_array_equal(output, 5 * spikes)
    np.testing.assert_array_equal(left, charge + voltage - spikes)
    assert output.shape == left.shape == shape


def test_nengo(way):
    """A step of rectified neurons is that of nengo, to the last bit."""
    rng = np.random.RandomState(0)
    current = rng.uniform(-1000, 3000, size=(3, 10007))
    voltage = rng.uniform(0, 1, size=(3, 10007))

    def step(current, voltage):
        charge = tf.nn.relu(current) * tf.constant(DT, current.dtype)
        return count_spikes(charge, voltage, height=0.7 / DT)

    found = way(step, current, voltage)
    for result, expected in zip(found, nengo_step(current, voltage, 0.7 / DT)):
        np.testing.assert_array_equal(result, expected)
    assert len(np.unique(found[0])) > 3


def test_steps_in_place(way, repeat):
    """Also of rates that divide a second each spike comes in the step of nengo's."""
    current = np.repeat([[1.0, 3, 10, 100, 125, 200, 250, 300, 500, 1000]], 2, axis=0)

    def step(charge, voltage, total, moment):
        output, voltage = count_spikes(charge, voltage, height=1.0)
        # each spike counts with the number of its step
        return charge, voltage, total + output * moment, moment + 1

    zeros = np.zeros(current.shape)
    found = way(repeat(step), current * DT, zeros, zeros, zeros)
    voltage, total = zeros, zeros
    for moment in range(50):
        output, voltage = nengo_step(current, voltage)
        total = total + output * moment
    np.testing.assert_array_equal(found[1], voltage)
    np.testing.assert_array_equal(found[2], total)
    assert np.sum(total[0] > 0) > 5


@pytest.mark.parametrize("size", [5, 300])
def test_what_is_not_finite_stays(way, size):
    """Infinite and undefined charges come out as NumPy's, beside others as they are."""
    charge = np.full(size, 0.5)
    charge[:4] = np.inf, -np.inf, np.nan, 1.5
    output, voltage = way(lambda *x: count_spikes(*x), charge, np.zeros(size))
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(output, np.floor(charge))
        np.testing.assert_array_equal(voltage, charge - np.floor(charge))


def test_no_gradient(way):
    """Asking for a gradient is an error that names the operation."""

    def program(charge, voltage):
        output, _ = count_spikes(charge, voltage)
        return tf.gradients(output, [charge])

    with pytest.raises(LookupError, match="NengodlCountSpikes"):
        way(program, np.ones(3), np.ones(3))


@pytest.mark.parametrize(
    "shapes, message",
    [
        (
            [(3,), (4,), (1,)],
            "voltage: expected the shape of charge, (3,), received (4,)",
        ),
        ([(3,), (3,), ()], "height: expected (operators,), received ()"),
        ([(3,), (3,), (0,)], "height: expected (operators,), received (0,)"),
        ([(3,), (3,), (1, 1)], "height: expected (operators,), received (1, 1)"),
    ],
)
def test_wrong_shapes(way, shapes, message):
    """The error says what was expected, before anything is computed."""

    def program(*arrays):
        return list(load().nengodl_count_spikes(*arrays, tf.constant(1)))

    arrays = [np.zeros(shape) for shape in shapes]
    with pytest.raises(ValueError) as error:
        way(program, *arrays)
    assert message in str(error.value)
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        way(program, *arrays, shapes=[None] * 3)
    assert message in str(error.value)


@pytest.mark.parametrize("inner", [0, -1])
def test_wrong_inner(way, inner):
    """No element, or fewer, cannot follow each other."""
    zero = np.zeros(3)
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="inner: expected at least"
    ):
        way(lambda *x: count_spikes(*x, inner=inner), zero, zero)
