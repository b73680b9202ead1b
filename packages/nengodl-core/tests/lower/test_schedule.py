# SPDX-License-Identifier: MIT
"""A step as data: which groups make tensors, and what is only renamed."""

import nengo
import numpy as np
from nengo.builder import Signal
from nengo.builder.operator import Copy, ElementwiseInc, Reset
from nengo_dl.layout import make_layout
from nengo_dl.lower import rules  # noqa: F401  (registers the rules)
from nengo_dl.lower.entries import make_entries
from nengo_dl.lower.recipe import Part, Slices
from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.schedule import Assemble, Compute, make_schedule
from nengo_dl.operators import HostFeed, ResetInc


def schedule_of(plan, probed=(), fed=()):
    """Lower a plan as far as there is no TensorFlow in it."""
    entries = make_entries(plan, {signal.base for signal in probed})
    layout = make_layout(entries, fed, [signal.base for signal in probed])
    refs = [ref_of(signal) for signal in probed]
    return make_schedule(entries, layout, fed, refs), layout


def signals(*names, size=4):
    """Make signals of one size."""
    return [Signal(np.zeros(size), name=name) for name in names]


def test_copies_compute_nothing():
    """A copy of a copy is its source under another name."""
    a, b, c = signals("a", "b", "c")
    schedule, layout = schedule_of([(Copy(a, b),), (Copy(b, c),)], [c])
    assert schedule.actions == ()
    ((recipe, _),) = schedule.probes
    assert recipe.whole == layout.place[a].home


def test_zeros_are_no_constants():
    """A constant that is all zero is not stored, any other is stored whole."""
    a, b = signals("a", "b")
    plan = [(Reset(a), Reset(b)), (ResetInc(b, np.array([0.0, 3.0, 0.0, 4.0])),)]
    schedule, _ = schedule_of(plan, [a, b])
    ((_, constant),) = schedule.constants
    np.testing.assert_array_equal(constant, [0, 3, 0, 4])
    assert schedule.actions == ()


def test_a_sum_that_is_copied_is_made_once():
    """Readers of a copied sum share one tensor instead of adding again."""
    a, b, total, first, second = signals("a", "b", "total", "first", "second")
    plan = [
        (Reset(total),),
        (Copy(a, total, inc=True),),
        (Copy(b, total, inc=True),),
        (Copy(total, first),),
        (Copy(first, second),),
    ]
    schedule, _ = schedule_of(plan, [first, second])
    (action,) = schedule.actions
    assert isinstance(action, Assemble)
    assert [recipe.whole for recipe, _ in schedule.probes] == [action.result] * 2


def test_equal_reads_are_one_recipe():
    """What two groups read is put together once, as long as nothing writes it."""
    a, x, y, z = signals("a", "x", "y", "z")
    plan = [(ElementwiseInc(a, x, y),), (ElementwiseInc(a, x, z),)]
    schedule, _ = schedule_of(plan, [y, z])
    first, second = schedule.actions
    assert first.reads[1] is second.reads[1]
    plan.insert(1, (Copy(y, x, inc=True),))
    schedule, _ = schedule_of(plan, [y, z])
    first, second = [a for a in schedule.actions if isinstance(a, Compute)]
    assert first.reads[1] is not second.reads[1]


def test_groups_take_and_give_whole_homes():
    """State that a group owns needs no gather and no scatter (history 140 and 210)."""
    ops = [ElementwiseInc(*signals("a", "x", "y")) for _ in range(3)]
    schedule, layout = schedule_of([tuple(ops)])
    (action,) = schedule.actions
    homes = [layout.place[op.A].home for op in ops]
    assert len(set(homes)) == 1
    assert action.reads[0].whole == homes[0]
    assert action.shapes == ((3, 4), (3, 4))


def test_interleaved_groups_have_the_operators_last():
    """From 16 operators on, tensors are (*shape, operators)."""
    ops = [ElementwiseInc(*signals("a", "x", "y")) for _ in range(16)]
    schedule, layout = schedule_of([tuple(ops)])
    (action,) = schedule.actions
    assert action.last
    assert action.shapes == ((4, 16), (4, 16))
    assert action.reads[0].whole == layout.place[ops[0].A].home


def test_shared_operands_are_folded():
    """An operand that operators share in order comes once, with how often it is used."""
    shared = [signals("x")[0] for _ in range(2)]
    ops = [
        ElementwiseInc(signals("a")[0], shared[i % 2], signals("y")[0])
        for i in range(6)
    ]
    schedule, _ = schedule_of([tuple(ops)])
    (action,) = schedule.actions
    assert action.folds == (1, 3)
    assert action.shapes == ((6, 4), (2, 4))


def test_unequal_operators_lie_in_one_row(make):
    """Elementwise rules get all elements of operators of unequal size side by side."""
    rectified = nengo.RectifiedLinear()
    schedule, _ = schedule_of([tuple(make.neurons(rectified, 5, 3))])
    (action,) = schedule.actions
    assert action.shapes == ((1, 8),)
    assert action.sizes == (5, 3)


def test_only_homes_that_change_are_state():
    """Parameters are read and not carried from step to step."""
    a, x, y = signals("a", "x", "y")
    schedule, layout = schedule_of([(ElementwiseInc(a, x, y),)])
    assert list(schedule.state) == [layout.place[y].home]
    layers = schedule.state[layout.place[y].home].layers
    assert len(layers) == 2


def test_updates_are_read_from_the_next_step_on(make):
    """An update gives what the next step starts from; this one reads the value before."""
    (op,) = make.synapses(0.1, 4)
    (seen,) = signals("seen")
    schedule, layout = schedule_of([(Copy(op.output, seen),), (op,)], [seen])
    home = layout.place[op.output].home
    ((recipe, _),) = schedule.probes
    assert recipe.whole == home
    (action,) = schedule.actions
    assert schedule.state[home].whole == action.results[0]


def test_fed_signals_lie_side_by_side():
    """What is fed is one source behind the homes, in the order of the feeds."""
    first, second = signals("first", "second", size=3)
    feeds = [HostFeed(None, first), HostFeed(None, second)]
    schedule, layout = schedule_of(
        [tuple(feeds)], [first, second], [op.feed for op in feeds]
    )
    assert layout.homes == () and schedule.n_homes == 0
    parts = [recipe.layers for recipe, _ in schedule.probes]
    assert parts == [(Slices((Part(0, start, 3),)),) for start in (0, 3)]
