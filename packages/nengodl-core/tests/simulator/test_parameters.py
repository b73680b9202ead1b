# SPDX-License-Identifier: MIT
"""Live parameters as nengo's built objects."""

import nengo
import numpy as np
import pytest
from nengo.builder.ensemble import BuiltEnsemble
from nengo_dl.simulator.parameters import live_ensemble


@pytest.fixture
def built():
    """Build a network with nengo."""

    def build(network):
        model = nengo.builder.Model(dt=0.001)
        model.build(network)
        return model

    return build


def initial(signal):
    """The value that a signal has after the build."""
    return np.array(signal.initial_value)


@pytest.mark.parametrize(
    "neuron_type", [nengo.LIF(), nengo.RectifiedLinear(), nengo.Sigmoid()]
)
@pytest.mark.parametrize("normalize", [True, False])
def test_untrained_parameters_are_those_of_the_build(built, neuron_type, normalize):
    """Taking encoders and gain apart gives what they were put together from."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(
            6,
            2,
            radius=2.5,
            neuron_type=neuron_type,
            encoders=np.random.RandomState(0).randn(6, 2) * 3,
            max_rates=nengo.dists.Uniform(250, 300),
            intercepts=nengo.dists.Uniform(-0.5, 0.5),
        )
        ensemble.normalize_encoders = normalize
    model = built(net)
    live = live_ensemble(model, ensemble, initial)
    for name in BuiltEnsemble._fields:
        np.testing.assert_allclose(
            getattr(live, name),
            getattr(model.params[ensemble], name),
            rtol=1e-9,
            err_msg=name,
        )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_an_untrained_gain_is_exact(built, dtype):
    """It is that of the build to the last bit, although it is not kept by itself."""
    gain = np.random.RandomState(0).uniform(0.2, 5, size=17)
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(17, 2, gain=gain, bias=np.ones(17))
    live = live_ensemble(built(net), ensemble, lambda sig: initial(sig).astype(dtype))
    assert live.gain.dtype == dtype
    np.testing.assert_array_equal(live.gain, gain.astype(dtype))


def test_trained_encoders_keep_their_length(built):
    """Scaling goes into the gain, rotation into the encoders."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(6, 2, radius=2.0, neuron_type=nengo.LIF())
    model = built(net)
    params = model.params[ensemble]
    turned = params.scaled_encoders[:, ::-1] * 3
    values = {
        model.sig[ensemble]["encoders"]: turned,
        model.sig[ensemble.neurons]["bias"]: params.bias + 1,
    }
    live = live_ensemble(model, ensemble, values.__getitem__)
    np.testing.assert_allclose(live.gain, params.gain * 3)
    np.testing.assert_allclose(live.encoders, params.encoders[:, ::-1])
    np.testing.assert_array_equal(live.scaled_encoders, turned)
    rates, intercepts = nengo.LIF().max_rates_intercepts(live.gain, live.bias)
    np.testing.assert_allclose(live.max_rates, rates)
    np.testing.assert_allclose(live.intercepts, intercepts)
    assert live.eval_points is params.eval_points


@pytest.mark.parametrize("neuron_type", [nengo.LIF(), nengo.Sigmoid()])
def test_items_are_taken_apart_one_by_one(built, neuron_type):
    """Encoders of several items give what each of them would give alone."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(
            6, 2, neuron_type=neuron_type, intercepts=nengo.dists.Uniform(-0.5, 0.5)
        )
    model = built(net)
    params = model.params[ensemble]
    items = np.stack([params.scaled_encoders, 2 * params.scaled_encoders])
    bias = model.sig[ensemble.neurons]["bias"]

    def live(encoders):
        values = {model.sig[ensemble]["encoders"]: encoders, bias: params.bias}
        return live_ensemble(model, ensemble, values.__getitem__)

    for name in ("gain", "encoders", "max_rates", "intercepts"):
        expected = np.stack([getattr(live(item), name) for item in items])
        np.testing.assert_allclose(getattr(live(items), name), expected, err_msg=name)


def test_encoders_without_length_have_the_built_gain(built):
    """Nothing is divided by zero."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(2, 1, encoders=[[1], [0]], neuron_type=nengo.LIF())
        ensemble.normalize_encoders = False
    model = built(net)
    live = live_ensemble(model, ensemble, initial)
    np.testing.assert_allclose(live.gain, model.params[ensemble].gain)
    np.testing.assert_array_equal(live.encoders, [[1], [0]])


def test_direct_ensembles_have_encoders_only(built):
    """There is no gain, and encoders are as they are in the simulation."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(1, 2, neuron_type=nengo.Direct())
    live = live_ensemble(built(net), ensemble, initial)
    np.testing.assert_array_equal(live.encoders, np.eye(2))
    np.testing.assert_array_equal(live.scaled_encoders, np.eye(2))
    assert live.gain is live.bias is None


@pytest.mark.parametrize("transform", [2.0, [[1.0, 2.0], [3.0, 4.0]]])
def test_weights_of_connections_have_their_stored_shape(simulate, transform):
    """Scalars stay scalars, and the transform is part of the weights."""
    with nengo.Network(seed=0) as net:
        a, b = nengo.Node([1, 1]), nengo.Node(size_in=2)
        connection = nengo.Connection(a, b, transform=transform)
        decoded = nengo.Connection(nengo.Ensemble(7, 2), b, transform=transform)
    sim = simulate(net)
    assert sim.data[connection].transform is None
    np.testing.assert_array_equal(sim.data[connection].weights, transform)
    assert sim.data[decoded].weights.shape == (2, 7)
    np.testing.assert_allclose(
        sim.data[decoded].weights, sim.model.params[decoded].weights, rtol=1e-6
    )
    assert sim.data[decoded].solver_info is sim.model.params[decoded].solver_info


def test_connections_without_weights_have_none(simulate):
    """A connection that nengo builds without a transform has nothing to show."""
    with nengo.Network() as net:
        a, b = nengo.Node([1, 1]), nengo.Node(size_in=2)
        connection = nengo.Connection(a, b)
    sim = simulate(net)
    built = sim.model.params[connection].weights
    assert np.all(sim.data[connection].weights == built)
