# SPDX-License-Identifier: MIT
"""What the pipeline is given: settings get where they belong, models stay as they are."""

import nengo
import numpy as np
import pytest
from nengo_dl import configure_settings, graph_optimizer
from nengo_dl.compat.tensorflow import v1
from nengo_dl.simplify import DEFAULT

STEPS = 15


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
    return net


@pytest.fixture
def simulate(open_simulator):
    """Return a simulator after some steps, and the data of its probes."""

    def run(net, **kwargs):
        sim = open_simulator(net, **kwargs)
        sim.run_steps(STEPS, progress_bar=False)
        return sim, [sim.data[probe] for probe in sim.model.probes]

    return run


def assert_same(found, expected):
    """Probe data agree to float64 rounding, relative to the greatest value."""
    assert len(found) == len(expected) > 0
    for ours, theirs in zip(found, expected):
        limit = 1e-10 * max(1, np.abs(theirs).max())
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=limit)


def test_a_model_is_left_as_it_was(simulate, nengo_data):
    """Operators and initial values stay, so that two simulators and nengo can follow."""
    expected = list(nengo_data(make_network(), STEPS).values())
    model = nengo.builder.Model(dt=0.001)
    model.build(make_network())
    operators = list(model.operators)
    signals = [list(op.all_signals) for op in operators]
    values = {sig: np.array(sig.initial_value) for sigs in signals for sig in sigs}
    for minibatch_size in (None, 2):
        _, found = simulate(None, model=model, minibatch_size=minibatch_size)
        assert_same([rows[0] for rows in found] if minibatch_size else found, expected)
    assert model.operators == operators
    assert [list(op.all_signals) for op in operators] == signals
    for signal, value in values.items():
        np.testing.assert_array_equal(signal.initial_value, value)
    with nengo.Simulator(None, model=model, progress_bar=False) as sim:
        sim.run_steps(STEPS)
    assert_same([np.asarray(sim.data[probe]) for probe in model.probes], expected)


def test_chosen_functions_are_called(simulate):
    """Simplifications come before the planner, the planner before the sorter.

    History 111.
    """
    called = []

    def note(name, function):
        def wrapped(*args, **kwargs):
            called.append(name)
            return function(*args, **kwargs)

        return wrapped

    chosen = {
        "simplifications": [note("simplification", DEFAULT[0])],
        "planner": note("planner", graph_optimizer.greedy_planner),
        "sorter": note("sorter", graph_optimizer.noop_order_signals),
    }
    simulate(make_network(**chosen))
    assert called[0] == "simplification"
    assert called[called.count("simplification") :] == ["planner", "sorter"]


def test_session_options_reach_the_session(simulate, monkeypatch):
    """Dotted names are fields of the configuration that the session gets (history 110)."""
    session, configs = v1.Session, []

    def make(*args, **kwargs):
        configs.append(kwargs["config"])
        return session(*args, **kwargs)

    monkeypatch.setattr(v1, "Session", make)
    options = {"allow_soft_placement": True, "gpu_options.allow_growth": True}
    simulate(make_network(session_config=options))
    (config,) = configs
    assert config.allow_soft_placement and config.gpu_options.allow_growth


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_all_arrays_have_the_chosen_type(simulate, dtype):
    """No array of another floating point type is computed anywhere."""
    sim, found = simulate(make_network(dtype=dtype))
    assert {rows.dtype.name for rows in found} == {dtype}
    # TensorArrays hand over a float32 scalar of no meaning
    types = [
        tensor.dtype.base_dtype
        for op in sim.sess.graph.get_operations()
        for tensor in op.outputs
        if tensor.shape.ndims != 0
    ]
    assert {kind.name for kind in types if kind.is_floating} == {dtype}
