# SPDX-License-Identifier: MIT
"""Steps that XLA compiles in pieces, between calls of the host."""

import nengo
import nengo_dl
import pytest


@pytest.mark.parametrize("unroll", [1, 5])
def test_all_calls_are_made_in_order(unroll):
    """Nodes whose output nobody reads are called once in each step, behind neurons too."""
    calls = []

    def node(size_in):
        number = len(calls_of)
        calls_of.append(number)
        return nengo.Node(
            lambda t, x: calls.append((round(t * 1000), number)), size_in=size_in
        )

    calls_of = []
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(jit_compile="auto")
        first, second = nengo.Ensemble(20, 1), nengo.Ensemble(10, 1)
        between = nengo.Node(lambda t, x: 2 * x, size_in=1)
        nengo.Connection(first, node(1), synapse=0.01)
        nengo.Connection(first, between, synapse=None)
        nengo.Connection(between, second, synapse=None)
        nengo.Connection(second, node(1), synapse=None)
        nengo.Connection(second.neurons, node(10), synapse=None)
    with nengo_dl.Simulator(
        net, progress_bar=False, unroll_simulation=unroll, device="/cpu:0"
    ) as sim:
        calls.clear()  # of nengo, which finds out what they return
        sim.run_steps(10)
    steps = [step for step, _ in calls]
    assert steps == sorted(steps)
    expected = [(step, k) for step in range(1, 11) for k in range(len(calls_of))]
    assert sorted(calls) == expected
