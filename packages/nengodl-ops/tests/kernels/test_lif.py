# SPDX-License-Identifier: MIT
"""A step of leaky integrate-and-fire neurons, compared with nengo's."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from nengodl_ops import lif_step
from nengodl_ops.kernels.lif import lif_parameters
from nengodl_ops.library import load

v1 = tf.compat.v1

DT = 0.001
SIZES = st.sampled_from([0, 1, 2, 7, 8, 9, 16, 17, 63, 64, 65, 257])
# Of dt / tau_rc up to which the kernel has polynomials; one more is beyond.
TAU_RC = st.sampled_from([0.02, 0.05, DT / 0.06, 0.016, 0.0067, 0.003, 0.001])


def nengo_step(dt, current, *state, height=1.0, min_voltage=0.0, **parameters):
    """One step by nengo, with one set of parameters; returns the new state."""
    parameters.update(amplitude=height * dt, min_voltage=min_voltage)
    if len(state) == 3:
        neurons = nengo.AdaptiveLIF(**parameters)
    else:
        neurons = nengo.LIF(**{k: v for k, v in parameters.items() if k[-1] != "n"})
    output, state = np.zeros(current.shape), [np.array(x, dtype=float) for x in state]
    # of nengo 2 and 3
    step = neurons.step if hasattr(neurons, "step") else neurons.step_math
    step(dt, np.array(current, dtype=float), output, *state)
    return [output] + state


def each(values, shape, inner):
    """A parameter of each element: `inner` after each other belong to one operator."""
    values, places = np.atleast_1d(values), np.arange(np.prod(shape, dtype=int))
    return values[places.reshape(shape) // inner % len(values)]


def reference(dt, current, *state, inner=1, **parameters):
    """One step by nengo, each operator's elements with its own parameters."""
    count = max(np.size(value) for value in parameters.values())
    owner = each(np.arange(count), current.shape, inner)
    results = [np.zeros(current.shape) for _ in range(1 + len(state))]
    for k in range(count):
        of_one = {key: np.resize(value, count)[k] for key, value in parameters.items()}
        mine = owner == k
        values = nengo_step(dt, current[mine], *[x[mine] for x in state], **of_one)
        for result, value in zip(results, values):
            result[mine] = value
    return results


def random_state(rng, shape, kind, adaptive):
    """Current, voltage, refractory time and adaptation in the midst of a run."""
    arrays = [
        rng.uniform(-1, 8, size=shape),
        rng.uniform(0, 1, size=shape),
        rng.choice([0, -DT, 0.3 * DT, DT, 1.4 * DT, 2.5 * DT], size=shape),
    ]
    if adaptive:
        arrays.append(rng.uniform(0, 0.5, size=shape))
    return [array.astype(kind) for array in arrays]


def no_doubt(arrays, parameters, inner=1):
    """
    Take neurons that rounding could move over the threshold away from it.

    With neurons of a high threshold in time nothing is compared that rounding decides:
    those are set to a voltage and a current of zero.
    """
    wide = [array.astype(float) for array in arrays]
    shifted = [
        reference(DT, wide[0], wide[1] + shift, *wide[2:], inner=inner, **parameters)[0]
        for shift in (-1e-5, 1e-5)
    ]
    doubtful = shifted[0] != shifted[1]
    for array in arrays[:2] + arrays[3:]:
        array[doubtful] = 0
    return arrays


def rounding(arrays, parameters, inner=1):
    """
    What rounding may change of output, voltage, refractory time and adaptation.

    With y = dt / tau_rc the voltage moves by at most y of its distance to the current.
    That share is off by less than 16 roundings: 7 of the two differences that make the
    time, 2 of y, 5 of the exponential, 2 of the product. The logarithm's argument is a
    difference to the voltage, divided by J - 1; its slope is at most exp(y).
    """
    # half an epsilon each time, and as much in the reference
    eps = np.finfo(arrays[0].dtype).eps
    current, voltage, refractory = [array.astype(float) for array in arrays[:3]]
    adaptation = arrays[3].astype(float) if len(arrays) == 4 else 0.0
    of = {key: each(value, current.shape, inner) for key, value in parameters.items()}
    y, effective = DT / of["tau_rc"], current - adaptation
    of_current = (np.abs(current) + np.abs(adaptation)) * (len(arrays) == 4)
    moved = np.minimum(y, 1) * (16 * np.abs(effective - voltage) + of_current)
    of_voltage = eps * (np.abs(voltage) + moved)
    above = np.maximum(np.abs(effective - 1), eps)
    of_logarithm = (
        np.exp(y) * (of_voltage + eps * y * of_current) / above + 10 * eps * y
    )
    of_refractory = eps * (np.abs(refractory) + 3 * of["tau_ref"] + 5 * DT)
    of_refractory += of["tau_rc"] * of_logarithm
    spike = DT / of["tau_n"] * (of["inc_n"] * of["height"] + np.abs(adaptation))
    of_adaptation = eps * (np.abs(adaptation) + 5 * spike)
    bounds = [eps * of["height"], of_voltage, of_refractory, of_adaptation]
    return bounds[: len(arrays)]


def assert_close(found, arrays, parameters, inner=1):
    """Compare all that a step returns with nengo's."""
    expected = reference(DT, *arrays, inner=inner, **parameters)
    bounds = rounding(arrays, parameters, inner)
    assert len(found) == len(expected) == len(bounds)
    for result, value, bound in zip(found, expected, bounds):
        assert result.dtype == arrays[0].dtype
        assert result.shape == value.shape
        assert np.all(np.abs(result - value) <= bound)


def parameters_of(rng, count, tau_rc):
    """Parameters of `count` operators, all different."""
    spread = 1 + 0.1 * np.arange(count)
    return {
        "tau_rc": tau_rc * spread,
        "tau_ref": rng.choice([0.0, 0.002, 0.0035], size=count),
        "height": rng.uniform(0.5, 1.5, size=count) / DT,
        "min_voltage": rng.choice([0.0, -1.0, -0.05], size=count),
        "tau_n": rng.uniform(0.1, 2, size=count),
        "inc_n": rng.uniform(0, 0.1, size=count),
    }


@settings(max_examples=60, deadline=None)
@given(
    items=st.integers(1, 3),
    operators=st.sampled_from([1, 2, 3, 17]),
    inner=st.sampled_from([1, 2, 7, 64, 65]),
    tau_rc=TAU_RC,
    kind=st.sampled_from(["float32", "float64"]),
    adaptive=st.booleans(),
)
def test_parameters_of_operators(way, items, operators, inner, tau_rc, kind, adaptive):
    """Each operator's elements have its parameters, in whatever order they lie."""
    rng = np.random.RandomState(operators + inner)
    shape = (items, operators, inner)
    parameters = parameters_of(rng, operators, tau_rc)
    arrays = random_state(rng, shape, kind, adaptive)
    no_doubt(arrays, parameters, inner)
    found = way(lambda *x: lif_step(*x, dt=DT, inner=inner, **parameters), *arrays)
    assert_close(found, arrays, parameters, inner)


@settings(max_examples=40, deadline=None)
@given(
    shape=st.one_of(st.tuples(SIZES), st.tuples(st.integers(0, 3), SIZES)),
    tau_rc=TAU_RC,
    kind=st.sampled_from(["float32", "float64"]),
    layout=st.sampled_from(["together", "apart", "transposed"]),
    adaptive=st.booleans(),
)
def test_any_shape(way, shape, tau_rc, kind, layout, adaptive):
    """One set of parameters is for neurons of any shape."""
    rng = np.random.RandomState(len(shape))
    parameters = parameters_of(rng, 1, tau_rc)
    arrays = random_state(rng, shape, kind, adaptive)
    no_doubt(arrays, parameters)
    given = arrays
    if layout == "transposed":
        given = [array.T.copy().T for array in arrays]
    elif layout == "apart":
        given = [np.repeat(array, 2, axis=-1)[..., ::2] for array in arrays]
    found = way(lambda *x: lif_step(*x, dt=DT, **parameters), *given)
    assert_close(found, arrays, parameters)


@pytest.mark.parametrize("tau_rc", [0.02, 0.004])
def test_many_neurons(way, tau_rc):
    """Neurons that several threads share are nengo's."""
    rng = np.random.RandomState(0)
    parameters = parameters_of(rng, 3, tau_rc)
    arrays = random_state(rng, (3, 3, 10007), "float64", True)
    found = way(lambda *x: lif_step(*x, dt=DT, inner=10007, **parameters), *arrays)
    assert_close(found, arrays, parameters, inner=10007)


@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("count", [255, 256, 257, 600])
def test_many_operators(way, count, adaptive):
    """Each of many neurons has its own parameters, also behind a block of 256."""
    rng = np.random.RandomState(count)
    parameters = parameters_of(rng, count, 0.02)
    arrays = random_state(rng, (2, count), "float64", adaptive)
    found = way(lambda *x: lif_step(*x, dt=DT, **parameters), *arrays)
    assert_close(found, arrays, parameters)


@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("tau_rc", [0.02, 0.0166, 0.001])
def test_steps_in_place(way, repeat, adaptive, tau_rc):
    """State that a loop carries is after 50 steps nengo's, and so is each spike."""
    rng = np.random.RandomState(0)
    parameters = parameters_of(rng, 2, tau_rc)
    current = rng.uniform(0, 8, size=(2, 2, 9))
    state = [np.zeros((2, 2, 9)) for _ in range(3 if adaptive else 2)]

    def step(total, *state):
        output, *new = lif_step(current, *state, dt=DT, inner=9, **parameters)
        return [total + output] + new

    found = way(repeat(step), np.zeros(current.shape), *state)
    total = np.zeros(current.shape)
    for _ in range(50):
        output, *state = reference(DT, current, *state, inner=9, **parameters)
        total += output
    # each neuron has spiked at least once in the mean, and some at their highest rate
    assert np.sum(total > 0) > 10 and np.max(total) > 10 * np.min(parameters["height"])
    for result, expected in zip(found, [total] + state):
        np.testing.assert_allclose(result, expected, rtol=1e-12, atol=1e-12)


def test_old_state_is_still_right(way, repeat):
    """Voltages that are used after the step have the old values."""
    rng = np.random.RandomState(0)
    arrays = random_state(rng, (4, 33), "float64", True)

    def step(current, voltage, refractory, adaptation, _):
        one = lif_step(current, voltage, refractory, adaptation, dt=DT)
        other = lif_step(current + 1, voltage, refractory, adaptation, dt=DT)
        return (
            current,
            one[1] + other[1] + voltage,
            one[2] + refractory,
            other[3],
            voltage,
        )

    found = way(repeat(step, steps=1), *arrays, arrays[1])
    defaults = {"tau_rc": 0.02, "tau_ref": 0.002, "tau_n": 1.0, "inc_n": 0.0}
    one = reference(DT, *arrays, **defaults)
    other = reference(DT, arrays[0] + 1, *arrays[1:], **defaults)
    expected = [arrays[0], one[1] + other[1] + arrays[1], one[2] + arrays[2], other[3]]
    for result, value in zip(found, expected + [arrays[1]]):
        np.testing.assert_allclose(result, value, rtol=1e-12, atol=1e-13)


def test_fed_arrays_keep_their_values(way):
    """What is computed in place is no array of the user's."""
    arrays = random_state(np.random.RandomState(0), (4, 64), "float32", True)
    copies = [array.copy() for array in arrays]
    way(lambda *x: lif_step(*x, dt=DT), *arrays)
    for array, copy in zip(arrays, copies):
        np.testing.assert_array_equal(array, copy)


def test_plain_tensorflow(way):
    """The plain formula of TensorFlow gives the same neurons."""
    arrays = random_state(np.random.RandomState(0), (4, 33), "float64", False)

    def plain(current, voltage, refractory):
        remaining = refractory - DT
        passed = tf.clip_by_value(DT - remaining, 0.0, DT)
        reached = voltage - (current - voltage) * tf.math.expm1(-passed / 0.02)
        spiked = reached > 1
        rest = 0.002 + DT + 0.02 * tf.math.log1p((1 - reached) / (current - 1))
        zeros = tf.zeros_like(reached)
        return [
            tf.where(spiked, zeros + 1, zeros),
            tf.where(spiked, zeros, tf.maximum(reached, 0.0)),
            tf.where(spiked, rest, remaining),
        ]

    found, expected = way(lambda *x: lif_step(*x, dt=DT), *arrays), way(plain, *arrays)
    for result, value in zip(found, expected):
        np.testing.assert_allclose(result, value, rtol=1e-12, atol=1e-13)


def test_values_that_are_no_numbers(way):
    """What is no number stays none, and touches no other neuron."""
    current = np.array([2.0, np.nan, 2.0, np.inf, 2.0])
    voltage = np.array([0.5, 0.5, np.nan, 0.5, 0.5])
    found = way(lambda *x: lif_step(*x, dt=DT), current, voltage, np.zeros(5))
    expected = nengo_step(DT, current[:1], voltage[:1], np.zeros(1), tau_rc=0.02)[1]
    np.testing.assert_allclose(found[1][[0, 4]], np.repeat(expected, 2), rtol=1e-12)
    assert np.all(np.isnan(found[1][[1, 2]]))
    np.testing.assert_array_equal(found[0], [0, 0, 0, 1, 0])


@pytest.mark.parametrize("size", [5, 300])
def test_steps_behind_an_infinite_current(way, size):
    """A refractory time that is no number stays none, and so the neuron is silent."""
    currents = [np.full(size, 3.0) for _ in range(3)]
    currents[0][:2] = np.inf, np.nan
    state = [np.zeros(size)] * 2

    def program(*currents):
        mine, outputs = [tf.constant(x) for x in state], []
        for current in currents:
            output, *mine = lif_step(current, *mine, dt=DT)
            outputs.append(output)
        return outputs + mine

    *found, voltage, refractory = way(program, *currents)
    with np.errstate(invalid="ignore"):
        for current, output in zip(currents, found):
            expected, *state = nengo_step(DT, current, *state, tau_rc=0.02)
            np.testing.assert_array_equal(output, expected)
    np.testing.assert_allclose(voltage, state[0], rtol=1e-12)
    np.testing.assert_allclose(refractory, state[1], rtol=1e-12)
    assert np.isnan(voltage[0]) and not np.isnan(voltage[2:]).any()


@pytest.mark.parametrize("adaptive", [False, True])
def test_no_gradient(way, adaptive):
    """Asking for a gradient is an error that names the operation."""
    arrays = [np.zeros((1, 3)) for _ in range(4 if adaptive else 3)]

    def program(*inputs):
        results = lif_step(*inputs, dt=DT)
        return tf.gradients(tf.reduce_sum(results[1]), list(inputs))

    name = "NengodlAdaptiveLif" if adaptive else "NengodlLif"
    with pytest.raises(LookupError, match=name):
        way(program, *arrays)


@pytest.mark.parametrize(
    "index, name", [(1, "voltage"), (2, "refractory"), (3, "adaptation")]
)
def test_wrong_shapes(way, index, name):
    """The error names the operand, what was expected and received, at once or later."""
    shapes = [(2, 3)] * 4
    shapes[index] = (2, 4)
    message = f"{name}: expected the shape of current, (2, 3), received (2, 4)"
    arrays = [np.zeros(shape) for shape in shapes]
    with pytest.raises(ValueError) as error:
        way(lambda *x: lif_step(*x, dt=DT), *arrays)
    assert message in str(error.value)
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        way(lambda *x: lif_step(*x, dt=DT), *arrays, shapes=[None] * 4)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "parameters, dt, inner, message",
    [
        ((6, 1), (), 1, "parameters: expected (7, operators), received (6, 1)"),
        ((7,), (), 1, "parameters: expected (7, operators), received (7,)"),
        ((7, 0), (), 1, "parameters: expected (7, operators), received (7, 0)"),
        ((7, 1), (1,), 1, "dt: expected a number, received (1,)"),
    ],
)
def test_wrong_parameters_of_the_operation(parameters, dt, inner, message):
    """The operation checks what the function makes for it."""
    with tf.Graph().as_default(), pytest.raises(ValueError) as error:
        three = [tf.zeros(2)] * 3
        load().nengodl_lif(*three, tf.zeros(parameters), tf.zeros(dt), inner)
    assert message in str(error.value)


@pytest.mark.parametrize("inner", [0, -1])
def test_inner_is_at_least_one(way, inner):
    """How many elements follow each other is at least one."""
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        way(lambda *x: lif_step(*x, dt=DT, inner=inner), *[np.zeros(3)] * 3)
    assert f"inner: expected at least 1, received {inner}" in str(error.value)


def test_parameters_of_several_lengths():
    """Sequences have one length; the error has them all."""
    with tf.Graph().as_default(), pytest.raises(ValueError) as error:
        zero = tf.zeros(6)
        lif_step(zero, zero, zero, dt=DT, tau_rc=[0.1, 0.2], tau_ref=[0.1, 0.2, 0.3])
    assert "one length" in str(error.value)
    assert "(2,), (3,)" in str(error.value)


def test_parameters():
    """Rows are what the kernel reads, each as long as the longest."""
    found = lif_parameters(0.5, [2.0, 4.0], 1.0, 3.0, [-1.0, -2.0], 0.25, 7.0)
    expected = [[0.5, 0.25], [2, 4], [1.5] * 2, [3] * 2, [-1, -2], [2] * 2, [7] * 2]
    np.testing.assert_array_equal(found, expected)
