# SPDX-License-Identifier: MIT
"""Plan lengths that the specification lists (core.md 25) for nengo 2.8."""

import nengo
import pytest
from nengo_dl.plan import greedy_planner, transitive_planner, tree_planner

# Only what does not depend on ties between groups, which the specification leaves open,
# nor on NengoDL's own PES operator, which nengo's builder does not make.
SAMPLES = [
    ("cconv", nengo.RectifiedLinear(), (16, 10), 987, greedy_planner, 21),
    ("cconv", nengo.RectifiedLinear(), (16, 10), 987, tree_planner, 21),
    ("cconv", nengo.RectifiedLinear(), (16, 10), 987, transitive_planner, 22),
    ("integrator", nengo.LIF(), (16, 10), 174, greedy_planner, 13),
    ("integrator", nengo.LIF(), (16, 10), 174, tree_planner, 13),
    ("integrator", nengo.LIF(), (16, 10), 174, transitive_planner, 13),
    ("basal_ganglia", nengo.LIF(), (8, 10), 581, tree_planner, 22),
]


@pytest.mark.skipif(
    not nengo.__version__.startswith("2.8"),
    reason="other versions of nengo build other operators",
)
# nengo itself computes intercepts of LIF neurons with negative gain, which are NaN
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Non-finite values detected:UserWarning")
@pytest.mark.parametrize("name, neurons, size, n_operators, planner, length", SAMPLES)
def test_sample_lengths(make, name, neurons, size, n_operators, planner, length):
    """The planners make as many groups as the specification says (history 115)."""
    net = getattr(make, name)(*size, neurons)
    ops = make.operators(net, time_update=False)
    assert len(ops) == n_operators
    assert len(planner(ops, make.merge_key)) == length
