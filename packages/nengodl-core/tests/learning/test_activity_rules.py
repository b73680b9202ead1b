# SPDX-License-Identifier: MIT
"""Voja, BCM, Oja and several rules in networks, against nengo (ops.md 4)."""

import nengo
import numpy as np
import pytest


@pytest.mark.parametrize("signal", [False, True], ids=["alone", "learning signal"])
@pytest.mark.parametrize("synapse", [None, nengo.Alpha(0.01), 0.005], ids=str)
@pytest.mark.parametrize("size", [1, 3])
def test_voja(nets, same_items, size, synapse, signal):
    """Encoders move towards the input, by 1 plus the learning signal if there is one."""
    with nets.network() as net:
        drive = nets.Drive(size)
        nets.connect_voja(drive, nengo.Voja(0.3, post_synapse=synapse), signal)
    same_items(net, drive)


def test_voja_from_an_ensemble(nets, same_items):
    """The decoded value is what encoders move towards; several rules run together."""
    with nets.network() as net:
        drive = nets.Drive(2)
        pre, _ = nets.ensembles(drive)
        for rate in (0.1, 0.2, 0.3):
            nets.connect_voja(drive, nengo.Voja(rate), rate > 0.1, pre)
    assert nets.groups(same_items(net, drive), "SimVoja") == [3]


def test_encoders_of_each_item(nets, same_items):
    """Parameters of an ensemble that Voja changes are those of each item's own run."""
    with nets.network() as net:
        drive = nets.Drive(2)
        post, learned = nets.connect_voja(
            drive, nengo.Voja(0.3), normalize_encoders=False
        )
        probe = nengo.Probe(learned.learning_rule, "scaled_encoders")
        other = nengo.Ensemble(9, 2)
    sim = same_items(net, drive)
    built, live = sim.model.params[post], sim.data[post]
    for item, scaled in enumerate(nets.last(sim, probe)):
        np.testing.assert_allclose(live.scaled_encoders[item], scaled, rtol=1e-12)
        # gain and encoders make up the scaled ones; encoders keep their built length
        product = live.gain[item][:, None] * live.encoders[item] / post.radius
        np.testing.assert_allclose(product, scaled, rtol=1e-12)
        norms = np.linalg.norm(live.encoders[item], axis=1)
        np.testing.assert_allclose(norms, np.linalg.norm(built.encoders, axis=1))
        rates, intercepts = post.neuron_type.max_rates_intercepts(
            live.gain[item], live.bias
        )
        np.testing.assert_allclose(live.max_rates[item], rates)
        np.testing.assert_allclose(live.intercepts[item], intercepts)
    assert not np.allclose(live.gain[0], live.gain[1])
    assert live.bias.shape == (9,)
    assert sim.data[other].encoders.shape == (9, 2)
    assert sim.data[other].gain.shape == (9,)


@pytest.mark.parametrize(
    "kind, synapse, theta",
    [
        ("full weights", None, 0.005),
        ("full weights", 0.002, None),
        ("full weights", 0.002, 0.002),
        ("neurons to neurons", 0.002, nengo.Alpha(0.01)),
        ("neurons to neurons", nengo.Alpha(0.004), 1.0),
        ("neurons to neurons", None, None),
    ],
    ids=str,
)
def test_bcm(nets, same_items, kind, synapse, theta):
    """Weights change by post activity, beyond a moving threshold, times pre activity."""
    with nets.network() as net:
        drive = nets.Drive(2)
        rule = nengo.BCM(
            1e-8, pre_synapse=synapse, post_synapse=synapse, theta_synapse=theta
        )
        learned = nets.connect_weights(drive, rule, kind)
    sim = same_items(net, drive)
    weights = sim.data[learned].weights
    assert weights.shape == (3, 9, 12)
    # where both are filtered alike the threshold is the activity, and nothing changes
    assert np.array_equal(weights[0], weights[1]) == (synapse == theta)


@pytest.mark.parametrize(
    "kind, synapse, beta",
    [
        ("full weights", None, 1.0),
        ("full weights", 0.002, 0.3),
        ("neurons to neurons", nengo.Alpha(0.004), 1.0),
        ("neurons to neurons", 0.005, 0.0),
    ],
    ids=str,
)
def test_oja(nets, same_items, kind, synapse, beta):
    """Weights grow by both activities, and decay by post activity squared."""
    with nets.network() as net:
        drive = nets.Drive(2)
        rule = nengo.Oja(1e-5, beta=beta, pre_synapse=synapse, post_synapse=synapse)
        learned = nets.connect_weights(drive, rule, kind)
    sim = same_items(net, drive)
    weights = sim.data[learned].weights
    assert not np.allclose(weights[0], weights[1])


@pytest.mark.parametrize(
    "rules",
    [
        [nengo.BCM(2e-8, theta_synapse=0.01), nengo.Oja(1e-5), nengo.Oja(3e-5, beta=2)],
        {"a": nengo.Oja(1e-5), "b": nengo.BCM(2e-8), "c": nengo.PES(1e-2)},
    ],
    ids=["list", "dict"],
)
def test_several_rules_on_one_connection(nets, same_items, rules):
    """The changes of all rules of a list or a dict are added to the same weights."""
    with nets.network() as net:
        drive = nets.Drive(2)
        learned = nets.connect_weights(drive, rules, "full weights")
        if isinstance(rules, dict):
            nengo.Connection(drive.node, learned.learning_rule["c"])
    same_items(net, drive)


def test_encoders_and_decoders_of_one_connection(nets, same_items):
    """PES for the decoders and Voja for the encoders that they lead to."""
    with nets.network() as net:
        drive = nets.Drive(2)
        pre, post = nets.ensembles(drive)
        learned = nengo.Connection(
            pre, post, learning_rule_type=[nengo.PES(1e-2), nengo.Voja(0.2)]
        )
        nengo.Connection(drive.node, learned.learning_rule[0])
        nengo.Connection(drive.node[1], learned.learning_rule[1])
        for rule in learned.learning_rule:
            nets.probe_rule(rule)
        nengo.Probe(learned, "weights")
    sim = same_items(net, drive)
    assert sim.data[learned].weights.shape == (3, 2, 12)
    assert sim.data[post].encoders.shape == (3, 9, 2)
