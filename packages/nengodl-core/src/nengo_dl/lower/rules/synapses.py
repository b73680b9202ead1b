# SPDX-License-Identifier: MIT
"""Linear synapses: state-space filters, discretised as nengo does.

With input u and output y, both of the same shape and each element on its own:
``x' = A x + B u`` and ``y = C x'`` where the filter has no direct term, which is nengo's
"no delay beyond the update itself"; ``y = C x + D u`` where it has.
"""

import functools
from typing import NamedTuple

import nengo
import numpy as np
import tensorflow as tf
from nengo.builder.signal import Signal
from nengo.synapses import LinearFilter
from nengo.utils.filter_design import cont2discrete, tf2ss

from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import Operands
from nengo_dl.lower.rules.processes import process_operands, processes

# nengo's limit: below this many steps a time constant is no filter at all
NO_FILTER = 0.03


class StateSpace(NamedTuple):
    """A discrete filter with one input and one output."""

    A: np.ndarray
    B: np.ndarray
    C: np.ndarray
    D: float


def discretise(synapse: LinearFilter, dt: float) -> StateSpace:
    """
    Compute the state space of a linear synapse for steps of `dt` seconds.

    Parameters
    ----------
    synapse : nengo.synapses.LinearFilter
        The synapse.
    dt : float
        Length of a step, in seconds.

    Returns
    -------
    StateSpace
        Zero-order hold of analog filters; digital ones as given.
    """
    tau = getattr(synapse, "tau", None)
    if type(synapse) in (nengo.Lowpass, nengo.Alpha) and tau <= NO_FILTER * dt:
        # the same as no state and D = 1, in the form of all other filters of that order
        order = _order(synapse)
        first = np.eye(order)[0]
        return StateSpace(np.zeros((order, order)), first, first, 0.0)
    if type(synapse) is nengo.Lowpass:
        # closed form: nengo 2.8's matrix exponential diverges for tau < 0.15 dt
        decay = np.exp(-dt / tau)
        one = np.ones(1)
        return StateSpace(decay * np.ones((1, 1)), (1 - decay) * one, one, 0.0)
    A, B, C, D = tf2ss(synapse.num, synapse.den)
    if synapse.analog and len(A) > 0:
        method = getattr(synapse, "method", "zoh")
        A, B, C, D, _ = cont2discrete((A, B, C, D), dt, method=method)
    return StateSpace(A, B.ravel(), C.ravel(), D.item())


def _order(synapse):
    return _structure(type(synapse), tuple(synapse.num), tuple(synapse.den))[0]


def _has_direct_term(synapse):
    return _structure(type(synapse), tuple(synapse.num), tuple(synapse.den))[1]


@functools.lru_cache(maxsize=256)  # a model has many operators and few filters
def _structure(kind, num, den):
    """Return the order, and whether there is a direct term."""
    if kind in (nengo.Lowpass, nengo.Alpha):
        # without a time constant, too: see `discretise`
        return (1 if kind is nengo.Lowpass else 2), False
    A, _, _, D = tf2ss(num, den)
    return len(A), bool(np.any(D))


def _doubles_as_state(op):
    """One state and no direct term: the output is the state, up to a factor."""
    simple = _order(op.process) == 1 and not _has_direct_term(op.process)
    return simple and op.mode == "update"


def _merge_key(op):
    return _order(op.process), _has_direct_term(op.process)


def _operands(op):
    if _doubles_as_state(op):
        return Operands((ref_of(op.input),), (ref_of(op.output),), ())
    # not those that nengo lists: it has them in one array, and lists none before 3.0
    states = [
        Signal(np.zeros(op.output.shape), name=f"{op.output.name}.x{i}")
        for i in range(_order(op.process))
    ]
    return process_operands(op, states)


@processes(
    LinearFilter,
    nengo.Lowpass,
    nengo.Alpha,
    merge_key=_merge_key,
    elementwise=True,
    operands=_operands,
)
def lower_linear_filter(ctx, u, *states):
    """Output, if it is not the state itself, and new states of linear synapses."""
    systems = [discretise(op.process, ctx.dt) for op in ctx.ops]
    if _doubles_as_state(ctx.ops[0]):
        gains = [s.B[0] * s.C[0] for s in systems]
        return _weighted_sum(
            ctx, [([s.A[0, 0] for s in systems], states[0]), (gains, u)]
        )
    order = len(states)
    new = [
        _weighted_sum(
            ctx,
            [([s.A[i, j] for s in systems], states[j]) for j in range(order)]
            + [([s.B[i] for s in systems], u)],
        )
        for i in range(order)
    ]
    direct = [s.D for s in systems]
    seen = states if np.any(direct) else new
    terms = [([s.C[i] for s in systems], seen[i]) for i in range(order)]
    return (_weighted_sum(ctx, terms + [(direct, u)]),) + tuple(new)


def _weighted_sum(ctx, terms):
    """Sum tensors times a number for each operator; zeros are left out."""
    total = tf.zeros_like(terms[-1][1]) if not np.any([c for c, _ in terms]) else None
    for coefficients, tensor in terms:
        if np.any(coefficients):
            product = ctx.values(coefficients, len(tensor.shape)) * tensor
            total = product if total is None else total + product
    return total
