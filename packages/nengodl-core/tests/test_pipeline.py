# SPDX-License-Identifier: MIT
"""Whatever simplifies, plans and sorts, a program computes what nengo does."""

import itertools

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import Simulator, configure_settings, graph_optimizer
from nengo_dl.compat.tensorflow import v1
from nengo_dl.errors import LoweringError
from nengo_dl.simplify import DEFAULT

STEPS = 15
SUBSETS = [subset for n in range(5) for subset in itertools.combinations(DEFAULT, n)]
PLANNERS = ["best", "greedy", "noop", "transitive", "tree"]
SORTERS = ["align_operators", "noop_order_signals", "order_signals"]


def names(functions):
    """Name a test by the functions it is about."""
    return "-".join(f.__name__ for f in functions) or "none"


def make_network(**options):
    """Two ensemble arrays, one of which drives the other and itself."""
    with nengo.Network(seed=1) as net:
        configure_settings(dtype="float64", jit_compile=False)
        configure_settings(**options)
        node = nengo.Node([0.3, -0.5, 0.8])
        kinds = nengo.LIF(), nengo.RectifiedLinear()
        arrays = [nengo.networks.EnsembleArray(6, 3, neuron_type=k) for k in kinds]
        nengo.Connection(node, arrays[0].input)
        nengo.Connection(arrays[0].output, arrays[1].input[::-1], synapse=0.01)
        nengo.Connection(arrays[1].output, arrays[1].input, synapse=0.02, transform=0.5)
        for array in arrays:
            nengo.Probe(array.output, synapse=0.005)
            nengo.Probe(array.ensembles[1].neurons)
        nengo.Probe(arrays[0].ensembles[2].neurons, "voltage")
    return net


def simulate(net, **kwargs):
    """Our data of all probes."""
    with Simulator(net, device="/cpu:0", progress_bar=False, **kwargs) as sim:
        sim.run_steps(STEPS, progress_bar=False)
        return [sim.data[probe] for probe in sim.model.probes]


def assert_equal(found, expected):
    """Probe data agree to float64 rounding, relative to the greatest value."""
    assert len(found) == len(expected) > 0
    for ours, theirs in zip(found, expected):
        limit = 1e-10 * max(1, np.abs(theirs).max())
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=limit)


@pytest.fixture(scope="module")
def expected(nengo_data):
    """Nengo's data of all probes."""
    return list(nengo_data(make_network(), STEPS).values())


@pytest.fixture(scope="module")
def default():
    """Our data of all probes, without any setting."""
    return simulate(make_network())


def test_the_network_does_something(expected, default):
    """All probes change in time, or nothing would be shown here; and agree with nengo."""
    assert all(np.ptp(rows, axis=0).max() > 1e-3 for rows in expected)
    assert_equal(default, expected)


@pytest.mark.parametrize("subset", SUBSETS, ids=names)
def test_simplifications(expected, default, subset):
    """Each simplification can be left out, and none changes a result."""
    found = simulate(make_network(simplifications=subset))
    assert_equal(found, expected)
    assert_equal(found, default)


@pytest.mark.parametrize("sorter", SORTERS)
@pytest.mark.parametrize("planner", PLANNERS)
def test_planners_and_sorters(expected, default, planner, sorter):
    """Any order that dependencies allow, in any groups, gives the same results."""
    functions = {
        "planner": getattr(graph_optimizer, f"{planner}_planner"),
        "sorter": getattr(graph_optimizer, sorter),
    }
    found = simulate(make_network(**functions))
    assert_equal(found, expected)
    assert_equal(found, default)


def test_the_settings_are_used():
    """The functions that were chosen are those that are called."""
    called = []

    def note(name, function):
        def wrapped(*args, **kwargs):
            called.append(name)
            return function(*args, **kwargs)

        return wrapped

    net = make_network(
        simplifications=[note("simplification", DEFAULT[0])],
        planner=note("planner", graph_optimizer.greedy_planner),
        sorter=note("sorter", graph_optimizer.noop_order_signals),
    )
    simulate(net)
    assert called[0] == "simplification"
    assert [name for name in called if name != "simplification"] == [
        "planner",
        "sorter",
    ]


def test_a_model_is_left_as_it_was(expected):
    """Operators and initial values stay, so that nengo can simulate it afterwards."""
    model = nengo.builder.Model(dt=0.001)
    model.build(make_network())
    operators = list(model.operators)
    signals = {signal for op in operators for signal in op.all_signals}
    values = {signal: np.array(signal.initial_value) for signal in signals}
    for minibatch_size in (None, 2):
        found = simulate(None, model=model, minibatch_size=minibatch_size)
        items = [rows[0] for rows in found] if minibatch_size else found
        assert_equal(items, expected)
    assert model.operators == operators
    assert {signal for op in operators for signal in op.all_signals} == signals
    for signal, value in values.items():
        np.testing.assert_array_equal(signal.initial_value, value)
    with nengo.Simulator(None, model=model, progress_bar=False) as sim:
        sim.run_steps(STEPS)
    assert_equal([np.asarray(sim.data[probe]) for probe in model.probes], expected)


# -- what cannot be compiled


@pytest.fixture
def sessions(monkeypatch):
    """The sessions that are made, and the configuration of each."""
    made = []
    original = v1.Session

    def make(*args, **kwargs):
        made.append((original(*args, **kwargs), kwargs["config"]))
        return made[-1][0]

    monkeypatch.setattr(v1, "Session", make)
    return made


def function_node():
    """A node with an input and a function, which no rule computes yet."""
    nengo.Node(lambda t, x: x + 1, size_in=1, label="the node")
    return "SimPyFunc", "the node"


def unknown_neurons():
    """Neurons without a rule."""
    nengo.Ensemble(5, 1, neuron_type=nengo.AdaptiveLIF(), label="the ensemble")
    return "SimNeurons", "AdaptiveLIF", "the ensemble"


@pytest.mark.parametrize("build", [function_node, unknown_neurons])
def test_unsupported_operators_are_told(sessions, build):
    """The error names operator, type and object; nothing is open, the model is intact."""
    with nengo.Network() as net:
        words = build()
    model = nengo.builder.Model(dt=0.001)
    model.build(net)
    operators = list(model.operators)
    (op,) = [op for op in operators if type(op).__name__ == words[0]]
    with pytest.raises(LoweringError) as error:
        Simulator(None, model=model, device="/cpu:0", progress_bar=False)
    for word in (str(op), *words):
        assert word in str(error.value)
    assert sessions == []
    assert model.operators == operators


# -- the session


def test_session_options_reach_the_session(sessions):
    """Dotted names are fields of the configuration that the session gets."""
    options = {"allow_soft_placement": True, "gpu_options.allow_growth": True}
    simulate(make_network(session_config=options))
    ((_, config),) = sessions
    assert config.allow_soft_placement and config.gpu_options.allow_growth


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_all_of_the_graph_has_the_chosen_type(dtype):
    """No floating point tensor of another type is computed anywhere."""
    with Simulator(
        make_network(dtype=dtype), device="/cpu:0", progress_bar=False
    ) as sim:
        sim.run_steps(2, progress_bar=False)
        assert {sim.data[probe].dtype.name for probe in sim.model.probes} == {dtype}
        tensors = [t for op in sim.sess.graph.get_operations() for t in op.outputs]
    floats = {
        t.dtype.base_dtype.name for t in tensors if t.dtype.base_dtype.is_floating
    }
    assert floats == {dtype}


@pytest.mark.parametrize("leave_open", [False, True])
def test_nothing_global_changes(open_simulator, leave_open):
    """Eager execution, default graph and default session are as before, also afterwards."""

    def state():
        graph = v1.get_default_graph()
        return (
            tf.executing_eagerly(),
            graph,
            len(graph.get_operations()),
            v1.get_default_session(),
            v1.get_seed(None),
        )

    before = state()
    sim = open_simulator(make_network(jit_compile=True))
    sim.run_steps(STEPS, progress_bar=False)
    if not leave_open:
        sim.close()
    assert state() == before
