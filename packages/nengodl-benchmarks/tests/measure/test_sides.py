# SPDX-License-Identifier: MIT
"""The real simulator of nengo_dl beside nengo's."""

import pytest
from nengodl_benchmarks import compare
from nengodl_benchmarks.demo import demonstrate

SIZE = {"dimensions": 4, "neurons_per_d": 20, "n_steps": 50, "rounds": 2}


@pytest.mark.parametrize("minibatch_size", [None, 3])
@pytest.mark.parametrize("network", ["integrator", "pes", "tensor_node"])
def test_nengo_dl_computes_what_nengo_does(network, minibatch_size):
    """In float64 every item's probe data are nengo's, in the first run from step 0."""
    result = compare(
        network, minibatch_size=minibatch_size, dtype="float64", unroll=5, **SIZE
    )
    assert result.largest_value > 1e-3
    assert result.largest_difference < 1e-10
    assert result.groups >= 1


def test_loop_is_counted_where_tensorflow_shows_it():
    """With XLA there is at least one fusion a step, no more than instructions."""
    result = compare("integrator", jit_compile=True, **SIZE)
    if result.fusions is not None:
        assert 1 <= result.fusions <= result.loop_instructions


def test_demonstration_runs():
    """The demonstration's network gives nengo's output in float64."""
    found = demonstrate(60, 100, say=lambda line: None)
    assert found.difference("float64").max() < 1e-10
    assert found.first_run_seconds > found.candidate_seconds
