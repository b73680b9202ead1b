# SPDX-License-Identifier: MIT
"""A step is a function from the values before it to those behind it."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.builder import Signal
from nengo.builder.operator import Copy, ElementwiseInc, Reset, TimeUpdate
from nengo_dl.compat.tensorflow import v1
from nengo_dl.kernels import PLAIN
from nengo_dl.layout import make_layout
from nengo_dl.lower import rules  # noqa: F401  (registers the rules)
from nengo_dl.lower.context import Environment
from nengo_dl.lower.entries import make_entries
from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.schedule import make_schedule
from nengo_dl.lower.step import Step
from nengo_dl.operators import HostFeed


class Steps:
    """Carry out steps of a plan one after the other, with values of homes in NumPy."""

    def __init__(self, plan, probed, batch=1, dtype="float32"):
        entries = make_entries(plan, probed)
        feeds = [op.feed for group in plan for op in group if isinstance(op, HostFeed)]
        layout = make_layout(entries, feeds, probed)
        schedule = make_schedule(entries, layout, feeds, [ref_of(s) for s in probed])
        environment = Environment(0.001, tf.as_dtype(dtype), batch, PLAIN)
        step = Step(schedule, environment)
        self.changing = sorted(schedule.state)
        self.homes = [
            np.concatenate([np.ravel(base.initial_value) for base in home.bases])
            .reshape((1,) + home.shape)
            .repeat(batch if home.changes else 1, axis=0)
            .astype(dtype if home.bases[0].dtype.kind == "f" else np.int32)
            for home in layout.homes
        ]
        width = sum(feed.size for feed in feeds)
        with tf.Graph().as_default():
            self.inputs = [v1.placeholder(h.dtype, h.shape) for h in self.homes]
            self.feed = v1.placeholder(dtype, (batch, width))
            self.number = v1.placeholder(tf.int32, ())
            constants = [
                tf.constant(value[None], dtype) for _, value in schedule.constants
            ]
            self.result = step(self.inputs, self.feed, constants, self.number)
            self.sess = v1.Session()

    def __call__(self, number, feed=None):
        """Do a step and return what is probed."""
        if feed is None:
            feed = np.zeros(self.feed.shape.as_list())
        feeds = dict(zip(self.inputs, self.homes))
        feeds.update({self.feed: feed, self.number: number})
        state, probes = self.sess.run([self.result.state, self.result.probes], feeds)
        for i, value in zip(self.changing, state):
            assert (
                value.shape == self.homes[i].shape
                and value.dtype == self.homes[i].dtype
            )
            self.homes[i] = value
        return probes


def test_state_is_carried_and_fed_values_come_in():
    """``total += gain * fed`` adds up over steps, for each item on its own."""
    fed, total = (Signal(np.zeros(2), name=name) for name in ("fed", "total"))
    gain = Signal(np.array([2.0, 3.0]), name="gain")
    plan = [(HostFeed(None, fed),), (ElementwiseInc(gain, fed, total),)]
    steps = Steps(plan, [total], batch=3)
    feed = np.arange(6.0).reshape((3, 2))
    steps(1, feed)
    (found,) = steps(2, 10 * feed)
    np.testing.assert_array_equal(found, 11 * feed * [2, 3])
    assert found.dtype == np.float32


def test_time():
    """Step number and time keep their types: int32 and the simulation's."""
    step = Signal(np.array(0, dtype=np.int64), name="step")
    time = Signal(np.array(0.0), name="time")
    steps = Steps([(TimeUpdate(step, time),)], [step, time], dtype="float64")
    found_step, found_time = steps(7)
    assert found_step.dtype == np.int32 and found_step.ravel() == [7]
    assert found_time.dtype == np.float64 and found_time.ravel() == [7 * 0.001]


@pytest.mark.parametrize("batch", [1, 2])
def test_values_without_a_minibatch_stay_so(batch):
    """What depends on parameters only is computed once for all items."""
    parameter, seen = (Signal(np.ones(2), name=name) for name in ("parameter", "seen"))
    (found,) = Steps([(Copy(parameter, seen),)], [seen], batch=batch)(1)
    np.testing.assert_array_equal(found, [[1, 1]])


def test_state_gets_a_minibatch():
    """State that all items have in common is still carried for each of them."""
    a, b = (Signal(np.zeros(2), name=name) for name in ("a", "b"))
    steps = Steps([(Reset(a, 5.0),), (Copy(a, b, inc=True),)], [b], batch=2)
    steps(1)
    np.testing.assert_array_equal(steps(2)[0], np.full((2, 2), 10.0))


def test_kept_tensors_are_given_out(make):
    """What rules keep is part of the result, so that the loop can carry it out."""
    (op,) = make.neurons(nengo.LIF(), 5)
    assert len(Steps([(op,)], [op.output]).result.kept) == 1
