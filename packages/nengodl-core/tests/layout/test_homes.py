# SPDX-License-Identifier: MIT
"""Signals that outlast a step lie in the order in which groups use them."""

import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nengo.builder import Signal
from nengo_dl.layout import Home, Place, check_layout, make_layout
from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import Operands


def signals(*names, shape=(2,), dtype=float):
    """Make signals of one shape."""
    return [Signal(np.zeros(shape, dtype), name=name) for name in names]


def group(*operands, last=False):
    """Make a group from the operands of its operators."""
    return types.SimpleNamespace(ops=operands, operands=operands, last=last)


def operator(reads=(), states=(), **writes):
    """Make the operands of an operator: `sets`, `incs` and `updates` are written."""
    return Operands(
        tuple(ref_of(s) for s in reads),
        tuple(ref_of(s) for s in states),
        tuple((ref_of(s), mode[:-1]) for mode, made in writes.items() for s in made),
    )


def test_parameters_lie_in_the_order_of_operators():
    """What a group reads at one position is one home, in order."""
    a, b, c, d = signals(*"abcd")
    layout = make_layout([group(operator([a, c]), operator([b, d]))])
    assert layout.homes == (Home((a, b), False, False), Home((c, d), False, False))
    assert layout.place[b] == Place(0, 2, 1)


def test_what_each_step_sets_has_no_home():
    """A signal that is set completely, in parts too, is carried to no other step."""
    a, whole, parts = signals("a", "whole", "parts")
    sets = [whole, parts[:1], parts[1:]]
    layout = make_layout([group(operator([a], sets=[s])) for s in sets])
    assert set(layout.place) == {a}


def test_partly_set_signals_outlast_the_step():
    """Elements that are never set keep their value, so the signal is state."""
    a, b = signals(*"ab")
    layout = make_layout([group(operator([a], sets=[b[:1]]))])
    assert layout.homes[layout.place[b].home].changes


@pytest.mark.parametrize("mode", ["incs", "updates"])
def test_increments_and_updates_are_state(mode):
    """Their values are needed in the next step."""
    a, b = signals(*"ab")
    layout = make_layout([group(operator([a], **{mode: [b]}))])
    assert [(home.bases, home.changes) for home in layout.homes] == [
        ((b,), True),
        ((a,), False),
    ]


def test_states_outlast_the_step():
    """The states of a rule are carried, and lie in the order of its operators."""
    a, b, x, y = signals(*"abxy")
    layout = make_layout([group(operator([a], [x]), operator([b], [y]))])
    assert layout.homes[0] == Home((x, y), True, False)


def test_update_of_a_signal_that_is_set_too():
    """A signal that is set and then updated outlasts the step."""
    a, b = signals(*"ab")
    groups = [group(operator([a], sets=[b])), group(operator([a], updates=[b]))]
    assert b in make_layout(groups).place


def test_state_lies_as_its_writer_has_it():
    """Who writes a signal decides its home, even if others read it first."""
    a, b, c = signals(*"abc")
    groups = [
        group(operator([b]), operator([a])),
        group(*[operator(incs=[s]) for s in (a, b, c)]),
    ]
    assert make_layout(groups).homes == (Home((a, b, c), True, False),)


def test_first_reader_decides():
    """A parameter stays in the home that it came to first."""
    a, b, c = signals(*"abc")
    groups = [group(operator([a]), operator([b])), group(operator([b]), operator([c]))]
    layout = make_layout(groups)
    assert [home.bases for home in layout.homes] == [(a, b), (c,)]


def test_shared_parameters_have_one_place():
    """Operators, and views, of one signal have one place for it."""
    (a,) = signals("a", shape=(4,))
    layout = make_layout([group(operator([a]), operator([a[1:]]), operator([a]))])
    assert layout.homes == (Home((a,), False, False),)


def test_fed_signals_need_no_home():
    """What is given to each step is stored nowhere."""
    a, b = signals(*"ab")
    layout = make_layout([group(operator([a, b]))], fed=[a])
    assert set(layout.place) == {b}


def test_probed_parameters_have_a_home():
    """A signal that is only probed is stored; one that each step sets is not."""
    a, b, c = signals(*"abc")
    layout = make_layout([group(operator([a], sets=[b]))], extra=[c, b, a])
    assert set(layout.place) == {a, c}


def test_types_do_not_mix():
    """An array has one type, so integers and floats have homes of their own."""
    (a,), (n,) = signals("a"), signals("n", dtype=np.int64)
    layout = make_layout([group(operator([a]), operator([n]))])
    assert [home.bases for home in layout.homes] == [(a,), (n,)]


def test_interleaved_home():
    """Element after element with the axis of signals innermost, as its group computes."""
    a, b, c = signals(*"abc", shape=(2, 5))
    layout = make_layout([group(*[operator([s]) for s in (a, b, c)], last=True)])
    assert layout.homes[0].shape == (2, 5, 3)
    assert layout.place[b] == Place(0, 1, 3)


def test_unequal_signals_are_not_interleaved():
    """Signals of unequal shapes lie one after the other, in one row."""
    (a,), (b,) = signals("a", shape=(2,)), signals("b", shape=(3,))
    (home,) = make_layout([group(operator([a]), operator([b]), last=True)]).homes
    assert home == Home((a, b), False, False)
    assert home.shape == (1, 5) and home.length == 5


@settings(deadline=None)
@given(data=st.data())
def test_any_layout_holds_its_invariants(data):
    """Whatever groups touch: places are unique, and all that outlasts a step has one."""
    bases = [
        Signal(np.zeros(data.draw(st.sampled_from([(1,), (4,), (2, 2)]))), name=str(i))
        for i in range(6)
    ]
    views = bases + [base[:1] for base in bases]
    some = st.lists(st.sampled_from(views), max_size=2)
    groups = [
        group(
            *[
                operator(
                    data.draw(some),
                    data.draw(st.lists(st.sampled_from(bases), max_size=1)),
                    sets=data.draw(some),
                    incs=data.draw(some),
                    updates=data.draw(some),
                )
                for _ in range(data.draw(st.integers(1, 3)))
            ],
            last=data.draw(st.booleans()),
        )
        for _ in range(data.draw(st.integers(0, 4)))
    ]
    layout = make_layout(groups)
    check_layout(layout)
    taken = set()
    for base, place in layout.place.items():
        elements = place.offset + place.stride * np.arange(base.size)
        assert elements[-1] < layout.homes[place.home].length
        elements = {(place.home, int(e)) for e in elements}
        assert not taken & elements
        taken |= elements
    assert len(taken) == sum(home.length for home in layout.homes)
    operands = [op for g in groups for op in g.operands]
    for op in operands:
        for ref in op.states + tuple(
            ref for ref, mode in op.writes if mode == "update"
        ):
            assert layout.homes[layout.place[ref.base].home].changes
        for ref in op.reads:
            written = {r.base for o in operands for r, _ in o.writes} | {
                r.base for o in operands for r in o.states
            }
            if ref.base not in written:
                assert not layout.homes[layout.place[ref.base].home].changes


def test_each_signal_has_its_first_user():
    """Signals that rules make are told apart by the operand that they are."""
    a, b, state = signals("a", "b", "state")
    first, second = operator([a]), operator([b], states=[state])
    layout = make_layout([group(first, second)])
    assert {signal.name: user for signal, user in layout.users.items()} == {
        "a": (first, "reads", 0),
        "b": (second, "reads", 0),
        "state": (second, "states", 0),
    }
