# SPDX-License-Identifier: MIT
"""Copies of constants become Resets."""

import numpy as np
import pytest
from nengo.builder import Signal
from nengo.builder.operator import Copy, Reset
from nengo_dl.operators import ResetInc, SetInitial
from nengo_dl.simplify import remove_constant_copies


@pytest.fixture
def source():
    """A signal that no operator writes."""
    return Signal(np.array([1.0, 2.0, 3.0]), name="source")


@pytest.fixture
def target():
    """A signal to copy to."""
    return Signal(np.zeros(3), name="target")


def test_networks_compute_the_same(built, assert_same):
    """All probes of whole networks show the same numbers."""
    op_list, observed = built
    after = remove_constant_copies(op_list)
    assert sum(type(op) is Copy for op in after) < sum(
        type(op) is Copy for op in op_list
    )
    assert_same(op_list, after, observed)


def test_setting_copy_becomes_a_reset(source, target, assert_same):
    """The Reset writes the value of the source (history 170)."""
    op_list = [Copy(source, target)]
    (op,) = remove_constant_copies(op_list)
    assert type(op) is Reset and op.dst is target
    np.testing.assert_array_equal(op.value, [1, 2, 3])
    assert_same(op_list, [op], [target])


@pytest.mark.parametrize(
    "src_slice, dst_slice, added",
    [
        (None, None, [1, 2, 3]),
        (slice(1, None), slice(0, 2), [2, 3, 0]),
        (slice(None, None, -1), None, [3, 2, 1]),
        ([2, 0], [0, 0], [4, 0, 0]),
        ([1, 1, 0], None, [2, 2, 1]),
        (None, [2, 1, -1], [0, 2, 4]),
    ],
)
def test_incrementing_copy_becomes_a_resetinc(
    source, target, assert_same, src_slice, dst_slice, added
):
    """Slices, lists and repeated indices add what nengo's Copy adds."""
    copy = Copy(source, target, src_slice=src_slice, dst_slice=dst_slice, inc=True)
    op_list = [Reset(target, 0.5), copy]
    after = remove_constant_copies(op_list)
    assert [type(op) for op in after] == [Reset, ResetInc]
    whole = np.zeros(3)
    view = whole if not isinstance(dst_slice, slice) else whole[dst_slice]
    view += after[1].value
    np.testing.assert_array_equal(whole, added)
    assert_same(op_list, after, [target])


def test_equal_elements_become_one_number(target):
    """The value of the Reset is a plain number where it can be."""
    (op,) = remove_constant_copies([Copy(Signal(np.ones(3), name="ones"), target)])
    assert isinstance(op.value, float) and op.value == 1.0


def test_source_with_a_reset_has_the_value_of_the_reset(source, target, assert_same):
    """The source's Reset goes too; what else reads the source still sees its value."""
    other = Signal(np.zeros(3), name="other")
    keep = Copy(source, other, dst_slice=[0, 1, 2])
    op_list = [Reset(source, 5), Copy(source, target), keep]
    after = remove_constant_copies(op_list)
    assert [type(op) for op in after] == [SetInitial, Reset, Copy]
    assert after[1].value == 5
    assert_same(op_list, after, [source, target, other])


def test_resets_of_parts_leave_the_rest(source, target, assert_same):
    """Elements that are not reset keep their initial values."""
    op_list = [Reset(source[1:2], 7), Copy(source, target)]
    after = remove_constant_copies(op_list)
    np.testing.assert_array_equal(after[1].value, [1, 7, 3])
    assert_same(op_list, after, [source, target])


def test_initial_values_of_earlier_rewrites_count(source, target):
    """A value recorded by another rewrite is the one that is copied."""
    after = remove_constant_copies([SetInitial(source, 4.0), Copy(source, target)])
    assert after[1].value == 4.0


@pytest.mark.parametrize("kind", ["set", "inc", "update"])
def test_changing_sources_are_copied(source, target, kind):
    """A source that an operator writes, even in part, is no constant."""
    writer = Copy(Signal(np.ones(1), name="<Node x>"), source[:1], inc=kind == "inc")
    if kind == "update":
        writer.updates, writer.sets = writer.sets, []
    op_list = [writer, Copy(source, target)]
    assert remove_constant_copies(op_list) == op_list


def test_trainable_and_fed_sources_are_copied(source, target):
    """Training and data can change a signal that no operator writes."""
    source.trainable = True
    node = Signal(np.ones(3), name="<Node fed>.out")
    op_list = [Copy(source[:], target), Copy(node[:2], target[:2], inc=True)]
    assert remove_constant_copies(op_list) == op_list


def test_scattered_setting_copy_stays(source, target):
    """A Reset writes all of a signal, so it cannot replace a Copy to some elements."""
    op_list = [Copy(source, target, src_slice=[0], dst_slice=[2])]
    assert remove_constant_copies(op_list) == op_list


def test_operators_and_signals_stay_as_they_were(source, target):
    """The model that was passed in can still be simulated by others."""
    copy, reset = Copy(source, target, inc=True), Reset(source, 5)
    op_list = [copy, reset]
    remove_constant_copies(op_list)
    assert op_list == [copy, reset]
    assert copy.reads == [source] and copy.incs == [target] and reset.sets == [source]
    np.testing.assert_array_equal(source.initial_value, [1, 2, 3])


@pytest.mark.parametrize("trainable", [True, False])
def test_parameters_are_not_written_into_the_program(source, target, trainable):
    """A file may replace the value of a parameter, trainable or not."""
    source.trainable = trainable
    op_list = [Copy(source, target)]
    assert remove_constant_copies(op_list) == op_list
