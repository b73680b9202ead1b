# SPDX-License-Identifier: MIT
"""What nengo networks may consist of, one small network each (core.md 20 and 21)."""

import nengo
import numpy as np
import pytest
from nengo_dl import configure_settings

quiet = {"progress_bar": False}
NENGO_2 = nengo.version.version_info < (3, 0, 0)
BOTH = pytest.mark.parametrize("minibatch_size", [None, 3])


def wave(size):
    """A node with another output in each step and dimension."""
    return nengo.Node(lambda t: np.sin(50 * t + np.arange(size)), size_out=size)


# -- slices

SLICES = [
    slice(None, None, -1),
    slice(None, None, 2),
    slice(3, None, -2),
    slice(-3, -1),
    slice(1, 2),
    [3, 0, 1],
    [2, 2, 0, 2],
    [-1, 1],
    2,
    -1,
]
# with a matrix, nengo refuses repeats
UNIQUE = [item for item in SLICES if item != [2, 2, 0, 2]]


@pytest.mark.parametrize(
    "item, transform",
    [(item, name) for item in SLICES for name in ("none", "scalar", "vector")]
    + [(item, "matrix") for item in UNIQUE],
    ids=str,
)
def test_slices_on_the_way_out(same_as_nengo, item, transform):
    """Any slice of a source, in reverse and with repeats, with any transform."""
    n = np.arange(4)[item].size
    values = np.random.RandomState(0).uniform(-1, 1, (3, n))
    given = {"none": {}, "scalar": 2.5, "vector": values[0], "matrix": values}[
        transform
    ]
    with nengo.Network(seed=0) as net:
        configure_settings(jit_compile=False)
        target = nengo.Node(size_in=3 if transform == "matrix" else n)
        options = {} if transform == "none" else {"transform": given}
        nengo.Connection(wave(4)[item], target, synapse=None, **options)
        nengo.Probe(target)
    same_as_nengo(net)


@pytest.mark.parametrize(
    "item, transform",
    [(item, name) for item in SLICES for name in ("none", "vector")]
    + [(item, "matrix") for item in UNIQUE],
    ids=str,
)
def test_slices_on_the_way_in(same_as_nengo, item, transform):
    """Any slice of a target; where it repeats an element, that gets the sum."""
    n = np.arange(4)[item].size
    values = np.random.RandomState(0).uniform(-1, 1, (n, 3))
    with nengo.Network(seed=0) as net:
        configure_settings(jit_compile=False)
        target = nengo.Node(size_in=4)
        options = {}
        if transform != "none":
            options["transform"] = values if transform == "matrix" else values[:, 0]
        source = wave(3 if transform == "matrix" else n)
        nengo.Connection(source, target[item], synapse=0.01, **options)
        nengo.Connection(wave(1), target[1], synapse=None)
        nengo.Probe(target)
        nengo.Probe(target[item])
    same_as_nengo(net)


@BOTH
def test_full_reversal_on_both_sides(same_as_nengo, minibatch_size):
    """Reversed twice is not reversed, reversed once is."""
    with nengo.Network(seed=0) as net:
        source = wave(3)
        targets = [nengo.Node(size_in=3) for _ in range(3)]
        nengo.Connection(source[::-1], targets[0], synapse=None)
        nengo.Connection(source, targets[1][::-1], synapse=None)
        nengo.Connection(source[::-1], targets[2][::-1], synapse=None)
        probes = [nengo.Probe(node) for node in [source] + targets]
    sim = same_as_nengo(net, minibatch_size=minibatch_size)
    plain, pre, post, both = [sim.data[probe] for probe in probes]
    np.testing.assert_array_equal(pre, plain[..., ::-1])
    np.testing.assert_array_equal(post, pre)
    np.testing.assert_array_equal(both, plain)


@BOTH
def test_slices_of_ensembles_and_neurons(same_as_nengo, minibatch_size):
    """Decoded values, neuron outputs and neuron inputs."""
    with nengo.Network(seed=0) as net:
        pre, post = nengo.Ensemble(8, 3), nengo.Ensemble(6, 2)
        nengo.Connection(wave(3), pre)
        nengo.Connection(pre[[2, 0]], post[::-1], function=np.square)
        nengo.Connection(pre.neurons[::-2], post.neurons[1:5], transform=0.01)
        nengo.Connection(pre.neurons[:3], post.neurons[::2], transform=np.eye(3) / 50)
        for probed in (post, pre[::-1], post.neurons[::-1], pre.neurons[[1, 1]]):
            nengo.Probe(probed, synapse=0.02)
    same_as_nengo(net, minibatch_size=minibatch_size)


# -- nodes


@BOTH
def test_nodes_without_input_and_output(same_as_nengo, minibatch_size):
    """A node of None with no input stays at zero, or has no size at all."""
    with nengo.Network(seed=0) as net:
        node = nengo.Node(output=None, size_in=0)
        nengo.Node(lambda t: None, size_out=0)
        nengo.Probe(wave(2))
    sim = same_as_nengo(net, minibatch_size=minibatch_size)
    assert sim.data[node] is None


@BOTH
def test_direct_ensembles_pass_values_on(same_as_nengo, minibatch_size):
    """Direct mode without functions is linear."""
    with nengo.Network(seed=0) as net:
        direct = nengo.Ensemble(1, 2, neuron_type=nengo.Direct())
        post = nengo.Ensemble(10, 2, radius=2)
        nengo.Connection(wave(2), direct)
        nengo.Connection(direct, post, transform=[[1, 2], [0, -1]])
        nengo.Connection(direct[1], post[0], synapse=None)
        nengo.Probe(direct)
        nengo.Probe(post)
    same_as_nengo(net, minibatch_size=minibatch_size)


@BOTH
def test_equal_functions_and_labels(same_as_nengo, minibatch_size):
    """Nodes of one function but different sizes, objects of one label (history 187)."""

    def same(t):
        return 0.3

    with nengo.Network(seed=0) as net:
        for size in (1, 2, 1):
            node = nengo.Node(same, size_out=1, label="x")
            target = nengo.Node(size_in=size, label="x")
            nengo.Connection(node, target, transform=np.ones((size, 1)))
            nengo.Probe(target, label="x")
    same_as_nengo(net, minibatch_size=minibatch_size)


# -- neurons

NEURONS = [
    nengo.RectifiedLinear(amplitude=0.5),
    nengo.SpikingRectifiedLinear(amplitude=2),
    nengo.LIFRate(tau_rc=0.03, tau_ref=0.001),
    nengo.LIF(tau_rc=0.01, tau_ref=0.003, amplitude=0.1),
    nengo.LIF(min_voltage=-1),
    nengo.Sigmoid(tau_ref=0.002),
]


@BOTH
@pytest.mark.parametrize("driven", [True, False])
@pytest.mark.parametrize("neuron_type", NEURONS, ids=str)
def test_neurons_and_all_that_can_be_probed(
    same_as_nengo, minibatch_size, driven, neuron_type
):
    """Outputs, inputs and states are nengo's, whether or not anything drives them."""
    with nengo.Network(seed=0) as net:
        configure_settings(jit_compile=False)
        max_rates = nengo.dists.Uniform(100, 200)
        if isinstance(neuron_type, nengo.Sigmoid):
            max_rates = nengo.dists.Uniform(300, 400)  # more than half of 1 / tau_ref
        ensemble = nengo.Ensemble(9, 2, neuron_type=neuron_type, max_rates=max_rates)
        if driven:
            nengo.Connection(wave(2), ensemble)
        for attribute in ensemble.neurons.probeable:
            nengo.Probe(ensemble.neurons, attribute)
        for attribute in ensemble.probeable:
            nengo.Probe(ensemble, attribute)
    same_as_nengo(net, (30, 20), minibatch_size=minibatch_size)


def test_different_parameters_in_one_group(same_as_nengo):
    """Each ensemble keeps its own, though all are computed together."""
    with nengo.Network(seed=0) as net:
        node = wave(1)
        for i in range(4):
            neurons = nengo.LIF(0.01 * (i + 1), 0.001 * (i + 1), -0.1 * i, 1 + i)
            ensemble = nengo.Ensemble(
                6 + i % 2,
                1,
                neuron_type=neurons,
                radius=1 + i,
                max_rates=nengo.dists.Uniform(100, 200),
            )
            nengo.Connection(node, ensemble, synapse=0.002 * i)
            nengo.Probe(ensemble, synapse=nengo.Alpha(0.01 * (i + 1)))
            nengo.Probe(ensemble.neurons, "refractory_time")
    sim = same_as_nengo(net, (30, 20))
    kinds = [type(group[0]).__name__ for group in sim.program.plan]
    assert kinds.count("SimNeurons") == 1


# -- synapses

STEP_RESPONSES = [
    (None, [1, 1, 1, 1, 1, 1]),
    (0, [0, 1, 1, 1, 1, 1]),
    (0.1, [0, 0.00995017, 0.01980133, 0.02955447, 0.03921056, 0.04877058]),
    (
        nengo.Alpha(0.01),
        [0, 0.00467884, 0.0175231, 0.03693631, 0.06155194, 0.09020402],
    ),
    (nengo.LinearFilter([2], [0.1, 1]), [0, 0.01990033, 0.03960265]),
]


@BOTH
@pytest.mark.parametrize("synapse, expected", STEP_RESPONSES)
def test_step_responses(open_simulator, minibatch_size, synapse, expected):
    """A probe with a synapse shows the filter's answer to a constant."""
    with nengo.Network() as net:
        configure_settings(dtype="float64")
        probe = nengo.Probe(nengo.Node([1.0]), synapse=synapse)
    sim = open_simulator(net, minibatch_size=minibatch_size)
    sim.run_steps(6, **quiet)
    rows = np.reshape(sim.data[probe], (-1, 6))[:, : len(expected)]
    np.testing.assert_allclose(rows, [expected] * len(rows), atol=1e-8)


@pytest.mark.parametrize("tau", [2e-5, 3e-5, 5e-5, 1e-4, 2e-4])
def test_short_time_constants_are_stable(open_simulator, tau):
    """The decay is the closed form, where nengo 2.8's own explodes."""
    with nengo.Network() as net:
        configure_settings(dtype="float64")
        probe = nengo.Probe(nengo.Node([1.0]), synapse=tau)
    sim = open_simulator(net)
    sim.run_steps(5, **quiet)
    decay = 0 if tau <= 0.03 * 0.001 else np.exp(-0.001 / tau)
    expected = [0] + [1 - decay**i for i in range(1, 5)]
    np.testing.assert_allclose(sim.data[probe][:, 0], expected, atol=1e-12)


# -- probes


@BOTH
def test_probes_of_parameters_and_of_what_nothing_touches(
    same_as_nengo, minibatch_size
):
    """They repeat the value after the build, with one item (history 184)."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(6, 2)
        connection = nengo.Connection(
            ensemble, nengo.Node(size_in=3), transform=np.ones((3, 2))
        )
        probe = nengo.Probe(connection, "weights")
        nengo.Probe(ensemble, "scaled_encoders")
        nengo.Probe(nengo.Node(size_in=2))
    sim = same_as_nengo(net, minibatch_size=minibatch_size)
    assert sim.data[probe].shape[:-2] == ((20,) if minibatch_size is None else (1, 20))


def test_a_network_without_probes_runs(open_simulator):
    """Side effects happen all the same."""
    times = []
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(5, 1)
        nengo.Connection(
            nengo.Node(lambda t: times.append(t) or 0.5, size_out=1), ensemble
        )
    sim = open_simulator(net)
    sim.run_steps(4, **quiet)
    assert len(times) >= 4
    assert sim.n_steps == 4


# -- learning


def probe_rule(connection):
    """Probe whatever this version of nengo lets one probe, and the weights."""
    for attribute in connection.learning_rule.probeable:
        nengo.Probe(connection.learning_rule, attribute)
    nengo.Probe(connection, "weights")


@BOTH
@pytest.mark.parametrize(
    "pre_side",
    # nengo 2 cannot build PES from a slice of neurons
    ["ensemble", "slice", "function", "neurons"] + ["some neurons"] * (not NENGO_2),
)
@pytest.mark.parametrize("post_side", ["node", "slice", "ensemble"])
def test_pes_learns_as_in_nengo(same_as_nengo, minibatch_size, pre_side, post_side):
    """From ensembles, neurons and slices of them, to whole objects and slices."""
    rate, options = 1e-2, {}
    with nengo.Network(seed=0) as net:
        configure_settings(jit_compile=False)
        ensemble = nengo.Ensemble(10, 2)
        nengo.Connection(wave(2), ensemble)
        post = nengo.Node(size_in=2)
        if post_side == "ensemble":
            post = nengo.Ensemble(8, 2)
        target = post[1:] if post_side == "slice" else post
        size = 1 if post_side == "slice" else 2
        pre = {
            "slice": ensemble[:size],
            "neurons": ensemble.neurons,
            "some neurons": ensemble.neurons[2:7],
        }.get(pre_side, ensemble)
        if pre_side == "function" or (pre_side == "ensemble" and size == 1):
            options["function"] = lambda x: np.ones(size) * x[0] ** 2
        if "neurons" in pre_side:
            n_pre = 10 if pre_side == "neurons" else 5
            options["transform"] = np.full((size, n_pre), 1e-3)
            rate = 1e-5
        rule = nengo.PES(rate, pre_synapse=0.01)
        connection = nengo.Connection(pre, target, learning_rule_type=rule, **options)
        nengo.Connection(post[:size], connection.learning_rule)
        nengo.Connection(wave(1), connection.learning_rule[0], transform=-1)
        probe_rule(connection)
        nengo.Probe(post)
    same_as_nengo(net, (15, 15), minibatch_size=minibatch_size)


@pytest.mark.parametrize("jit", [True, False])
def test_items_learn_weights_of_their_own(open_simulator, nengo_data, jit):
    """Each item's error changes its own weights, as in a run of nengo alone."""
    data = np.random.RandomState(0).uniform(-1, 1, (3, 20, 2))
    item = [0]
    with nengo.Network(seed=0) as net:
        configure_settings(dtype="float64", jit_compile=jit)
        node = nengo.Node(
            lambda t: data[item[0], int(round(t / 0.001)) - 1], size_out=2
        )
        pre, post = nengo.Ensemble(10, 2), nengo.Node(size_in=2)
        nengo.Connection(node, pre)
        connection = nengo.Connection(pre, post, learning_rule_type=nengo.PES(1e-2))
        nengo.Connection(node, connection.learning_rule, transform=-1)
        probe_rule(connection)
        nengo.Probe(post)
    sim = open_simulator(net, minibatch_size=3)
    sim.run_steps(20, data={node: data}, **quiet)
    for item[0] in range(3):
        expected = nengo_data(net, 20)
        for probe in net.probes:
            np.testing.assert_allclose(
                sim.data[probe][item[0]], expected[probe], rtol=1e-10, atol=1e-10
            )
    weights = sim.data[connection].weights
    assert weights.shape == (3, 2, 10)
    assert not np.allclose(weights[0], weights[1])


def test_several_rules_on_one_connection(same_as_nengo):
    """A list and a dict of rules add up."""
    for rules in (
        [nengo.PES(1e-2), nengo.PES(3e-3, pre_synapse=0.02)],
        {"a": nengo.PES(1e-2), "b": nengo.PES(3e-3, pre_synapse=0.02)},
    ):
        with nengo.Network(seed=0) as net:
            pre, post = nengo.Ensemble(10, 1), nengo.Node(size_in=1)
            nengo.Connection(wave(1), pre)
            connection = nengo.Connection(pre, post, learning_rule_type=rules)
            keys = rules if isinstance(rules, dict) else range(2)
            for i, key in enumerate(keys):
                nengo.Connection(
                    wave(1), connection.learning_rule[key], transform=i - 3
                )
            nengo.Probe(connection, "weights")
            nengo.Probe(post)
        same_as_nengo(net)
