# SPDX-License-Identifier: MIT
"""A side door for authors of operators, neuron types, processes and sibling wheels.

What is here may change with any release of nengodl-core, unlike `nengo_dl` itself.

Examples
--------
An operator of one's own, the rule that computes it, and the check that both agree:

>>> import numpy as np
>>> from nengo.builder import Operator, Signal
>>> from nengo_dl.extend import check_rule, lowers
>>> class Square(Operator):
...     def __init__(self, x, y):
...         super().__init__()
...         self.sets, self.incs, self.reads, self.updates = [y], [], [x], []
...
...     def make_step(self, signals, dt, rng):
...         x, y = signals[self.reads[0]], signals[self.sets[0]]
...
...         def step_square():
...             y[...] = x**2
...
...         return step_square
>>> @lowers(Square, merge_key=lambda op: op.reads[0].shape)
... def lower_square(ctx, x):
...     return x * x
>>> check_rule([Square(Signal(np.zeros(3)), Signal(np.zeros(3))) for _ in range(2)])
"""

from typing import List

from nengo_dl.extend.conformance import check_rule
from nengo_dl.kernels import Kernels
from nengo_dl.lower import rules  # noqa: F401  (registers the rules)
from nengo_dl.lower.context import Context
from nengo_dl.lower.refs import Ref, ref_of
from nengo_dl.lower.registry import (
    RULES,
    Operands,
    lowers,
    moves,
    runs_on_host,
    writes_constant,
)
from nengo_dl.lower.rules.basic import size_class
from nengo_dl.lower.rules.neurons import neurons, rates_only
from nengo_dl.lower.rules.processes import processes
from nengo_dl.lower.rules.surrogate import spike

__all__ = [
    "Context",
    "Kernels",
    "Operands",
    "Ref",
    "check_rule",
    "lowered_types",
    "lowers",
    "moves",
    "neurons",
    "processes",
    "rates_only",
    "ref_of",
    "runs_on_host",
    "size_class",
    "spike",
    "writes_constant",
]


def lowered_types() -> List[str]:
    """
    List the operator types that have a rule.

    Returns
    -------
    list of str
        Names of the types, sorted.
    """
    return sorted(kind.__name__ for kind in RULES)
