# SPDX-License-Identifier: MIT
"""Groups with their operands; deferred results, and operators as the last axis."""

import numpy as np
import pytest
from nengo.builder import Operator, Signal
from nengo.builder.operator import Copy
from nengo_dl.errors import LoweringError
from nengo_dl.lower import entries, registry
from nengo_dl.lower.entries import MIN_OPERATORS, make_entries
from nengo_dl.lower.registry import MOVE, lowers


class Outer(Operator):
    """Update a matrix to the outer product of two vectors."""

    def __init__(self, a, b, out):
        super().__init__()
        self.reads, self.updates, self.sets, self.incs = [a, b], [out], [], []


@pytest.fixture(autouse=True)
def outer_rule(monkeypatch):
    """Outer products are deferred, like the weight changes of learning rules."""
    monkeypatch.setattr(registry, "RULES", dict(registry.RULES))
    lowers(Outer, merge_key=lambda op: (), deferred=True)(lambda ctx, a, b: None)


def outer(make, rows=5, columns=4, initial=0.0):
    """Make an outer product of new signals."""
    target = Signal(np.full((rows, columns), initial), name="out")
    return Outer(make.signal(rows, name="a"), make.signal(columns, name="b"), target)


def test_deferred_result_is_computed_first(make):
    """The reads are saved in place, and the result is set when the next step starts."""
    first, ops = make.reset((3,), 1.0), [outer(make), outer(make)]
    recompute, reset, *saves = make_entries([(first,), tuple(ops)], ())
    assert reset.ops == (first,)
    assert recompute.ops == tuple(ops)
    for op, touched in zip(ops, recompute.operands):
        ((target, mode),) = touched.writes
        assert (target.base, mode) == (op.updates[0], "set")
    assert len(saves) == 2
    for i, save in enumerate(saves):
        assert save.rule is MOVE
        for op, before, touched in zip(ops, recompute.operands, save.operands):
            assert touched.reads[0].base is op.reads[i]
            ((target, mode),) = touched.writes
            assert target.base is before.reads[i].base and mode == "update"
            assert not target.base.initial_value.any()


@pytest.mark.parametrize(
    "why, options",
    [
        ("it is probed", {}),
        ("it does not start at zero", {"initial": 1.0}),
        ("it is no larger than the reads", {"rows": 1, "columns": 4}),
    ],
)
def test_result_that_can_not_wait(make, why, options):
    """A result is computed where the plan has it if deferring would be wrong or useless."""
    op = outer(make, **options)
    probed = {op.updates[0]} if why == "it is probed" else ()
    (entry,) = make_entries([(op,)], probed)
    assert entry.ops == (op,)
    assert entry.operands[0].writes[0][1] == "update"


def test_each_operator_saves_what_does_not_last(make):
    """A read that is only incremented is not saved, but that of another operator is."""
    ops = lasting, other = outer(make), outer(make)
    increment = Copy(make.signal(5), lasting.reads[0], inc=True)
    recompute, _, *saves = make_entries([(increment,), ops], ())
    assert recompute.operands[0].reads[0].base is lasting.reads[0]
    assert [save.ops for save in saves] == [(other,), ops]
    assert saves[0].operands[0].reads[0].base is other.reads[0]


def test_one_that_can_not_wait_keeps_its_group(make):
    """A group stays together, so all or none of its results are deferred."""
    ops = (outer(make), outer(make, initial=1.0))
    (entry,) = make_entries([ops], ())
    assert entry.ops == ops


@pytest.mark.parametrize("n, last", [(MIN_OPERATORS - 1, False), (MIN_OPERATORS, True)])
def test_many_operators_are_interleaved(make, n, last):
    """From `MIN_OPERATORS` on the axis of operators is the last one."""
    (entry,) = make_entries([tuple(make.dot((2, 3), (3,), (2,)) for _ in range(n))], ())
    assert entry.last == last


def test_long_axes_are_not_interleaved(make):
    """Products over long axes are not written out as sums."""
    n = entries.MAX_AXIS + 1
    group = tuple(make.dot((2, n), (n,), (2,)) for _ in range(MIN_OPERATORS))
    assert not make_entries([group], ())[0].last


def test_unequal_operators_are_not_interleaved(make):
    """Only operators of equal shapes have an axis of operators."""
    copies = [make.copy((2,), (2,)) for _ in range(MIN_OPERATORS)]
    assert make_entries([tuple(copies)], ())[0].last
    assert not make_entries([tuple(copies + [make.copy((3,), (3,))])], ())[0].last


def test_rule_that_does_not_interleave(make):
    """A rule that does not say so never gets the axis of operators last."""
    group = tuple(outer(make, 1, 1, initial=1.0) for _ in range(MIN_OPERATORS))
    assert not make_entries([group], ())[0].last


def test_operator_without_rule(make, monkeypatch):
    """A plan with an operator that nobody can compute is refused."""
    monkeypatch.delitem(registry.RULES, Outer)
    with pytest.raises(LoweringError, match="Outer"):
        make_entries([(make.reset((1,), 0.0),), (outer(make),)], ())
