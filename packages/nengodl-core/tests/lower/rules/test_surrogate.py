# SPDX-License-Identifier: MIT
"""With a surrogate neurons fire in training, those that can; nothing else changes."""

import types

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengo_dl import configure_settings, extend
from nengo_dl.config.options import SURROGATES as NAMES
from nengo_dl.kernels import PLAIN
from nengo_dl.lower.context import Context, Environment
from nengo_dl.lower.registry import rule_for
from nengo_dl.lower.rules import neurons as module
from nengo_dl.lower.rules.surrogate import SURROGATES, detached, spike
from nengo_dl.operators import NOISY_TYPES

SIZE = 5


def test_the_functions(firing):
    """They have these names, are 1 at the threshold, and are the documented derivatives."""
    assert set(SURROGATES) == set(NAMES)
    x = np.linspace(-3, 3, 61)
    step = 1e-6

    def rise(x):
        return np.arctan(np.pi / 2 * 2 * x) / np.pi + 0.5

    (arctan,) = firing.compute(lambda x: [SURROGATES["arctan"](x)], [x])
    difference = (rise(x + step) - rise(x - step)) / (2 * step)
    np.testing.assert_allclose(arctan, difference, rtol=1e-6)
    (fast,) = firing.compute(lambda x: [SURROGATES["fast_sigmoid"](x)], [x])
    np.testing.assert_allclose(fast, 1 / (1 + 10 * abs(x)) ** 2, rtol=1e-12)
    assert arctan[30] == fast[30] == 1


@pytest.mark.parametrize(
    "training, surrogate", [(False, None), (False, "arctan"), (True, None)]
)
def test_otherwise_nothing_is_added(make, firing, training, surrogate):
    """Outside training, and without a surrogate, the distance is not even computed."""
    ctx = types.SimpleNamespace(training=training, surrogate=surrogate)
    output = object()
    assert spike(ctx, output, lambda: pytest.fail("distance computed")) is output
    assert detached(ctx, output) is output
    if not training:
        op = firing.operator(make, nengo.LIF(), SIZE)
        with tf.Graph().as_default() as graph:
            tensors = [tf.zeros(SIZE)] * 3
            firing.step_of(op, tf.float32, surrogate, training)(*tensors)
            kinds = [operation.type for operation in graph.get_operations()]
        assert "StopGradient" not in kinds


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x: 1.0,
        lambda x: tf.reduce_sum(x, axis=-1),
        lambda x: tf.cast(x, tf.float64),
        lambda x: None,
    ],
)
def test_a_function_returns_what_fits(make, firing, wrong):
    """A user's function of another shape or type is refused with what it returned."""
    op = firing.operator(make, nengo.LIF(), SIZE)
    inputs = [np.zeros(SIZE, np.float32)] * 3
    with pytest.raises(ValidationError, match="shape.*float32.*returned") as error:
        firing.compute(firing.step_of(op, tf.float32, wrong), inputs)
    assert error.value.attr == "surrogate"


def test_each_ensemble_has_its_own_height(make, firing):
    """In a group of ensembles gradients have the height of each one's spikes."""
    kinds = [nengo.LIF(amplitude=1.0), nengo.LIF(amplitude=0.25)]
    ops = tuple(firing.operator(make, kind, SIZE) for kind in kinds)
    environment = Environment(
        0.001, tf.float64, 2, PLAIN, training=True, surrogate="arctan"
    )

    def function(current, voltage, refractory):
        lower = rule_for(ops[0]).lower
        output, _, _ = lower(Context(ops, environment), current, voltage, refractory)
        return tf.gradients(output, [current])

    rng = np.random.RandomState(0)
    shape = (2, 1, SIZE)
    arrays = [np.repeat(rng.uniform(0, 20, shape), 2, axis=1)]
    arrays += [np.repeat(rng.uniform(size=shape), 2, axis=1), np.zeros((2, 2, SIZE))]
    (found,) = firing.compute(function, arrays)
    assert (found > 0).all()
    np.testing.assert_allclose(found[:, 1], found[:, 0] / 4, rtol=1e-12)


def make_network(surrogate, kinds):
    """Ensembles that a node drives, with a probe of the neurons of each."""
    with nengo.Network(seed=0) as net:
        configure_settings(dtype="float64", surrogate=surrogate)
        node = nengo.Node([0.5])
        probes = []
        for kind in kinds:
            ensemble = nengo.Ensemble(20, 1, neuron_type=kind)
            nengo.Connection(node, ensemble, synapse=None)
            probes.append(nengo.Probe(ensemble.neurons))
    return net, probes


def bell(x):
    """Compute a user's surrogate."""
    return tf.exp(-x * x)


@pytest.mark.parametrize(
    "surrogate", ["fast_sigmoid", bell], ids=["fast_sigmoid", "function"]
)
def test_a_batch_fires_in_training(open_simulator, nengo_data, surrogate):
    """The neurons of a network for training fire when those of nengo do."""
    kinds = [nengo.LIF(), nengo.AdaptiveLIF(), nengo.SpikingRectifiedLinear()]
    net, probes = make_network(surrogate, kinds)
    expected = nengo_data(net, 50)
    sim = open_simulator(net, minibatch_size=2)
    found = sim.run_batch(50, dict.fromkeys(probes), training=True)
    for probe in probes:
        assert np.count_nonzero(expected[probe]) > 20
        rows = np.asarray(found[probe]).reshape((2,) + expected[probe].shape)
        for item in rows:
            np.testing.assert_array_equal(item, expected[probe])


def test_rates_are_the_default(open_simulator, nengo_data):
    """With "rate" as without the option, training computes with rates."""
    net, (probe,) = make_network("rate", [nengo.LIF()])
    sim = open_simulator(net)
    rates = sim.run_batch(3, {probe: None}, training=True)[probe]
    with net:
        (ensemble,) = net.ensembles
        ensemble.neuron_type = nengo.LIFRate()
    np.testing.assert_allclose(rates.reshape(3, 20), nengo_data(net, 3)[probe])


def own_type(surrogate):
    """Register a type that may know surrogates, with rates that nobody else has."""

    class Own(nengo.SpikingRectifiedLinear):
        """Neurons of a user."""

    def rates(ctx, current):
        return 7 * tf.nn.relu(current)

    @extend.neurons(Own, training=extend.rates_only(rates), surrogate=surrogate)
    def own(ctx, current, voltage):
        charged = voltage + ctx.dt * tf.nn.relu(current)
        spikes = tf.floor(charged)
        output = extend.spike(
            ctx,
            spikes / ctx.dt,
            lambda: charged - tf.maximum(spikes, 1.0),
            height=1 / ctx.dt,
        )
        return output, charged - spikes

    return Own


@pytest.mark.parametrize("knows", [False, True])
def test_types_of_users(make, firing, monkeypatch, knows):
    """A type fires in training if it says that it can, else it has rates as before."""
    monkeypatch.setattr(module, "NEURONS", dict(module.NEURONS))
    op = firing.operator(make, own_type(knows)(), SIZE)
    current, voltage = np.array([[-100.0, 100, 450, 2100, 900]]), np.full(SIZE, 0.5)
    weights = [np.ones((1, SIZE)), np.zeros(SIZE)]
    (outputs,), ((slopes,), _) = firing.gradients(
        op, "arctan", current, [voltage], weights
    )
    if knows:
        np.testing.assert_array_equal(outputs, [0, 0, 0, 2000, 1000])
        above = np.array([-0.5, -0.4, -0.05, 0.6, 0.4])
        expected = (current[0] > 0) / (1 + (np.pi * above) ** 2)
    else:
        np.testing.assert_array_equal(outputs, 7 * np.maximum(current[0], 0))
        expected = 7 * (current[0] > 0)
    np.testing.assert_allclose(slopes, expected, rtol=1e-9)


@pytest.mark.skipif(
    not NOISY_TYPES, reason="this nengo has no StochasticSpiking and no PoissonSpiking"
)
def test_drawn_spikes_stay_rates(open_simulator):
    """Types whose spikes are drawn compute with rates in training, surrogate or not."""
    kinds = [kind(nengo.RectifiedLinear()) for kind in NOISY_TYPES]
    net, probes = make_network("arctan", kinds)
    sim = open_simulator(net)
    found = sim.run_batch(3, dict.fromkeys(probes), training=True)
    for probe in probes:
        built = sim.data[probe.target.ensemble]
        current = built.gain * 0.5 * built.encoders[:, 0] + built.bias
        rates = np.maximum(current, 0)
        np.testing.assert_allclose(found[probe].reshape(3, 20)[-1], rates)
