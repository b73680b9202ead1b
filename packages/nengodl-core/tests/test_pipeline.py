# SPDX-License-Identifier: MIT
"""All stages together: every choice of them computes the same, beside anything else."""

import itertools
import threading

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.builder import Operator
from nengo.exceptions import BuildError
from nengo_dl import Simulator, configure_settings, graph_optimizer
from nengo_dl.errors import CompilationError, LoweringError

quiet = {"progress_bar": False}
SIMPLIFICATIONS = (
    graph_optimizer.remove_constant_copies,
    graph_optimizer.remove_unmodified_resets,
    graph_optimizer.remove_zero_incs,
    graph_optimizer.remove_identity_muls,
)
PLANNERS = ("best", "greedy", "tree", "transitive", "noop")


def make_network(seed=1):
    """Something for each simplification to remove, and groups for planners to find."""
    with nengo.Network(seed=seed) as net:
        net.node = nengo.Node(lambda t: [np.sin(60 * t), t])
        constant = nengo.Node([0.5, 0.0, -1.0])
        arrays = [nengo.networks.EnsembleArray(5, 3) for _ in range(2)]
        nengo.Connection(net.node[::-1], arrays[0].input[:2], synapse=None)
        nengo.Connection(constant, arrays[0].input, synapse=None)
        nengo.Connection(constant, arrays[1].input, synapse=0.01, transform=0)
        nengo.Connection(
            arrays[0].output, arrays[1].input[[2, 0, 1]], transform=np.eye(3)
        )
        nengo.Connection(arrays[1].output, arrays[0].input, synapse=nengo.Alpha(0.01))
        post = nengo.Node(size_in=3)
        learned = nengo.Connection(
            arrays[1].ea_ensembles[0],
            post[1],
            learning_rule_type=nengo.PES(1e-2),
            transform=1,
        )
        nengo.Connection(constant[0], learned.learning_rule)
        nengo.Probe(post)
        nengo.Probe(arrays[1].output, synapse=0.01)
        nengo.Probe(learned, "weights")
        nengo.Probe(arrays[0].ea_ensembles[1].neurons, "voltage")
    return net


@pytest.mark.parametrize(
    "chosen",
    [
        subset
        for n in range(len(SIMPLIFICATIONS) + 1)
        for subset in itertools.combinations(SIMPLIFICATIONS, n)
    ],
    ids=lambda chosen: "-".join(f.__name__[7:] for f in chosen) or "none",
)
def test_simplifications_change_no_result(same_as_nengo, chosen):
    """Any subset of the four gives nengo's numbers, to float64 rounding (history 170)."""
    net = make_network()
    with net:
        configure_settings(simplifications=chosen, jit_compile=False)
    same_as_nengo(net)


@pytest.mark.parametrize(
    "sorter", ["align_operators", "order_signals", "noop_order_signals"]
)
@pytest.mark.parametrize("planner", PLANNERS)
def test_plans_and_orders_change_no_result(same_as_nengo, planner, sorter):
    """Any planner with any sorter gives nengo's numbers, to float64 rounding."""
    net = make_network()
    with net:
        configure_settings(
            planner=getattr(graph_optimizer, planner + "_planner"),
            sorter=getattr(graph_optimizer, sorter),
            jit_compile=False,
        )
    sim = same_as_nengo(net, minibatch_size=2)
    largest = max(len(group) for group in sim.program.plan)
    assert (largest == 1) == (planner == "noop")


@pytest.mark.parametrize("unroll", [1, 4])
@pytest.mark.parametrize("minibatch_size", [None, 1, 3])
def test_everything_at_once_is_right(same_as_nengo, minibatch_size, unroll):
    """The defaults, with XLA, in minibatches and unrolled."""
    same_as_nengo(
        make_network(), minibatch_size=minibatch_size, unroll_simulation=unroll
    )


def test_inference_only_changes_no_result(same_as_nengo):
    """A network that is never trained computes the same."""
    net = make_network()
    with net:
        configure_settings(inference_only=True)
    same_as_nengo(net)


# -- operators that the device cannot run


def function_with_input(net):
    """A Node whose function takes values of the simulation."""
    net.culprit = nengo.Node(lambda t, x: x, size_in=1, label="culprit")


def derived_neurons(net):
    """A subclass may compute something else than its base."""

    class MyLIF(nengo.LIF):
        pass

    net.culprit = nengo.Ensemble(5, 1, label="culprit", neuron_type=MyLIF())


def nonlinear_synapse(net):
    """A synapse that is no linear filter."""
    node, net.culprit = nengo.Node([1]), nengo.Node(size_in=1, label="culprit")
    nengo.Connection(node, net.culprit, synapse=nengo.synapses.Triangle(0.01))


@pytest.fixture
def sessions(monkeypatch):
    """The sessions that would have been opened."""
    opened = []
    monkeypatch.setattr(
        "nengo_dl.runtime.program.v1.Session",
        lambda *args, **kwargs: opened.append(args),
    )
    return opened


@pytest.mark.parametrize(
    "add, type_name",
    [
        (function_with_input, "SimPyFunc"),
        (derived_neurons, "SimNeurons"),
        (nonlinear_synapse, "SimProcess"),
    ],
)
def test_xla_on_demand_is_refused_where_python_is_called(sessions, add, type_name):
    """Without kernels the error names operator, type and origin; nothing is open."""
    with nengo.Network(seed=0) as net:
        add(net)
        configure_settings(jit_compile=True, compiled_kernels=False)
    before = default_operations()
    with pytest.raises(CompilationError, match="jit_compile=True") as error:
        Simulator(net, device="/cpu:0", progress_bar=False)
    assert isinstance(error.value, BuildError)
    assert type_name in str(error.value)
    assert "culprit" in str(error.value)
    assert sessions == []
    assert default_operations() == before


@pytest.mark.parametrize(
    "add", [function_with_input, derived_neurons, nonlinear_synapse]
)
def test_by_default_python_is_called(same_as_nengo, add):
    """The same networks run by default, as nengo runs them."""
    with nengo.Network(seed=0) as net:
        add(net)
        time = nengo.Node(lambda t: 100 * t)
        nengo.Connection(time, net.culprit, synapse=None)
        nengo.Probe(getattr(net.culprit, "neurons", net.culprit))
    same_as_nengo(net, (5, 3))


def test_unknown_operators_are_told(sessions):
    """An operator of a type without a rule is named with the object it writes for."""

    class Strange(Operator):
        """An operator that nobody knows."""

        def __init__(self, signal):
            super().__init__()
            self.sets, self.incs, self.reads, self.updates = [], [signal], [], []

    with nengo.Network(seed=0) as net:
        culprit = nengo.Node(size_in=1, label="culprit")
    model = nengo.builder.Model(dt=0.001)
    model.build(net)
    model.operators.append(Strange(model.sig[culprit]["in"]))
    with pytest.raises(LoweringError, match="(?s)Strange.*culprit"):
        Simulator(None, model=model, device="/cpu:0", progress_bar=False)
    assert sessions == []


# -- beside other code


def default_operations():
    """Operations of the graph that users get without asking."""
    return [op.name for op in tf.compat.v1.get_default_graph().get_operations()]


def test_nothing_of_tensorflow_changes(open_simulator):
    """Eager mode, the default graph and session are those of before, open or closed.

    History 202.
    """
    before = tf.executing_eagerly(), default_operations()
    session = tf.compat.v1.get_default_session()
    graph = tf.compat.v1.get_default_graph() if not tf.executing_eagerly() else None
    for step in (
        lambda sim: None,
        lambda sim: sim.run_steps(3, **quiet),
        Simulator.close,
    ):
        sim = open_simulator(make_network())
        step(sim)
        assert (tf.executing_eagerly(), default_operations()) == before
        assert tf.compat.v1.get_default_session() is session
        if graph is not None:
            assert tf.compat.v1.get_default_graph() is graph


def test_simulators_work_inside_other_graphs(open_simulator, nengo_data):
    """A graph and a session of the user that are open get nothing of ours."""
    net = make_network()
    with tf.Graph().as_default() as graph, tf.compat.v1.Session() as sess:
        constant = tf.constant(3.0)
        before = len(graph.get_operations())
        sim = open_simulator(net)
        sim.run_steps(5, **quiet)
        assert len(graph.get_operations()) == before
        assert sess.run(constant) == 3
    expected = nengo_data(net, 5)
    for probe in net.probes:
        np.testing.assert_allclose(sim.data[probe], expected[probe], atol=1e-5)


def test_simulators_take_turns(open_simulator, nengo_data):
    """Two of them in one process know nothing of each other."""
    nets = [make_network(seed) for seed in (1, 2)]
    sims = [open_simulator(net, minibatch_size=1 + i) for i, net in enumerate(nets)]
    for n_steps in (3, 5):
        for sim in sims:
            sim.run_steps(n_steps, **quiet)
    sims[0].close()
    sims[1].run_steps(2, **quiet)
    for net, sim, n_steps in zip(nets, sims, (8, 10)):
        expected = nengo_data(net, n_steps)
        for probe in net.probes:
            np.testing.assert_allclose(sim.data[probe][0], expected[probe], atol=1e-5)


def test_threads_have_simulators_of_their_own(nengo_data):
    """Two threads build, run, read and close at the same time."""
    nets, results, errors = [make_network(seed) for seed in (1, 2)], {}, []

    def work(net):
        try:
            with Simulator(net, device="/cpu:0", progress_bar=False) as sim:
                for _ in range(5):
                    sim.run_steps(2, **quiet)
                results[net] = {probe: sim.data[probe] for probe in net.probes}
        except Exception as error:  # shown by the main thread
            errors.append(error)

    threads = [threading.Thread(target=work, args=(net,)) for net in nets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    for net in nets:
        expected = nengo_data(net, 10)
        for probe in net.probes:
            np.testing.assert_allclose(results[net][probe], expected[probe], atol=1e-5)


def test_a_thread_may_use_what_another_made(open_simulator, nengo_data):
    """A simulator is not tied to the thread that made it."""
    net = make_network()
    sim = open_simulator(net)
    thread = threading.Thread(target=sim.run_steps, args=(5,), kwargs=quiet)
    thread.start()
    thread.join()
    for probe, rows in nengo_data(net, 5).items():
        np.testing.assert_allclose(sim.data[probe], rows, atol=1e-5)
