# SPDX-License-Identifier: MIT
"""Section 5 of the table of errors: optimizers, objectives and summaries."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.builder import Model
from nengo_dl import configure_settings
from nengo_dl.objectives import mse
from nengodl_train.errors import SummaryError

v1 = tf.compat.v1
quiet = {"progress_bar": False}


def data_of(net):
    """Inputs and targets."""
    return {net.node: np.ones((2, 4, 2)), net.probe: np.ones((2, 4, 2))}


def nothing():
    """A function without arguments."""


def three(a, b, c):
    """A function of three arguments."""


class Applying:
    """Something else that has the method of optimizers."""

    def apply_gradients(self, pairs):
        """Do nothing."""


# -- optimizer


def test_optimizer_is_a_dict(sim, net, optimizer, refused):
    """Section 5, optimizer is a dict: release notes explain it (history 35)."""
    targets = {net.probe: np.ones((2, 4, 2))}
    parts = ["dict", "old", "train(data, optimizer)", "release notes"]
    refused(sim.train, data_of(net), targets, attr="optimizer", parts=parts)
    # as it was called then, with a third argument
    refused(sim.train, data_of(net), targets, optimizer, attr="optimizer", parts=parts)


@pytest.mark.parametrize(
    "junk, kind",
    [
        (None, "NoneType"),
        (5, "int"),
        ("adam", "str"),
        (v1.train.AdamOptimizer, "AdamOptimizer"),
        (Applying(), "Applying"),
    ],
    ids=["None", "5", "name", "class", "other object"],
)
def test_optimizer_is_none(sim, net, refused, junk, kind):
    """Section 5, optimizer without apply_gradients: its type, and what is accepted."""
    parts = [kind, "tf.compat.v1.train.Optimizer", "keras.optimizers.Optimizer"]
    refused(sim.train, data_of(net), junk, attr="optimizer", parts=parts)


# -- objective


def test_objective_missing(sim, optimizer, refused):
    """Section 5, objective missing with int data: it must be given."""
    parts = ["must be given", "number of steps"]
    refused(sim.train, 4, optimizer, attr="objective", parts=parts)
    refused(sim.loss, 4, attr="objective", parts=parts)


@pytest.mark.parametrize("objective", [mse, "mse", 5, [mse]])
def test_objective_is_no_dict(sim, net, optimizer, refused, objective):
    """Section 5, objective not a dict: an example is shown (history 36)."""
    parts = ["dict from probes", "functions", repr(objective)]
    keywords = {"objective": objective, "attr": "objective", "parts": parts}
    refused(sim.train, data_of(net), optimizer, **keywords)
    refused(sim.loss, data_of(net), **keywords)


@pytest.mark.parametrize(
    "function, parts",
    [
        (5, ["function or None", "but is 5"]),
        ("mean", ["function or None", "'mean'"]),
        (nothing, ["'nothing'", "takes 0"]),
        (three, ["'three'", "takes 3"]),
    ],
)
def test_functions(sim, net, optimizer, refused, function, parts):
    """Section 5, value not callable, 0 or > 2 arguments: name, probe and number."""
    objective = {net.node_probe: tf.reduce_sum, net.probe: function}
    keywords = {"objective": objective, "attr": "outputs"}
    parts = parts + ["the probe"]
    refused(sim.train, 4, optimizer, parts=parts, **keywords)
    refused(sim.loss, 4, parts=parts, **keywords)


@pytest.mark.parametrize(
    "key",
    [lambda net: net.ensemble, lambda net: (net.probe, net.node), lambda net: "p"],
)
def test_keys(sim, net, optimizer, refused, key):
    """Section 5, objective key not a probe: what is there instead is named."""
    key = key(net)
    wrong = key[1] if isinstance(key, tuple) else key
    objective = {net.probe: "mse", key: mse}
    keywords = {"objective": objective, "attr": "objective"}
    parts = ["must be probes", repr(wrong)]
    refused(sim.train, data_of(net), optimizer, parts=parts, **keywords)
    refused(sim.loss, data_of(net), parts=parts, **keywords)


def test_probe_of_another_network(sim, optimizer, refused):
    """Section 5, objective key not a probe: nor one of another network."""
    with nengo.Network():
        foreign = nengo.Probe(nengo.Node([0]), label="foreign")
    keywords = {"objective": {foreign: tf.reduce_sum}, "attr": "objective"}
    parts = ["of the network", repr(foreign)]
    refused(sim.train, 4, optimizer, parts=parts, **keywords)
    refused(sim.loss, 4, parts=parts, **keywords)


def test_objective_without_entries(sim, net, optimizer, refused):
    """Section 5, objective empty / data without probes: what is missing."""
    keywords = {"objective": {}, "attr": "objective", "parts": ["names no probe"]}
    refused(sim.train, data_of(net), optimizer, **keywords)
    refused(sim.loss, data_of(net), **keywords)
    data = {net.node: np.ones((2, 4, 2))}
    keywords = {"attr": "objective", "parts": ["not given", "no targets"]}
    refused(sim.train, data, optimizer, **keywords)
    refused(sim.loss, data, **keywords)


def untrainable():
    """A network of which nothing may be trained."""
    with nengo.Network(seed=0) as net:
        configure_settings(trainable=False)
        net.node = nengo.Node([0.5])
        net.ensemble = nengo.Ensemble(4, 1)
        nengo.Connection(net.node, net.ensemble)
        net.probe = nengo.Probe(net.ensemble)
    return net


def test_nothing_trainable(open_simulator, optimizer, refused):
    """Section 5, nothing trainable: that it is so, and which setting decides."""
    net = untrainable()
    sim = open_simulator(net)
    parts = ["nothing can be optimized", "configure_settings(trainable=...)"]
    objective = {net.probe: tf.reduce_sum}
    keywords = {"objective": objective, "attr": "trainable", "parts": parts}
    refused(sim.train, 2, optimizer, **keywords)
    assert np.isfinite(sim.loss(2, objective, **quiet))


def test_nothing_trainable_without_network(open_simulator, optimizer):
    """Section 5, nothing trainable: as in a model that comes without its network."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(4, 1)
        probe = nengo.Probe(ensemble)
    model = Model(dt=0.001)
    model.build(net)
    model.toplevel = None
    with pytest.warns(UserWarning, match="trainable"):
        sim = open_simulator(None, model=model)
    with pytest.raises(ValueError, match="nothing can be optimized") as error:
        sim.train(2, optimizer, objective={probe: tf.reduce_sum}, **quiet)
    assert error.value.attr == "trainable"


def test_nothing_on_the_way(sim, net, optimizer, refused):
    """Section 5, nothing trainable: nor is there anything in front of the probe."""
    parts = ["nothing can be optimized", "/weights", "/encoders", "/bias"]
    objective = {net.node_probe: tf.reduce_sum}
    refused(sim.train, 4, optimizer, objective=objective, attr="objective", parts=parts)


@pytest.mark.parametrize("result", [None, "text", {"a": 1.0}, (1.0, None)])
def test_results(sim, net, optimizer, unchanged, result):
    """Section 5, beyond the rows: what a function returns must be tensors."""

    def strange(output):
        return result

    with unchanged(sim):
        for call in (
            lambda: sim.train(4, optimizer, objective={net.probe: strange}, **quiet),
            lambda: sim.loss(4, {net.probe: strange}, **quiet),
        ):
            with pytest.raises(ValueError, match="must return a tensor") as error:
                call()
            assert "'strange'" in str(error.value) and "the probe" in str(error.value)


def test_mse_by_name(sim, net, optimizer, trained):
    """Section 5, "mse": what to use, which the dict has from then on (history 34)."""
    data, told = data_of(net), 'The objective "mse" is.*nengo_dl.objectives.mse'
    objective = {net.probe: "mse"}
    with pytest.warns(DeprecationWarning, match=told), trained(sim, 0):
        loss = sim.loss(data, objective, **quiet)
    assert objective == {net.probe: mse}
    assert loss == sim.loss(data, {net.probe: mse}, **quiet)
    objective = {net.probe: "mse"}
    with pytest.warns(DeprecationWarning, match=told), trained(sim):
        sim.train(data, optimizer, objective=objective, **quiet)
    assert objective == {net.probe: mse}


def test_inference_only(network, open_simulator, optimizer, refused):
    """Section 5, training an inference-only network: that it is one (history 63)."""
    with network:
        configure_settings(inference_only=True)
    sim = open_simulator(network, minibatch_size=2)
    sim.run_steps(2, **quiet)
    parts = ["built with inference_only"]
    data = data_of(network)
    refused(sim.train, data, optimizer, attr="inference_only", parts=parts)
    refused(sim.loss, data, training=True, attr="inference_only", parts=parts)
    assert np.isfinite(sim.loss(data, **quiet))
    assert sim.training_step is None


# -- numbers and callbacks


@pytest.mark.parametrize("name", ["n_epochs", "truncation", "checkpoint_steps"])
@pytest.mark.parametrize("value", [0, -2, 2.0, "2", True])
def test_counts(sim, net, optimizer, refused, name, value):
    """Section 5, beyond the rows: numbers are at least 1, and what was given is told."""
    keywords = {name: value, "attr": name, "parts": ["integer", repr(value)]}
    refused(sim.train, data_of(net), optimizer, **keywords)


@pytest.mark.parametrize("callbacks", [5, None, print, [print]])
def test_callbacks(sim, net, optimizer, refused, callbacks):
    """Section 5, beyond the rows: callbacks are a list or tuple of a certain class."""
    parts = ["nengodl_train.callbacks.Callback", repr(callbacks)]
    keywords = {"callbacks": callbacks, "attr": "callbacks", "parts": parts}
    refused(sim.train, data_of(net), optimizer, **keywords)


# -- warnings


@pytest.mark.parametrize("where", ["connection", "probe"])
def test_one_step(open_simulator, unchanged, where):
    """Section 5, one-step training with filters: which, and what to do (history 53)."""
    with nengo.Network() as net:
        net.node, net.driven = nengo.Node([0.5, 0.5]), nengo.Node(size_in=2)
        net.connection = nengo.Connection(
            *(net.node, net.driven),
            transform=[[1, 2], [3, 4]],
            synapse=0.01 if where == "connection" else None,
        )
        net.probe = nengo.Probe(net.driven, synapse=0.01 if where == "probe" else None)
    sim = open_simulator(net)
    data = {net.node: np.ones((1, 1, 2)), net.probe: np.ones((1, 1, 2))}
    # it is an error here, as any warning in a test
    with unchanged(sim), pytest.raises(UserWarning) as error:
        sim.train(data, v1.train.GradientDescentOptimizer(0.1), **quiet)
    message = str(error.value)
    assert message.startswith("Training is for one timestep")
    for part in ("delays", "synapse=None", str(getattr(net, where))):
        assert part in message


def double(t, x):
    """Do in Python what has no gradient then."""
    return 2 * x


def hosted_network():
    """Weights in front of Python, weights behind it, and some on another way."""
    with nengo.Network() as net:
        configure_settings(dtype="float64", trainable=None)
        net.node = nengo.Node([1.0], label="the node")
        python = nengo.Node(double, size_in=1, size_out=1, label="the python")
        end, net.beside = nengo.Node(size_in=1), nengo.Node(size_in=1)
        net.weights = [
            nengo.Connection(a, b, transform=[[w]], synapse=None)
            for a, b, w in (
                (net.node, python, 3.0),
                (python, end, 5.0),
                (net.node, net.beside, 7.0),
            )
        ]
        net.probe, net.other = nengo.Probe(end), nengo.Probe(net.beside)
    return net


@pytest.mark.parametrize("n_steps", [1, 3])
def test_python_on_the_way(open_simulator, trained, n_steps):
    """Section 5, non-differentiable path: the element, and what it hinders (history 89)."""
    net = hosted_network()
    sim = open_simulator(net)
    optimizer = v1.train.GradientDescentOptimizer(0.1)
    objective = {net.probe: tf.reduce_sum}
    with pytest.warns(UserWarning, match="gradient") as record, trained(sim):
        sim.train(n_steps, optimizer, objective=objective, **quiet)
    element, parameters = [
        str(w.message) for w in record if w.category.__name__ == "NoGradientWarning"
    ]
    assert "SimPyFunc" in element and "the python" in element
    for number, named in enumerate([True, False, True]):
        assert (f"connections[{number}]/weights" in parameters) == named
    # the rest is trained: the gradient of what Python returns, 2 * 3, in each step
    found = [sim.data[connection].weights for connection in net.weights]
    np.testing.assert_allclose(np.ravel(found), [3, 5 - 0.6 * n_steps, 7])


def test_python_beside_the_way(open_simulator, trained):
    """Section 5, non-differentiable path: elsewhere it hinders nothing, in silence."""
    net = hosted_network()
    net.config[nengo.Connection].trainable = False
    net.config[net.weights[2]].trainable = True
    sim = open_simulator(net)
    optimizer = v1.train.GradientDescentOptimizer(0.1)
    with trained(sim):
        sim.train(2, optimizer, objective={net.other: tf.reduce_sum}, **quiet)
    np.testing.assert_allclose(sim.data[net.weights[2]].weights, 7 - 0.2)


def test_warnings_about_gradients_change_nothing(open_simulator, unchanged):
    """Section 5, non-differentiable path: whoever makes it an error has what was before."""
    net = hosted_network()
    net.config[net.weights[0]].trainable = False
    sim = open_simulator(net)
    optimizer = v1.train.GradientDescentOptimizer(0.1)
    objective = {net.probe: tf.reduce_sum}
    with unchanged(sim), pytest.raises(UserWarning, match=r"connections\[2\]/weights"):
        sim.train(2, optimizer, objective=objective, **quiet)


# -- summaries


def test_summaries_without_tensorboard(sim, net, optimizer, trained):
    """Section 5, summaries without tensorboard: they are ignored, and training goes on."""
    summaries = ["loss", net.ensemble]
    with pytest.warns(UserWarning, match="summaries are ignored.*tensorboard="):
        with trained(sim):
            sim.train(data_of(net), optimizer, summaries=summaries, **quiet)
    assert summaries == ["loss", net.ensemble]


def test_unknown_summary(network, open_simulator, optimizer, refused, tmp_path):
    """Section 5, unknown summary object: it is named, and what can be recorded."""
    sim = open_simulator(network, minibatch_size=2, tensorboard=str(tmp_path / "t"))
    for wrong in (network.node, network.probe, "accuracy", 3.5):
        refused(
            *(sim.train, data_of(network), optimizer),
            summaries=["loss", wrong],
            attr=None,
            kind=SummaryError,
            parts=[repr(wrong), "'loss', connections, ensembles, neurons"],
        )
    assert issubclass(SummaryError, nengo.exceptions.SimulationError)
