# SPDX-License-Identifier: MIT
"""The order of signals and operators."""

import nengo
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nengo.builder import Signal
from nengo_dl.plan import best_planner, noop_order_signals, order_signals
from nengo_dl.plan.sort.blocks import io_columns


def contiguous_share(plan, signals):
    """Share of the blocks of a plan whose signals lie side by side."""
    place = {signal: i for i, signal in enumerate(signals)}
    spans = [
        {place[signal.base] for signal in column}
        for columns in io_columns(plan)
        for column in columns
    ]
    return np.mean([max(span) - min(span) + 1 == len(span) for span in spans])


def fake_plan(make, groups):
    """Make a plan of operators that read signals of given numbers."""
    signals = {
        i: Signal(np.zeros(1), name=str(i)) for g in groups for op in g for i in op
    }
    return [
        tuple(make.Step(n, reads=[signals[i] for i in op]) for op in group)
        for n, group in enumerate(groups)
    ], signals


@pytest.mark.parametrize("name", ["integrator", "pes"])
def test_blocks_of_benchmark_networks_are_contiguous(make, name):
    """Every group reads and writes signals that lie side by side (history 73)."""
    ops = make.operators(getattr(make, name)(8, 10, nengo.RectifiedLinear()))
    plan = best_planner(ops, make.merge_key)
    signals, plan = order_signals(plan)
    assert contiguous_share(plan, signals) == 1


@pytest.mark.parametrize("name", ["cconv", "basal_ganglia"])
def test_order_is_better_than_none(make, name):
    """Where blocks contradict each other, more are contiguous than without sorting.

    History 211.
    """
    ops = make.operators(getattr(make, name)(8, 10, nengo.RectifiedLinear()))
    plan = best_planner(ops, make.merge_key)
    signals, sorted_plan = order_signals(plan)
    unsorted = noop_order_signals(plan)[0]
    assert contiguous_share(sorted_plan, signals) > contiguous_share(plan, unsorted)


@given(
    groups=st.lists(
        st.integers(1, 3).flatmap(
            lambda n: st.lists(
                st.lists(st.integers(0, 9), min_size=n, max_size=n),
                min_size=1,
                max_size=5,
            )
        ),
        max_size=5,
    )
)
def test_nothing_is_lost(make, groups):
    """The result has all signals once, and the groups all their operators, in order."""
    plan, numbered = fake_plan(make, groups)
    signals, sorted_plan = order_signals(plan)
    assert sorted(map(id, signals)) == sorted(map(id, numbered.values()))
    assert len(plan) == len(sorted_plan)
    for before, after in zip(plan, sorted_plan):
        assert sorted(map(id, before)) == sorted(map(id, after))
    again = order_signals(plan)
    assert again == (signals, sorted_plan)


def test_operators_follow_the_signals(make):
    """Two columns that can both be in order are both in order."""
    plan, _ = fake_plan(make, [[(0, 5), (2, 3), (1, 4)]])
    signals, ((first, second, third),) = order_signals(plan)
    place = {signal: i for i, signal in enumerate(signals)}
    for column in zip(first.reads, second.reads, third.reads):
        places = [place[signal] for signal in column]
        assert places == list(range(places[0], places[0] + 3))


def test_larger_block_wins(make):
    """If two blocks want different orders of the operators, the larger one gets its way."""
    small = [Signal(np.zeros(1), name=f"s{i}") for i in range(2)]
    large = [Signal(np.zeros(9), name=f"l{i}") for i in range(2)]
    plan = [
        (
            make.Step(0, reads=[small[0], large[0]]),
            make.Step(0, reads=[small[1], large[1]]),
        ),
        (make.Step(1, reads=[small[1]]), make.Step(1, reads=[small[0]])),
        (make.Step(2, reads=[large[0]]), make.Step(2, reads=[large[1]])),
    ]
    signals, sorted_plan = order_signals(plan)
    place = {signal: i for i, signal in enumerate(signals)}
    assert [place[op.reads[1]] - place[large[0]] for op in sorted_plan[0]] in (
        [0, 1],
        [-1, 0],
    )
    order = [place[op.reads[1]] for op in sorted_plan[0]]
    assert order == sorted(order)


def test_views_are_read_in_the_order_of_their_offsets(make):
    """Operators on slices of one signal are sorted by where the slices start."""
    base = Signal(np.zeros(4), name="base")
    ops = tuple(make.Step(0, reads=[base[i : i + 1]]) for i in (2, 0, 3, 1))
    signals, (group,) = order_signals([ops])
    assert signals == [base]
    assert group == (ops[1], ops[3], ops[0], ops[2])


def test_noop_sorter_leaves_everything(make):
    """Signals come in the order of their first use, operators as they were."""
    plan, numbered = fake_plan(make, [[(3,), (1,)], [(2,)]])
    signals, same = noop_order_signals(plan, n_passes=3)
    assert same == plan
    assert signals == [numbered[i] for i in (3, 1, 2)]


def test_empty_plan_has_no_signals():
    """Nothing is sorted to nothing."""
    assert order_signals([]) == ([], [])
    assert noop_order_signals([]) == ([], [])
