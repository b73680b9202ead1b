# SPDX-License-Identifier: MIT
"""Live parameters in Nengo's own objects: they do in nengo what they do here."""

import nengo
import numpy as np
import pytest
from nengo_dl import configure_settings

quiet = {"progress_bar": False}
# nengo 2.8's own simulator slices as NumPy 1.15 to 1.22 warns of
pytestmark = pytest.mark.filterwarnings("ignore:Using a non-tuple:FutureWarning")


def put(sim, obj, key, change):
    """Change a live parameter, as training does."""
    signal = sim.model.sig[obj][key]
    sim.program.put({signal: change(sim.program.signal_value(signal))})


def train(sim, net):
    """Change all parameters, each a little and each element in its own way."""
    rng = np.random.RandomState(0)

    def change(value):
        return value * rng.uniform(0.8, 1.2, value.shape)

    for ensemble in net.all_ensembles:
        if not isinstance(ensemble.neuron_type, nengo.Direct):
            put(sim, ensemble, "encoders", change)
            put(sim, ensemble.neurons, "bias", change)
    for connection in net.all_connections:
        if sim.model.sig[connection].get("weights") is not None:
            put(sim, connection, "weights", change)


def assert_same_in_nengo(net, expected):
    """Run a network in nengo, and compare all probes to float64 rounding."""
    with nengo.Simulator(net, optimize=False, progress_bar=False) as sim:
        sim.run_steps(len(next(iter(expected.values()))))
        for probe, rows in expected.items():
            found = sim.data[probe]
            limit = 1e-9 * max(1.0, np.abs(rows).max())
            np.testing.assert_allclose(found, rows, rtol=0, atol=limit)


def run(sim, n_steps=30):
    """Probe data from the initial state on."""
    sim.run_steps(n_steps, **quiet)
    return {probe: np.array(sim.data[probe]) for probe in sim.model.probes}


# -- arguments


def test_arguments_recreate_an_ensemble(parametric, open_simulator):
    """History 108, 95: nengo builds scaled encoders, bias and gain as they are here."""
    sim = open_simulator(parametric)
    train(sim, parametric)
    params = sim.get_nengo_params(parametric.a)
    assert set(params) == {
        "encoders",
        "normalize_encoders",
        "gain",
        "bias",
        "max_rates",
        "intercepts",
    }
    # the gain of the build, whatever the encoders became
    np.testing.assert_array_equal(params["gain"], sim.model.params[parametric.a].gain)
    with nengo.Network() as other:
        ensemble = nengo.Ensemble(20, 2, radius=2.0, **params)
    with nengo.Simulator(other, optimize=False, progress_bar=False) as reference:
        built = reference.data[ensemble]
    np.testing.assert_allclose(
        built.scaled_encoders, sim.data[parametric.a].scaled_encoders, rtol=1e-12
    )
    np.testing.assert_array_equal(built.bias, sim.data[parametric.a].bias)


def test_untrained_arguments_are_those_of_the_build(parametric, open_simulator):
    """Encoders, gain and bias that nobody trained come back as they were built."""
    sim = open_simulator(parametric)
    params, built = sim.get_nengo_params(parametric.a), sim.model.params[parametric.a]
    for name in ("encoders", "gain", "bias"):
        np.testing.assert_allclose(params[name], getattr(built, name), rtol=1e-12)
    assert params["max_rates"] is nengo.Ensemble.max_rates.default
    assert params["intercepts"] is nengo.Ensemble.intercepts.default


@pytest.mark.filterwarnings("ignore:Non-finite values:UserWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # nengo's inverse
def test_neurons_without_gain_keep_their_encoders(open_simulator):
    """Nothing is divided by zero."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(
            2, 1, encoders=[[1], [-1]], gain=[0, 2], bias=[1, 1], radius=4
        )
    params = open_simulator(net).get_nengo_params(ensemble)
    np.testing.assert_array_equal(params["encoders"], [[1], [-1]])
    np.testing.assert_array_equal(params["gain"], [0, 2])


def test_neurons_stand_for_their_ensemble(parametric, open_simulator):
    """Both give the same arguments."""
    sim = open_simulator(parametric)
    by_neurons, by_ensemble = sim.get_nengo_params([parametric.a.neurons, parametric.a])
    for name, value in by_ensemble.items():
        np.testing.assert_array_equal(by_neurons[name], value)


def test_arguments_recreate_connections(parametric, open_simulator):
    """Decoders come as a solver without solving, other weights as a transform."""
    sim = open_simulator(parametric)
    train(sim, parametric)
    decoded, neurons, inward = sim.get_nengo_params(
        (parametric.decoded, parametric.neurons, parametric.inward)
    )
    weights = sim.data[parametric.decoded].weights
    assert weights.shape == (2, 20)
    np.testing.assert_array_equal(decoded["solver"].values, weights.T)
    assert not decoded["solver"].weights and decoded["transform"] == 1
    np.testing.assert_array_equal(decoded["function"](np.ones(7)), np.zeros(2))
    np.testing.assert_array_equal(
        neurons["transform"], sim.data[parametric.neurons].weights
    )
    assert np.ndim(inward["transform"]) == 0
    np.testing.assert_array_equal(
        inward["transform"], sim.data[parametric.inward].weights
    )


def test_all_arguments_rebuild_the_network(parametric, open_simulator):
    """A network made anew from all arguments has the same output in nengo."""
    sim = open_simulator(parametric)
    train(sim, parametric)
    objs = [
        parametric.a,
        parametric.b,
        parametric.inward,
        parametric.decoded,
        parametric.full,
        parametric.neurons,
    ]
    params = sim.get_nengo_params(objs)
    with nengo.Network() as net:
        node = nengo.Node([0.3, -0.4])
        # nengo >= 3.1 draws the initial voltages by the seed
        seed = sim.model.seeds[parametric.a]
        a = nengo.Ensemble(20, 2, radius=2.0, seed=seed, **params[0])
        b = nengo.Ensemble(15, 2, neuron_type=nengo.LIFRate(), **params[1])
        nengo.Connection(node, a, **params[2])
        nengo.Connection(a, b, **params[3])
        nengo.Connection(b, a, **params[4])
        nengo.Connection(a.neurons, b.neurons, **params[5])
        probes = [nengo.Probe(obj.neurons) for obj in (a, b)]
    with parametric:
        ours = [nengo.Probe(obj.neurons) for obj in (parametric.a, parametric.b)]
    # another simulator, with probes of neurons
    again = open_simulator(parametric)
    train(again, parametric)
    rows = run(again)
    assert_same_in_nengo(net, {p: rows[o] for p, o in zip(probes, ours)})


def test_a_dict_is_keyed_by_labels(parametric, open_simulator):
    """Several objects give a list, or a dict if asked for; one object its arguments."""
    sim = open_simulator(parametric)
    objs = [parametric.a, parametric.inward]
    found = sim.get_nengo_params(objs, as_dict=True)
    assert list(found) == ["a", "inward"]
    for params, single in zip(found.values(), objs):
        expected = sim.get_nengo_params(single)
        assert set(params) == set(expected)
    assert set(sim.get_nengo_params(parametric.a, as_dict=True)) == set(found["a"])
    assert sim.get_nengo_params([]) == []


def test_values_are_fetched_in_one_go(parametric, open_simulator, monkeypatch):
    """History 88: many objects cost one call of the session."""
    sim = open_simulator(parametric)
    calls = []
    fetch = sim.program.store.values

    def count(sess, signals):
        calls.append(len(signals))
        return fetch(sess, signals)

    monkeypatch.setattr(sim.program.store, "values", count)
    sim.get_nengo_params(parametric.ensembles + parametric.connections)
    assert len(calls) == 1


def test_weights_that_are_not_there_leave_the_transform(open_simulator):
    """A connection that nengo builds without weights keeps its transform."""
    with nengo.Network() as net:
        node, other = nengo.Node([1.0, 2.0]), nengo.Node(size_in=2)
        connection = nengo.Connection(node, other, synapse=None)
        probe = nengo.Probe(other)
    sim = open_simulator(net)
    params = sim.get_nengo_params(connection)
    with nengo.Network() as copy:
        node, other = nengo.Node([1.0, 2.0]), nengo.Node(size_in=2)
        nengo.Connection(node, other, synapse=None, **params)
        copied = nengo.Probe(other)
    assert_same_in_nengo(copy, {copied: run(sim, 3)[probe]})


@pytest.mark.skipif(
    not hasattr(nengo, "Convolution"), reason="nengo 2.8 has no convolutions"
)
def test_convolutions_are_copied_with_the_live_kernel(open_simulator):
    """Everything but the kernel stays, and the connection's own transform as it is."""
    with nengo.Network(seed=0) as net:
        transform = nengo.Convolution(3, (6, 6, 2), strides=(2, 2), padding="same")
        node = nengo.Node(np.linspace(0, 1, transform.size_in))
        target = nengo.Node(size_in=transform.size_out)
        connection = nengo.Connection(node, target, transform=transform, synapse=None)
        probe = nengo.Probe(target)
    try:
        sim = open_simulator(net)
    except nengo.exceptions.BuildError as error:
        pytest.xfail(f"no rule for convolutions yet: {error}")
    put(sim, connection, "weights", lambda value: value * 2 + 1)
    copy = sim.get_nengo_params(connection)["transform"]
    assert connection.transform is transform and transform.init is not copy.init
    for name in ("n_filters", "input_shape", "kernel_size", "strides", "padding"):
        assert getattr(copy, name) == getattr(transform, name)
    np.testing.assert_array_equal(copy.init, sim.data[connection].weights)
    rows = run(sim, 2)
    sim.freeze_params(net)
    with nengo.Simulator(net, optimize=False, progress_bar=False) as reference:
        reference.run_steps(2)
    np.testing.assert_allclose(reference.data[probe], rows[probe], rtol=1e-5)


# -- freezing


def test_frozen_networks_do_the_same_in_nengo(parametric, open_simulator):
    """History 79: all probes show in nengo what they showed here, after any training."""
    sim = open_simulator(parametric)
    train(sim, parametric)
    expected = run(sim)
    sim.freeze_params(parametric)
    assert_same_in_nengo(parametric, expected)
    assert isinstance(parametric.decoded.solver, nengo.solvers.NoSolver)
    assert parametric.full.solver.weights


def oscillator(tau, frequency, n_neurons):
    """Nengo's network of that name, which later versions lack."""
    if hasattr(nengo.networks, "Oscillator"):
        return nengo.networks.Oscillator(tau, frequency, n_neurons)
    with nengo.Network() as net:
        net.input = nengo.Node(size_in=2)
        net.ensemble = nengo.Ensemble(n_neurons, 2)
        turn = [[1, -frequency * tau], [frequency * tau, 1]]
        nengo.Connection(net.ensemble, net.ensemble, synapse=tau, transform=turn)
        nengo.Connection(net.input, net.ensemble)
    return net


def networks():
    """Nengo's own networks, by name."""
    yield "basal ganglia", lambda: nengo.networks.BasalGanglia(4), "input"
    yield "convolution", lambda: nengo.networks.CircularConvolution(32, 4), None
    yield "oscillator", lambda: oscillator(0.01, 10, 100), "input"
    yield "memory", lambda: nengo.networks.InputGatedMemory(32, 4), "input"


# neurons that training made silent have no intercept, at which nengo warns
@pytest.mark.filterwarnings("ignore:Non-finite values:UserWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(
    "make, entry", [pytest.param(*rest, id=name) for name, *rest in networks()]
)
def test_networks_of_nengo_can_be_frozen(open_simulator, make, entry):
    """Each of them, driven by some input, does the same in nengo after freezing.

    History 79.
    """
    with nengo.Network(seed=0) as net:
        configure_settings(dtype="float64")
        inner = make()
        size = inner.output.size_out if entry is None else inner.input.size_in
        drive = nengo.Node(np.linspace(0.2, 0.9, size))
        if entry is None:
            for name in ("input_a", "input_b"):
                # nengo 2.8 calls them A and B
                target = getattr(inner, name, None) or getattr(inner, name[-1].upper())
                nengo.Connection(drive, target)
        else:
            nengo.Connection(drive, inner.input)
        output = (
            inner.ensemble if entry and not hasattr(inner, "output") else inner.output
        )
        nengo.Probe(output, synapse=0.01)
    sim = open_simulator(net)
    train(sim, net)
    expected = run(sim, 25)
    sim.freeze_params(net)
    assert np.abs(list(expected.values())[0]).max() > 1e-3
    assert_same_in_nengo(net, expected)


@pytest.mark.parametrize("kind", ["one", "list", "subnetwork"])
def test_only_what_was_asked_for_is_frozen(parametric, open_simulator, kind):
    """Objects, lists of them and networks in networks; the rest stays as it was."""
    with parametric:
        with nengo.Network() as inner:
            ensemble = nengo.Ensemble(5, 1)
            direct = nengo.Ensemble(1, 1, neuron_type=nengo.Direct())
            connection = nengo.Connection(ensemble, direct)
    sim = open_simulator(parametric)
    chosen = {"one": ensemble, "list": [ensemble, connection], "subnetwork": inner}
    sim.freeze_params(chosen[kind])
    assert isinstance(ensemble.encoders, np.ndarray) and ensemble.gain is not None
    frozen = isinstance(connection.solver, nengo.solvers.NoSolver)
    assert frozen == (kind != "one")
    assert isinstance(parametric.a.encoders, nengo.dists.Distribution)
    assert not isinstance(parametric.decoded.solver, nengo.solvers.NoSolver)
    assert isinstance(direct.encoders, nengo.dists.Distribution)


def test_functions_may_change_the_number_of_dimensions(open_simulator):
    """What is frozen has outputs as many as the target, whatever the function had."""
    with nengo.Network(seed=0) as net:
        configure_settings(dtype="float64")
        a = nengo.Ensemble(10, 2)
        for size, function in ((1, lambda x: x[0] * x[1]), (4, lambda x: [x[0]] * 4)):
            b = nengo.Ensemble(10, 3)
            transform = np.arange(3.0 * size).reshape((3, size)) / 10
            nengo.Connection(a, b, function=function, transform=transform)
            nengo.Connection(a[1], b[[2, 0]], function=lambda x: [x[0], x[0] ** 2])
            nengo.Probe(b, synapse=0.01)
    sim = open_simulator(net)
    expected = run(sim)
    sim.freeze_params(net)
    assert_same_in_nengo(net, expected)


def test_learned_weights_are_frozen_as_they_are_now(open_simulator):
    """Nengo goes on to learn from there, as this simulator does after a soft reset."""
    with nengo.Network(seed=0) as net:
        configure_settings(dtype="float64")
        pre, post = nengo.Ensemble(20, 1), nengo.Ensemble(20, 1)
        learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES(1e-2))
        nengo.Connection(post, learned.learning_rule)
        nengo.Connection(nengo.Node([0.7]), pre)
    sim = open_simulator(net)
    sim.run_steps(50, **quiet)
    weights = sim.data[learned].weights
    assert not np.allclose(weights, sim.model.params[learned].weights)
    sim.freeze_params(net)
    with nengo.Simulator(net, optimize=False, progress_bar=False) as reference:
        np.testing.assert_allclose(
            reference.model.params[learned].weights, weights, rtol=1e-12
        )
