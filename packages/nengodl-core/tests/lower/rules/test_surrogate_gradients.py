# SPDX-License-Identifier: MIT
"""Neurons that fire in training have the gradients of recursions written by hand."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.compat.tensorflow import compile_with_xla, v1
from nengo_dl.lower.rules.neurons import NEURONS

DT = 0.001
SIZE = 12


def bell(x):
    """Compute a user's surrogate."""
    return tf.exp(-2.0 * x * x)


# The same functions in NumPy.
SLOPES = {
    "arctan": lambda x: 1 / (1 + (np.pi * x) ** 2),
    "fast_sigmoid": lambda x: 1 / (1 + 10 * np.abs(x)) ** 2,
    bell: lambda x: np.exp(-2 * x**2),
}


def lif_forward(kind, current, voltage, refractory, adaptation=0.0):
    """Compute the voltage reached, and which share of the way to the current that was."""
    active = np.clip(DT - (refractory - DT), 0, DT)
    share = -np.expm1(-active / kind.tau_rc)
    return voltage + (current - adaptation - voltage) * share, share


def lif_backward(kind, slope, current, states, grad_output, grad_states):
    """Step back: from gradients of output and new states to those of current and states."""
    reached, share = lif_forward(kind, current, *states)
    adapts = len(states) == 3
    decay = DT / kind.tau_n if adapts else 0.0
    if adapts:
        grad_output = grad_output + grad_states[2] * decay * kind.inc_n
    grad = grad_output * kind.amplitude / DT * slope(reached - 1)
    grad = grad + grad_states[0] * ((reached <= 1) & (reached >= kind.min_voltage))
    back = [grad * (1 - share), 0 * grad]
    back += [grad_states[2] * (1 - decay) - grad * share] if adapts else []
    return grad * share, back


def counting_backward(kind, slope, current, states, grad_output, grad_states):
    """Step back for neurons that count up to a spike."""
    rectified = type(kind) is nengo.SpikingRectifiedLinear
    rate = np.maximum(current, 0) if rectified else current
    charged = states[0] + rate * DT
    count = np.floor(charged)
    above = np.where(count > 0, charged - count, charged - count - 1)
    grad = grad_output * kind.amplitude / DT * slope(above) + grad_states[0]
    return grad * DT * ((current > 0) | (not rectified)), [grad]


def izhikevich_backward(kind, slope, current, states, grad_output, grad_states):
    """Step back for Izhikevich's equations, whose unit of time is a millisecond."""
    (voltage, recovery), ms = states, 1000 * DT
    change = 0.04 * voltage**2 + 5 * voltage + 140 - recovery + np.maximum(current, -30)
    reached = voltage + change * ms
    grad_voltage = (
        grad_states[0] + grad_states[1] * kind.tau_recovery * kind.coupling * ms
    )
    grad = grad_output / DT * slope((reached - 30) / 95) / 95
    grad = grad + grad_voltage * (reached < 30)
    return grad * ms * (current > -30), [
        grad * (1 + (0.08 * voltage + 5) * ms),
        grad_states[1] * (1 - kind.tau_recovery * ms) - grad * ms,
    ]


# Neuron types, the step back, mean and width of currents; with them they fire, and rest.
TYPES = {
    "LIF": (nengo.LIF(min_voltage=-0.2), lif_backward, 2, 8),
    "LIF, half as high": (
        nengo.LIF(tau_rc=0.05, tau_ref=0.0035, amplitude=0.5),
        lif_backward,
        2,
        8,
    ),
    "AdaptiveLIF": (nengo.AdaptiveLIF(tau_n=0.02, inc_n=0.05), lif_backward, 2, 8),
    # up to three spikes a step
    "SpikingRectifiedLinear": (
        nengo.SpikingRectifiedLinear(amplitude=0.5),
        counting_backward,
        500,
        1000,
    ),
    "Izhikevich": (nengo.Izhikevich(coupling=0.25), izhikevich_backward, 10, 30),
}
if hasattr(nengo, "RegularSpiking"):
    regular = nengo.RegularSpiking(nengo.Tanh(), amplitude=0.5)
    TYPES["RegularSpiking"] = (regular, counting_backward, 0, 1000)


def draw(kind, steps, dtype=np.float64, mean=2, width=8):
    """Draw currents of each step, and first states."""
    rng = np.random.RandomState(3)
    current = mean + width * rng.standard_normal((steps, SIZE))
    if isinstance(kind, nengo.Izhikevich):
        states = [rng.uniform(-70, 25, SIZE), rng.uniform(-15, 5, SIZE)]
    else:
        states = [rng.uniform(0, 1, SIZE)]
    if isinstance(kind, nengo.LIF):
        states.append(rng.uniform(0, 0.002, SIZE))
    if isinstance(kind, nengo.AdaptiveLIF):
        states.append(rng.uniform(0, 0.1, SIZE))
    return current.astype(dtype), [state.astype(dtype) for state in states]


def by_hand(kind, backward, slope, current, states, weights, numpy_step):
    """Compute what `gradients` returns, with nengo's steps and a step back."""
    history, outputs, states = [], [], [state.copy() for state in states]
    for row in current:
        history.append([state.copy() for state in states])
        outputs.append(numpy_step(kind, row, *states))
    grads, found = list(weights[1:]), np.zeros_like(current)
    for i in reversed(range(len(current))):
        found[i], grads = backward(
            kind, slope, current[i], history[i], weights[0][i], grads
        )
    return np.array(outputs), [found] + grads


@pytest.mark.parametrize("name", sorted(TYPES))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("jit", [False, True])
def test_neurons_fire_as_without_training(make, firing, name, dtype, jit):
    """In 150 random steps outputs and states of training are those of a run, bit by bit.

    But for adaptation under XLA, which folds a factor into the spikes where it may.
    """
    kind, _, mean, width = TYPES[name]
    current, states = draw(kind, 150, dtype, mean, width)
    op, spikes = firing.operator(make, kind, SIZE), []
    steps = [
        firing.step_of(op, dtype, "arctan", training) for training in (False, True)
    ]
    with tf.Graph().as_default():
        inputs = [v1.placeholder(a.dtype, a.shape) for a in [current[0]] + states]
        fetches = [
            compile_with_xla(step, inputs) if jit else step(*inputs) for step in steps
        ]
        with v1.Session() as sess:
            for row in current:
                run, train = sess.run(fetches, dict(zip(inputs, [row] + states)))
                exact = 3 if jit and name == "AdaptiveLIF" else len(run)
                np.testing.assert_array_equal(train[:exact], run[:exact])
                np.testing.assert_array_max_ulp(*np.array([train, run]), 4)
                states = run[1:]
                spikes.append(run[0] != 0)
    assert 0.02 < np.mean(spikes) < 0.98


@pytest.mark.parametrize("name", sorted(TYPES))
@pytest.mark.parametrize(
    "surrogate, steps, jit",
    [
        ("arctan", 1, False),
        ("arctan", 15, True),
        ("fast_sigmoid", 15, False),
        (bell, 15, False),
    ],
)
def test_gradients_by_hand(make, firing, numpy_step, name, surrogate, steps, jit):
    """Gradients through one step, and through many, are those of a recursion in NumPy."""
    kind, backward, mean, width = TYPES[name]
    current, states = draw(kind, steps, np.float64, mean, width)
    rng = np.random.RandomState(0)
    weights = [rng.standard_normal(a.shape) for a in [current] + states]
    if isinstance(kind, nengo.LIF):
        # the refractory time is a part of the reset, and has no gradient
        weights[2][...] = 0
    outputs, found = firing.gradients(
        firing.operator(make, kind, SIZE), surrogate, current, states, weights, jit
    )
    slope = SLOPES[surrogate]
    expected_outputs, expected = by_hand(
        kind, backward, slope, current, states, weights, numpy_step
    )
    np.testing.assert_allclose(outputs, expected_outputs, rtol=1e-12)
    assert steps == 1 or 0.02 < np.mean(outputs != 0) < 0.98
    if name == "SpikingRectifiedLinear" and steps > 1:
        assert set(range(4)) <= set(outputs.ravel() * DT / kind.amplitude)
    for ours, theirs in zip(found, expected):
        limit = 1e-9 * max(1, np.abs(theirs).max())
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=limit)
    assert np.abs(found[0]).max() > 0


def test_one_step_of_a_resting_neuron(make, firing):
    """The gradient is ``h(V - 1) / dt * (1 - exp(-dt / tau_rc))``, for V reached."""
    op = firing.operator(make, nengo.LIF(tau_rc=0.02), SIZE)
    current, zeros = np.linspace(-5, 40, SIZE)[None], [np.zeros(SIZE)] * 2
    weights = [np.ones((1, SIZE))] + zeros
    _, (found, _, _) = firing.gradients(op, "arctan", current, zeros, weights)
    share = 1 - np.exp(-DT / 0.02)
    expected = share / DT / (1 + (np.pi * (current * share - 1)) ** 2)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_the_refractory_time_has_no_gradient(make, firing):
    """Neither a spike's own refractory time nor what is left of an earlier one has any."""
    op = firing.operator(make, nengo.LIF(), SIZE)
    current, states = draw(op.neurons, 6)
    weights = [np.zeros_like(current)] + [np.zeros(SIZE), np.ones(SIZE)]
    for grad in firing.gradients(op, "arctan", current, states, weights)[1]:
        np.testing.assert_array_equal(grad, 0)
    weights = [np.ones_like(current)] + [np.ones(SIZE)] * 2
    _, (_, voltage, refractory) = firing.gradients(
        op, "arctan", current, states, weights
    )
    np.testing.assert_array_equal(refractory, 0)
    assert np.abs(voltage).max() > 0


EXTREMES = [-1e30, -1e4, 0.0, 1 - 1e-7, 1.0, 1 + 2e-7, 20.0, 1e3, 1e4, 1e30, 5, -30]


@pytest.mark.parametrize("name", sorted(TYPES))
@pytest.mark.parametrize(
    "surrogate, dtype, jit",
    [
        ("arctan", "float32", False),
        ("arctan", "float64", True),
        ("fast_sigmoid", "float64", False),
        ("fast_sigmoid", "float32", True),
    ],
)
def test_everything_is_finite(make, firing, name, surrogate, dtype, jit):
    """Whatever the current, there are no NaN and no infinite gradients."""
    kind = TYPES[name][0]
    _, states = draw(kind, 1, dtype)
    current = np.array([EXTREMES] * 5, dtype)
    weights = [np.ones_like(a) for a in [current] + states]
    outputs, found = firing.gradients(
        firing.operator(make, kind, SIZE), surrogate, current, states, weights, jit
    )
    assert np.isfinite(outputs).all()
    for grad in found:
        assert np.isfinite(grad).all()


def test_all_spiking_types_are_tested():
    """A type that knows surrogates has an entry in the table above."""
    known = {kind for kind, step in NEURONS.items() if step.surrogate}
    assert known == {type(entry[0]) for entry in TYPES.values()}
    assert all(NEURONS[kind].training is not None for kind in known)
