# SPDX-License-Identifier: MIT
"""Ctrl-C at any moment of a training, in a process of its own."""

import os
import subprocess
import sys
import textwrap

import pytest

PREPARED = """
import os, random, signal, sys, threading
import nengo, numpy as np, tensorflow as tf
from nengo_dl import Simulator, configure_settings
from nengodl_train.callbacks import Callback
from nengodl_train.resume import Resume

v1 = tf.compat.v1
rng = np.random.RandomState(0)
with nengo.Network(seed=0) as net:
    node = nengo.Node([0, 0])
    ensemble = nengo.Ensemble(50, 2)
    nengo.Connection(node, ensemble, synapse=0.01)
    probe = nengo.Probe(ensemble)
data = {node: rng.randn(8, 5, 2), probe: rng.randn(8, 5, 2)}


def fresh():
    sim = Simulator(net, minibatch_size=2, seed=1, device="/cpu:0", progress_bar=False)
    optimizer = v1.train.AdamOptimizer(1e-3)

    def run(*callbacks, n_epochs=1000):
        sim.train(
            data, optimizer, n_epochs=n_epochs, callbacks=callbacks, progress_bar=False
        )

    return sim, run


def saved(sim):
    sim.save_params(sys.argv[1])
    with np.load(sys.argv[1]) as file:
        return {name: file[name] for name in file.files if name != "manifest"}


def assert_same(found, expected):
    assert list(found) == list(expected)
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)


def press(delay):
    timer = threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    return timer


class Stop(Callback):
    def __init__(self, n_updates):
        self.left = n_updates

    def on_minibatch_end(self, training, losses):
        self.left -= 1
        if self.left == 0:
            training.stop()


delays = random.Random(int(sys.argv[2]))
"""

AT_ANY_MOMENT = """
def state(sim):
    sim.save_params(sys.argv[1], include_global=False, include_local=True)
    with np.load(sys.argv[1]) as file:
        return {name: file[name] for name in file.files if name != "manifest"}


sim, run = fresh()
sim.run_steps(3, progress_bar=False)
rows = np.array(sim.data[probe])
run(n_epochs=1)  # what comes now does not build anything
begin, n_updates = sys.argv[1] + ".begin.npz", []
before = state(sim)
while len(n_updates) < 5 or max(n_updates) < 10:
    sim.save_params(begin)
    order, start = sim.rng.get_state(), saved(sim)
    try:
        press(delays.uniform(0, 0.05 * 2 ** len(n_updates)))
        run()
        raise AssertionError("the training was not interrupted")
    except KeyboardInterrupt:
        found = saved(sim)
    step = "variables/training_step"
    n_updates.append(int(found[step] - start[step]))
    assert_same(state(sim), before)

    # the same from the same begin, but stopped after as many updates
    sim.load_params(begin)
    sim.rng.set_state(order)
    if n_updates[-1]:
        run(Stop(n_updates[-1]))
    assert_same(saved(sim), found)
assert sim.n_steps == 3
np.testing.assert_array_equal(sim.data[probe], rows)
print("after", n_updates, "updates: consistent")
"""

RESUMED = """
sim, run = fresh()
run(n_epochs=20)
expected = saved(sim)

sim, run = fresh()
n_interrupts, finished = 0, False
path = sys.argv[1] + ".training.npz"
while not finished:
    timer = None
    try:
        timer = press(delays.uniform(0.01, 0.3)) if n_interrupts < 4 else None
        run(Resume(path), n_epochs=20)
        if timer is not None:
            timer.join()
        finished = True
    except KeyboardInterrupt:
        n_interrupts += 1
assert n_interrupts > 1
assert_same(saved(sim), expected)
print("resumed")
"""


@pytest.fixture
def run_script(tmp_path):
    """Run a program with what is prepared above, and give what it prints."""

    def run(script, seed):
        path = tmp_path / "script.py"
        path.write_text(PREPARED + textwrap.dedent(script))
        found = subprocess.run(
            [
                sys.executable,
                "-W",
                "ignore",
                str(path),
                str(tmp_path / "p.npz"),
                str(seed),
            ],
            capture_output=True,
            text=True,
            timeout=500,
            env=dict(os.environ, TF_CPP_MIN_LOG_LEVEL="2"),
        )
        assert found.returncode == 0, found.stderr[-3000:]
        return found.stdout

    return run


SEEDS = [0] + [pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6)]


@pytest.mark.parametrize("seed", SEEDS)
def test_at_any_moment(run_script, seed):
    """Parameters, optimizer and step are those of a training with as many updates."""
    assert run_script(AT_ANY_MOMENT, seed).endswith("consistent\n")


@pytest.mark.parametrize("seed", SEEDS)
def test_resumed(run_script, seed):
    """A training that is interrupted now and then and resumed ends as if it was not."""
    assert run_script(RESUMED, seed).endswith("resumed\n")
