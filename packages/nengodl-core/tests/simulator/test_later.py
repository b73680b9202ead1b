# SPDX-License-Identifier: MIT
"""Attributes that are no longer there."""

import pytest


def test_there_is_no_graph_under_construction(network, simulate):
    """The attribute is there, and has the way out in its error."""
    sim = simulate(network)
    with pytest.raises(NotImplementedError, match="program.graph") as error:
        sim.tensor_graph  # noqa: B018  (a property)
    assert "Simulator.tensor_graph " in str(error.value)


def test_there_is_no_summary(network, simulate):
    """Without TensorBoard nothing is summarised."""
    assert simulate(network).summary is None
