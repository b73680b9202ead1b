# SPDX-License-Identifier: MIT
"""PES and RLS in networks, against nengo, item by item (ops.md 4)."""

import nengo
import numpy as np
import pytest
from nengo.exceptions import BuildError
from nengo_dl import Simulator

quiet = {"progress_bar": False}
NENGO_2 = nengo.version.version_info < (3, 0, 0)

needs_rls = pytest.mark.skipif(
    not hasattr(nengo, "RLS"), reason="this nengo has no RLS"
)

PES_CONNECTIONS = [
    "decoded",
    "sliced post",
    "sliced pre",
    "full weights",
    "full weights to a slice",
    "full weights from a slice",
    "neurons to ensemble",
    "neurons to neurons",
    "to a node",
] + ["decoded to neurons"] * (not NENGO_2)


@pytest.mark.parametrize("kind", PES_CONNECTIONS)
def test_pes_on_every_kind_of_connection(nets, same_items, kind):
    """History 161: PES equals nengo from and to everything that nengo builds it for."""
    rate = 1e-5 if kind.startswith("neurons") else 1e-2
    with nets.network() as net:
        drive = nets.Drive(2)
        nets.connect_pes(drive, kind, nengo.PES(rate))
    same_items(net, drive)


@pytest.mark.parametrize(
    "synapse", [None, nengo.Alpha(0.01), nengo.Lowpass(0.02), 0], ids=str
)
@pytest.mark.parametrize("kind", ["decoded", "full weights"])
def test_pes_with_every_pre_synapse(nets, same_items, kind, synapse):
    """History 119: activities are filtered by any synapse, or not at all."""
    with nets.network() as net:
        drive = nets.Drive(2)
        nets.connect_pes(drive, kind, nengo.PES(1e-2, pre_synapse=synapse))
    same_items(net, drive)


def test_pes_keeps_its_probeable_signals(nets, same_items):
    """Import changes nothing in nengo: with 2.8 PES still has a correction to probe."""
    expected = ("error", "activities", "delta")
    if NENGO_2:
        expected = ("error", "correction", "activities", "delta")
    assert nengo.PES.probeable == expected
    with nets.network() as net:
        drive = nets.Drive(2)
        learned = nets.connect_pes(drive, "decoded", nengo.PES(1e-2))
        probes = [nengo.Probe(learned.learning_rule, name) for name in expected]
    sim = same_items(net, drive)
    assert all(np.any(sim.data[probe]) for probe in probes)


@pytest.mark.skipif(not NENGO_2, reason="nengo >= 3 builds it, see above")
def test_decoders_cannot_end_at_neurons(nets):
    """Where nengo's own builder refuses a connection to neurons, its error is shown."""
    with nets.network() as net:
        nets.connect_pes(nets.Drive(2), "decoded to neurons", nengo.PES())
    with pytest.raises(BuildError, match="shape"):
        Simulator(net, device="/cpu:0", **quiet)


@pytest.mark.parametrize("kind", ["decoded", "full weights"])
def test_equal_pes_rules_are_one_group(nets, open_simulator, kind):
    """History 106 and 113: one outer product for all rules of equal sizes."""
    if NENGO_2:
        pytest.skip("nengo < 3 builds PES from products, which have no SimPES")
    with nets.network() as net:
        drive = nets.Drive(2)
        for rate in (1e-3, 1e-2, 1e-1):
            nets.connect_pes(drive, kind, nengo.PES(rate))
    assert nets.groups(open_simulator(net), "SimPES") == [3]


@needs_rls
@pytest.mark.parametrize("synapse", [None, nengo.Alpha(0.01), 0.005], ids=str)
@pytest.mark.parametrize("source", ["ensemble", "neurons"])
def test_rls(nets, same_items, source, synapse):
    """Each item has inverse correlations of its own, which can be probed."""
    with nets.network() as net:
        drive = nets.Drive(2)
        pre, _ = nets.ensembles(drive)
        options = {"function": lambda x: [0, 0]}
        if source == "neurons":
            pre, options = pre.neurons, {"transform": np.zeros((2, 12))}
        post = nengo.Node(size_in=2)
        rule = nengo.RLS(learning_rate=0.1, pre_synapse=synapse)
        learned = nengo.Connection(pre, post, learning_rule_type=rule, **options)
        nengo.Connection(post, learned.learning_rule)
        nengo.Connection(drive.node, learned.learning_rule, transform=-1)
        nets.probe_rule(learned.learning_rule)
        weights = nengo.Probe(learned, "weights")
    sim = same_items(net, drive)
    assert np.abs(nets.last(sim, weights)[0] - nets.last(sim, weights)[1]).max() > 1e-6


@needs_rls
def test_equal_rls_rules_are_one_group(nets, same_items):
    """Rules of equal sizes run together, each with its own learning rate."""
    with nets.network() as net:
        drive = nets.Drive(2)
        pre, _ = nets.ensembles(drive)
        for rate in (0.1, 0.2):
            learned = nengo.Connection(
                pre,
                nengo.Node(size_in=2),
                function=lambda x: [0, 0],
                learning_rule_type=nengo.RLS(rate),
            )
            nengo.Connection(drive.node, learned.learning_rule)
            nengo.Probe(learned, "weights")
    assert nets.groups(same_items(net, drive), "SimRLS") == [2]
