# SPDX-License-Identifier: MIT
"""An operator can be traced to the object it was built for."""

import nengo
import numpy as np
from nengo.builder.operator import Reset
from nengo.builder.signal import Signal
from nengo_dl.build import build_model, owner


def test_operators_of_a_learning_rule():
    """What writes a rule's change of the encoders belongs to the rule."""
    with nengo.Network() as net:
        pre, post = nengo.Ensemble(5, 1), nengo.Ensemble(5, 1)
        conn = nengo.Connection(pre, post, learning_rule_type=nengo.Voja())
    model = build_model(net)
    (op,) = [op for op in model.operators if type(op).__name__ == "SimVoja"]
    assert owner(model, op) == conn.learning_rule


def test_an_operator_of_nothing():
    """An operator whose signals no object owns has no owner."""
    with nengo.Network() as net:
        nengo.Node(0)
    assert owner(build_model(net), Reset(Signal(np.zeros(1), name="free"))) is None
