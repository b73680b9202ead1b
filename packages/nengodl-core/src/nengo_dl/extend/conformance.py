# SPDX-License-Identifier: MIT
"""Check a rule against the operator's own NumPy step, which nengo runs."""

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from nengo_dl.extend.trial import Reference, Setting, Trial, written_bases
from nengo_dl.kernels import PLAIN, Kernels
from nengo_dl.lower.hosted import time_of
from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import merge_key, rule_for
from nengo_dl.plan import check_plan
from nengo_dl.signals import stored, view_of

TOLERANCE = {"float32": 1e-5, "float64": 1e-10}


def check_rule(
    ops: Sequence[Any],
    minibatch: int = 1,
    dtype: str = "float64",
    steps: int = 3,
    seed: int = 0,
    jit: bool = True,
    tolerance: Optional[float] = None,
    dt: float = 0.001,
    shared: Sequence[Any] = (),
    values: Optional[Mapping[Any, Any]] = None,
    kernels: Kernels = PLAIN,
    merge: bool = True,
) -> None:
    """
    Check that rules compute what the NumPy steps of operators compute.

    The operators become a program of their own, in which those with equal merge keys
    are one group. What they read gets random values, new ones in each step if no
    operator writes it. Everything that they write is compared after each step.

    Parameters
    ----------
    ops : sequence of nengo.builder.Operator
        Operators, in an order in which they may be executed. Those with equal merge
        keys must not depend on each other.
    minibatch : int, optional
        Number of items, with values of their own.
    dtype : str, optional
        Type of floating point values in TensorFlow; NumPy computes in float64.
    steps : int, optional
        Number of steps.
    seed : int, optional
        Seed of all random values.
    jit : bool, optional
        Whether XLA compiles the step.
    tolerance : float, optional
        Largest difference allowed, relative to values larger than 1. By default 1e-10
        for float64 and 1e-5 for float32.
    dt : float, optional
        Length of a step, in seconds.
    shared : sequence of nengo.builder.Signal, optional
        Signals that all items have in common, as parameters are that no learning rule
        changes. Their bases come without a minibatch if no operator writes them.
    values : mapping, optional
        From signals to values that they have instead of random ones: an array that
        broadcasts to ``(minibatch, *shape)``.
    kernels : Kernels, optional
        Computations that may be compiled code.
    merge : bool, optional
        Whether operators with equal merge keys are computed together; without it they
        may depend on each other.

    Raises
    ------
    AssertionError
        If a value differs, names the operator, the signal and the largest difference;
        or if a rule does not mention a signal that its operator sets or increments.
    LoweringError
        If an operator has no rule.
    InvalidPlan
        If operators with equal merge keys depend on each other.

    Notes
    -----
    Random values are normal. What an operator only updates starts with its initial
    value. A state that it sets may be a time, so half of its elements lie within two
    steps, the others within [0, 1). A signal that is the attribute `t` of an operator is
    the simulated time.

    Operators without a rule of their own, which run on the host, are checked in the same
    way: that each item has a step and states of its own.

    Examples
    --------
    >>> import numpy as np
    >>> from nengo.builder import Signal
    >>> from nengo.builder.operator import ElementwiseInc
    >>> from nengo_dl.extend import check_rule
    >>> signals = [Signal(np.zeros(3), name=name) for name in "AXY"]
    >>> check_rule([ElementwiseInc(*signals)], minibatch=2)
    """
    ops = list(ops)
    plan = _groups(ops) if merge else [(op,) for op in ops]
    check_plan(plan, ops)
    _check_mentioned(ops)
    setting = Setting(minibatch, dtype, dt, seed, jit, kernels)
    bases = {stored(signal.base) for signal in shared}
    draw = _Draw(ops, setting, bases, values or {})
    trial = Trial(plan, draw.values, draw.shared, setting)
    reference = Reference(ops, draw.values, setting)
    limit = TOLERANCE[dtype] if tolerance is None else tolerance
    try:
        # a deferred result is seen one step later
        for number in range(1, steps + 1 + bool(trial.early)):
            draw.renew(reference)
            _compare_step(number, ops, trial, reference, limit)
    finally:
        trial.close()


def _groups(ops) -> List[Tuple]:
    groups: Dict[Any, List[Any]] = {}
    for op in ops:
        key = merge_key(op)
        groups.setdefault(op if key is None else key, []).append(op)
    return [tuple(group) for group in groups.values()]


def _check_mentioned(ops):
    for op in ops:
        touched = rule_for(op).operands(op)
        known = {ref.base for ref in [ref for ref, _ in touched.writes]}
        known.update(ref.base for ref in touched.states)
        for signal in op.sets + op.incs:
            if signal.base not in known:
                raise AssertionError(
                    f"{_describe(op)} writes {signal}, but the operands of its rule name"
                    " it neither as write nor as state. Add it to them."
                )


def _describe(op):
    return f"{op} of type {type(op).__name__}"


class _Draw:
    """Values of all base signals, and which of them are new in each step."""

    def __init__(self, ops, setting, shared, given):
        self.rng = np.random.RandomState(setting.seed)
        self.setting = setting
        times = {time_of(op) for op in ops} - {None}
        self.times = {stored(signal.base) for signal in times}
        self.shared = set(shared) | self.times
        self.number = 0
        self.given = {stored(signal): value for signal, value in given.items()}
        touched = [rule_for(op).operands(op) for op in ops]
        states = {ref.base for operands in touched for ref in operands.states}
        bases = dict.fromkeys(
            stored(signal.base) for op in ops for signal in op.all_signals
        )
        updated = {signal.base for op in ops for signal in op.updates}
        written = {base for op in ops for base in written_bases(op)}
        self.values = _Initial(setting.minibatch)
        self.renewed = [b for b in bases if b not in written and _is_float(b)]
        for base in bases:
            if _is_float(base) and base not in updated:
                self._set(base, self._state if base in states else self._normal)
        for signal in self.given:
            self._put(signal)

    def renew(self, reference):
        """Draw what no operator writes, and hand it to both sides."""
        self.number += 1
        for base in self.renewed:
            self._set(base, self._time if base in self.times else self._normal)
        for signal in self.given:
            if signal.base in self.renewed:
                self._put(signal)
        for base in self.renewed:
            reference.put(base, self.values[base])

    def _set(self, base, draw):
        batch = 1 if base in self.shared else self.setting.minibatch
        values = draw((batch,) + tuple(base.shape)).astype(self.setting.dtype)
        shape = (self.setting.minibatch,) + tuple(base.shape)
        self.values[base] = np.array(np.broadcast_to(values, shape), base.dtype)

    def _put(self, signal):
        shape = (self.setting.minibatch,) + tuple(signal.shape)
        given = np.asarray(self.given[signal]).astype(self.setting.dtype)
        for array, value in zip(
            self.values[signal.base], np.broadcast_to(given, shape)
        ):
            view_of(array, signal)[...] = value

    def _time(self, shape):
        return np.full(shape, self.number * self.setting.dt)

    def _normal(self, shape):
        return self.rng.standard_normal(shape)

    def _state(self, shape):
        short = self.rng.uniform(0, 2 * self.setting.dt, shape)
        return np.where(
            self.rng.uniform(size=shape) < 0.5, short, self.rng.uniform(size=shape)
        )


class _Initial(dict):
    """Values that are the initial ones as long as no others are given."""

    def __init__(self, minibatch):
        super().__init__()
        self.minibatch = minibatch

    def __missing__(self, base):
        shape = (self.minibatch,) + tuple(base.shape)
        self[base] = np.array(np.broadcast_to(base.initial_value, shape))
        return self[base]


def _is_float(base):
    return np.dtype(base.dtype).kind == "f"


def _compare_step(number, ops, trial, reference, limit):
    expected = {base: reference.get(base) for base in trial.early}
    reference.run()
    expected.update((base, reference.get(base)) for base in trial.watched)
    for base, value in zip(trial.watched + list(trial.early), trial.run(number)):
        late = number - (base in trial.early)
        _compare(value, expected[base], base, ops, late, limit)


def _compare(value, expected, base, ops, number, limit):
    value = np.broadcast_to(value, expected.shape)
    with np.errstate(invalid="ignore"):
        difference = np.abs(np.asarray(value - expected, dtype=float))
    difference[np.isnan(difference)] = np.inf
    difference[(value == expected) | (np.isnan(value) & np.isnan(expected))] = 0
    excess = difference / np.maximum(1.0, np.abs(np.nan_to_num(expected)))
    if (excess <= limit).all():
        return
    worst = np.unravel_index(np.argmax(excess), excess.shape)
    element = int(np.ravel_multi_index(worst[1:], base.shape)) if base.shape else 0
    op, signal = _writer(ops, base, element)
    raise AssertionError(
        f"{_describe(op)}: {signal} differs from the operator's own NumPy step after"
        f" step {number}. Item {worst[0]}, element {list(map(int, worst[1:]))} of the"
        f" base: expected {float(expected[worst])!r}, received {float(value[worst])!r};"
        f" largest difference {difference[worst]:g}, allowed"
        f" {limit * max(1.0, abs(expected[worst])):g}."
    )


def _writer(ops, base, element):
    """Find who writes an element; if nobody should, who writes its base."""
    found = [
        (op, signal)
        for op in ops
        for signal in op.sets + op.incs + op.updates
        if signal.base is base
    ]
    for op, signal in found:
        if (ref_of(signal).index == element).any():
            return op, signal
    return found[0]
