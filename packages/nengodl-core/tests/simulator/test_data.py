# SPDX-License-Identifier: MIT
"""Access to objects through `Simulator.data`."""

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

quiet = {"progress_bar": False}


def test_keys_are_the_objects_of_the_network(network, simulate):
    """Every built object is there, as often as the length says (history 158)."""
    sim = simulate(network)
    for obj in network.all_objects + [network]:
        assert obj in sim.data
    assert len(sim.data) == len(list(sim.data))
    assert set(sim.data) == set(sim.model.params)


def test_objects_without_values_have_none(network, simulate):
    """Nodes and networks are keys without a value."""
    sim = simulate(network)
    assert sim.data[network.node] is None
    assert sim.data[network] is None


def test_learning_rules_have_none(simulate):
    """A rule is a key without a value in all versions of nengo."""
    with nengo.Network() as net:
        ensemble = nengo.Ensemble(10, 1)
        node = nengo.Node(size_in=1)
        connection = nengo.Connection(ensemble, node, learning_rule_type=nengo.PES())
    sim = simulate(net)
    assert connection.learning_rule in sim.data
    assert sim.data[connection.learning_rule] is None


def test_unknown_objects_are_refused(network, simulate):
    """Neurons, objects of other networks and anything else are named, with the model.

    History 158.
    """
    with nengo.Network():
        foreign = nengo.Ensemble(5, 1)
    sim = simulate(network)
    for key in (foreign, network.ensemble.neurons, "probe", [1]):
        assert key not in sim.data
        with pytest.raises(ValidationError) as error:
            sim.data[key]
        assert repr(key) in str(error.value)
        assert str(sim.model) in str(error.value)


def test_the_mapping_cannot_be_written(network, simulate):
    """Data cannot be assigned."""
    sim = simulate(network)
    with pytest.raises(TypeError):
        sim.data[network.probe] = 1


def test_parameters_after_closing_are_those_of_the_build(simulate):
    """A learned weight is back at its initial value, with one warning for each read."""
    net = learning_network()
    sim = simulate(net, minibatch_size=2)
    initial = sim.model.params[net.connection].weights
    sim.run_steps(20, **quiet)
    assert not np.allclose(sim.data[net.connection].weights[0], initial)
    sim.close()
    with pytest.warns(UserWarning, match="initial values") as record:
        np.testing.assert_array_equal(sim.data[net.connection].weights, initial)
    assert len(record) == 1
    assert record[0].filename == __file__
    assert sim.data[net.connection.learning_rule] is None


@pytest.mark.parametrize("minibatch_size", [None, 1, 3])
def test_learned_parameters_are_per_item(simulate, minibatch_size):
    """They have a batch axis when a minibatch size is given, and others have none."""
    net = learning_network()
    sim = simulate(net, minibatch_size=minibatch_size)
    batch = () if minibatch_size is None else (minibatch_size,)
    data = np.linspace(-1, 1, 20 * (minibatch_size or 1)).reshape(-1, 20, 1)
    sim.run_steps(20, data={net.node: data}, **quiet)
    assert sim.data[net.connection].weights.shape == batch + (1, 10)
    assert sim.data[net.input].weights.shape == ()
    assert sim.data[net.ensemble].bias.shape == (10,)
    assert sim.data[net.ensemble].encoders.shape == batch + (10, 1)
    assert sim.data[net.ensemble].gain.shape == batch + (10,)
    assert sim.data[net.ensemble].intercepts.shape == batch + (10,)


def test_learned_parameters_are_live(simulate):
    """Weights and encoders are those that nengo's simulator ends with (history 163)."""
    net = learning_network()
    with net:
        weights = nengo.Probe(net.connection, "weights")
        encoders = nengo.Probe(net.ensemble, "scaled_encoders")
    sim = simulate(net)
    sim.run_steps(20, **quiet)
    with nengo.Simulator(net, progress_bar=False) as nengo_sim:
        nengo_sim.run_steps(20)
    np.testing.assert_allclose(
        sim.data[net.connection].weights, nengo_sim.data[weights][-1], atol=1e-6
    )
    np.testing.assert_allclose(
        sim.data[net.ensemble].scaled_encoders, nengo_sim.data[encoders][-1], atol=1e-6
    )


def learning_network():
    """An ensemble whose decoders PES changes, and its encoders Voja."""
    with nengo.Network(seed=1) as net:
        net.node = nengo.Node([0.7])
        net.ensemble = nengo.Ensemble(10, 1, neuron_type=nengo.LIFRate(), radius=1.5)
        target = nengo.Node(size_in=1)
        net.input = nengo.Connection(
            net.node,
            net.ensemble,
            transform=0.9,
            synapse=None,
            learning_rule_type=nengo.Voja(learning_rate=1e-3, post_synapse=None),
        )
        net.connection = nengo.Connection(
            net.ensemble, target, learning_rule_type=nengo.PES(1e-3)
        )
        nengo.Connection(net.node, net.connection.learning_rule, synapse=None)
    return net
