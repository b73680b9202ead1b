# SPDX-License-Identifier: MIT
"""An operator of one's own: the operator, its rule, the check, and a network with it."""

import nengo
import nengo_dl
import numpy as np
from nengo.builder import Builder, Operator, Signal
from nengo_dl.extend import check_rule, lowers


class Square(Operator):
    """Set ``y = gain * x**2``."""

    def __init__(self, x, y, gain, tag=None):
        super().__init__(tag=tag)
        self.gain = gain
        self.sets = [y]
        self.incs = []
        self.reads = [x]
        self.updates = []

    def make_step(self, signals, dt, rng):
        """Make the step that Nengo's own simulator runs."""
        x, y = signals[self.reads[0]], signals[self.sets[0]]

        def step_square():
            y[...] = self.gain * x**2

        return step_square


# -- rule


@lowers(Square, merge_key=lambda op: op.reads[0].shape)
def lower_square(ctx, x):
    """x: (minibatch or 1, operators, size); returns y of the same shape."""
    return ctx.per_op(lambda op: op.gain) * x**2


# -- check


def check():
    """Compare the rule with the NumPy step, for operators that share a group."""
    for minibatch in (1, 4):
        check_rule(
            [
                Square(Signal(np.zeros(3), name="x"), Signal(np.zeros(3), name="y"), gain)
                for gain in (1.0, -2.0)
            ],
            minibatch=minibatch,
        )


check()

# -- use


class Squaring(nengo.synapses.Synapse):
    """Pass on half the square of what comes in, in the same step."""


@Builder.register(Squaring)
def build_squaring(model, synapse, x, *args, **kwargs):
    """Build the operator in place of a filter; return the signal that it writes."""
    y = Signal(np.zeros(x.shape), name="square")
    model.add_op(Square(x, y, gain=0.5))
    return y


with nengo.Network(seed=0) as net:
    node = nengo.Node(lambda t: [np.sin(20 * t), t])
    probe = nengo.Probe(node, synapse=Squaring())

with nengo.Simulator(net, progress_bar=False) as reference:
    reference.run(0.1)

with nengo_dl.Simulator(net, device="/cpu:0", progress_bar=False) as sim:
    sim.run(0.1, progress_bar=False)

difference = np.abs(sim.data[probe] - reference.data[probe]).max()
assert difference < 1e-6, difference
