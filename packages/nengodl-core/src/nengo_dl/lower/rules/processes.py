# SPDX-License-Identifier: MIT
"""Processes with input: which step belongs to which type of process."""

from typing import Any, Callable, Dict, Hashable, NamedTuple, Optional, Sequence

import numpy as np
from nengo.builder.processes import SimProcess
from nengo.builder.signal import Signal

from nengo_dl.lower.hosted import state_signals
from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import Operands, lowers, register
from nengo_dl.lower.rules.basic import size_class


class ProcessStep(NamedTuple):
    """How processes of one type are computed; see `processes`."""

    step: Callable
    merge_key: Callable[[Any], Hashable]
    operands: Callable[[Any], Operands]
    elementwise: bool


PROCESSES: Dict[type, ProcessStep] = {}


def processes(
    *types: type,
    states: Optional[Callable[[Any], Sequence[np.ndarray]]] = None,
    merge_key: Callable[[Any], Hashable] = lambda op: (),
    elementwise: bool = False,
    operands: Optional[Callable[[Any], Operands]] = None,
) -> Callable:
    """
    Decorate the step of processes of the given types, ``step(ctx, x, *states)``.

    Parameters
    ----------
    *types : type
        Types of process. A subclass is computed by the same function unless it has a
        `make_step` or `make_state` of its own.
    states : callable, optional
        Function from a ``nengo.builder.processes.SimProcess`` to the first values of what
        is kept from step to step, a list of arrays. By default what the process returns
        from `make_state`, in that order; Nengo before 3.0 has no such method.
    merge_key : callable, optional
        Function from a ``SimProcess`` to a hashable value: those with unequal values are
        not computed together. Shapes need not be part of it.
    elementwise : bool, optional
        Whether input, output and states have equal shapes and no element depends on
        another, so that processes of unequal shapes can be computed together.
    operands : callable, optional
        Function from a ``SimProcess`` to `Operands`, in place of `states`.

    Returns
    -------
    callable
        The decorator, which returns the function as it is.

    Raises
    ------
    DuplicateRuleError
        If one of the types has a step already.

    Notes
    -----
    The function returns the output, and then the new value of each state. A process
    without input needs no such function: its output is computed ahead of a run.
    """
    found = operands or (lambda op: process_operands(op, _signals(op, states)))

    def decorate(step):
        register(types, ProcessStep(step, merge_key, found, elementwise), PROCESSES)
        return step

    return decorate


def _signals(op, states):
    if states is None:
        return state_signals(op)
    return [
        Signal(np.array(value, dtype=float), name=f"{op.output.name}.x{i}")
        for i, value in enumerate(states(op))
    ]


def process_operands(op: Any, states: Sequence[Any]) -> Operands:
    """Say that a process reads its input, keeps `states` and writes its output."""
    return Operands(
        (ref_of(op.input),),
        tuple(ref_of(signal) for signal in states),
        ((ref_of(op.output), op.mode),),
    )


def _step_of(op) -> Optional[ProcessStep]:
    kind = type(op.process)
    for base in kind.__mro__:
        if base in PROCESSES and _computes_as(kind, base):
            return PROCESSES[base]
    return None


def _computes_as(kind, base):
    """Whether a subclass has no step and no first state of its own."""
    # nengo has `make_state` from 3.0 on
    own, inherited = (getattr(c, "make_state", None) for c in (kind, base))
    return kind.make_step is base.make_step and own is inherited


def _is_native(op):
    return op.input is not None and _step_of(op) is not None


def _merge_key(op):
    found = _step_of(op)
    if found.elementwise:
        shapes = size_class(op.output.size)
    else:
        touched = found.operands(op)
        refs = touched.reads + touched.states + tuple(ref for ref, _ in touched.writes)
        shapes = tuple(ref.shape for ref in refs)
    return found.step, found.merge_key(op), op.mode, shapes


@lowers(
    SimProcess,
    merge_key=_merge_key,
    operands=lambda op: _step_of(op).operands(op),
    elementwise=True,  # a matter of the shapes in the merge key
    interleaves=lambda op: _step_of(op).elementwise,
    native=_is_native,
)
def lower_process(ctx, x, *states):
    """Output and new states of processes, by the step of their type."""
    return _step_of(ctx.ops[0]).step(ctx, x, *states)
