# SPDX-License-Identifier: MIT
"""One rule for each operator type, found along the method resolution order."""

import nengo
import numpy as np
import pytest
from nengo.builder import Operator
from nengo.builder.operator import Copy
from nengo.builder.signal import Signal
from nengo.exceptions import BuildError
from nengo_dl.errors import DuplicateRuleError, LoweringError
from nengo_dl.lower import registry
from nengo_dl.lower.hosted import HOSTED
from nengo_dl.lower.registry import Operands, lowers, merge_key, moves, rule_for


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    """Rules registered in a test are gone after it."""
    monkeypatch.setattr(registry, "RULES", dict(registry.RULES))


def operator_type(name="Strange", base=Operator):
    """Make a new operator type, which reads, sets, increments and updates."""

    class Strange(base):
        def __init__(self, reads=(), sets=(), incs=(), updates=(), tag=None):
            super().__init__(tag=tag)
            self.reads, self.sets = list(reads), list(sets)
            self.incs, self.updates = list(incs), list(updates)

    Strange.__name__ = name
    return Strange


def test_subclasses_have_the_rule_of_the_nearest_base():
    """The type itself comes first, then its bases in Python's order."""
    first = operator_type("First")
    second = operator_type("Second", first)
    third = operator_type("Third", second)
    for kind in (first, second):
        lowers(kind, merge_key=lambda op, kind=kind: kind.__name__)(lambda ctx: ())
    assert [rule_for(kind()).merge_key(None) for kind in (first, second, third)] == [
        "First",
        "Second",
        "Second",
    ]


def test_operators_of_different_types_are_never_merged():
    """A subclass shares the rule but not the group, as it may compute something else."""
    first = operator_type("First")
    second = operator_type("Second", first)
    lowers(first, merge_key=lambda op: "same")(lambda ctx: ())
    assert merge_key(first()) == merge_key(first())
    assert merge_key(first()) != merge_key(second())


def test_none_keeps_an_operator_alone():
    """The merge key None is handed on as it is."""
    kind = operator_type()
    lowers(kind, merge_key=lambda op: None)(lambda ctx: ())
    assert merge_key(kind()) is None


@pytest.mark.parametrize(
    "register",
    [
        lambda *kinds: lowers(*kinds, merge_key=id)(lambda ctx: ()),
        lambda *kinds: registry.writes_constant(*kinds)(lambda op: 0),
        lambda *kinds: moves(*kinds)(lambda op: Operands()),
        registry.runs_on_host,
    ],
)
def test_second_rule_for_a_type_is_an_error(register):
    """The error names the type, and of several types none is registered."""
    known, new = operator_type("Known"), operator_type("New")
    register(known)
    rule = rule_for(known())
    with pytest.raises(DuplicateRuleError, match="Known") as error:
        register(new, known)
    assert isinstance(error.value, BuildError)
    assert new not in registry.RULES
    assert rule_for(known()) is rule


def test_operator_without_rule(make):
    """The error names the operator, its type and the object that it came from."""
    op = operator_type("Unheard")(sets=[make.signal(2)], tag="<Connection from here>")
    with pytest.raises(LoweringError) as error:
        rule_for(op)
    for part in (str(op), "Unheard", "<Connection from here>", "extend.lowers"):
        assert part in str(error.value)


def test_operator_without_rule_and_tag(make):
    """Without a tag the signals say where an operator came from."""
    op = operator_type()(sets=[make.signal(2, name="<Ensemble 'a'>.out")])
    with pytest.raises(LoweringError, match="<Ensemble 'a'>.out"):
        merge_key(op)


def test_neuron_types_without_rule_run_on_the_host(make):
    """A subclass may compute something else than its base class, which has a rule."""

    class Odd(nengo.LIFRate):
        """Neurons that nobody knows."""

    (op,) = make.neurons(Odd(), 5)
    (known,) = make.neurons(nengo.LIFRate(), 5)
    assert rule_for(op) is HOSTED
    assert rule_for(known) is not HOSTED


def test_processes_without_rule_run_on_the_host(make):
    """What is no linear filter has a NumPy step only."""

    class Odd(nengo.synapses.Synapse):
        """A synapse that nobody knows."""

        def make_state(self, shape_in, shape_out, dt, dtype=None, y0=0):
            return {}

        def make_step(self, shape_in, shape_out, dt, rng, y0=0, state=None):
            return lambda t, x: x

    (op,) = make.synapses(Odd(), 1)
    (known,) = make.synapses(nengo.Lowpass(0.01), 1)
    assert rule_for(op) is HOSTED
    assert rule_for(known) is not HOSTED


def test_the_rule_says_what_it_covers():
    """Operators that it does not cover run on the host; others keep the rule."""
    kind = operator_type()
    lowers(kind, merge_key=lambda op: 0, native=lambda op: op.tag is None)(
        lambda ctx: ()
    )
    assert rule_for(kind(tag="other")) is HOSTED
    assert rule_for(kind()) is registry.RULES[kind]


def test_operators_without_formula_run_on_the_host():
    """`runs_on_host` registers a type; a second rule for it is an error."""
    kind = operator_type()
    registry.runs_on_host(kind)
    assert rule_for(kind()) is HOSTED
    with pytest.raises(DuplicateRuleError):
        registry.runs_on_host(kind)


def test_operands_as_the_operator_lists_them(make):
    """By default reads, then sets, incs and updates, views as elements of their base."""
    base = make.signal(4)
    names = ("set", "inc", "update")
    written = {name: make.signal(1, name=name) for name in names}
    kind = operator_type()
    op = kind([base[1:3]], *[[written[name]] for name in names])
    touched = registry.signal_operands(op)
    (read,) = touched.reads
    assert read.base is base
    np.testing.assert_array_equal(read.index, [1, 2])
    assert touched.states == ()
    assert [(ref.base, mode) for ref, mode in touched.writes] == [
        (written[name], name) for name in names
    ]


def test_a_subclass_with_its_own_step_has_no_rule():
    """What computes something else than its base class is refused, not miscomputed."""

    class Twice(Copy):
        def make_step(self, signals, dt, rng):
            src, dst = signals[self.src], signals[self.dst]

            def step():
                dst[...] = 2 * src

            return step

    class Renamed(Copy):
        pass

    a, b = (Signal(np.zeros(2), name=name) for name in "ab")
    assert rule_for(Renamed(a, b)) is rule_for(Copy(a, b))
    with pytest.raises(LoweringError, match="Twice"):
        rule_for(Twice(a, b))
