# SPDX-License-Identifier: MIT
"""Training through time beside a graph written by hand."""

import pytest
from nengodl_benchmarks.experiments.recurrent import CASES, compare_training

SMALL = {
    "integrator": {"dimensions": 3, "neurons_per_d": 5},
    "lif": {"n_neurons": 12},
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_gradients_are_those_of_the_graph_written_by_hand(name):
    """An update in float64 changes all parameters as TensorFlow's own gradient does."""
    found = compare_training(name, 3, n_steps=6, rounds=1, **SMALL[name])
    assert found.difference < 1e-6


def test_ratio_is_the_plain_time_by_ours():
    """A greater ratio means that ours is faster."""
    found = compare_training("lif", 2, n_steps=3, rounds=1, **SMALL["lif"])
    assert found.ours > 0
    assert found.ratio == found.plain / found.ours
