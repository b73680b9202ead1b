# SPDX-License-Identifier: MIT
"""Networks of random parts, slices, transforms, rules and probes equal nengo's."""

import nengo
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nengo_dl import Simulator
from nengo_dl.errors import DependencyCycle

# what has ways of its own through the pipeline
KINDS = ["ensemble", "array", "host", "process", "tensor", "lesson"]

RANDOM = settings(
    deadline=None,
    derandomize=True,
    max_examples=15,
    report_multiple_bugs=False,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)


@RANDOM
@given(data=st.data())
def test_random_networks(recipes, data):
    """A random network does the same as in nengo's simulator, but for rounding."""
    recipes.check(data.draw(recipes.recipes()))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@settings(RANDOM, max_examples=60)
@given(data=st.data())
def test_many_random_networks(recipes, kind, data):
    """The same for 360 networks, with a part of each kind in sixty of them."""
    recipes.check(data.draw(recipes.recipes(kind)))


def test_cycles_need_a_delay():
    """Two nodes that feed each other without delay are told what to do."""
    with nengo.Network() as net:
        relays = [nengo.Node(size_in=1) for _ in range(2)]
        for ends in (relays, relays[::-1]):
            nengo.Connection(*ends, synapse=None)
    with pytest.raises(DependencyCycle, match="synapse=0"):
        Simulator(net, device="/cpu:0", progress_bar=False)
