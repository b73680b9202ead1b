# SPDX-License-Identifier: MIT
"""
Peak memory of a training step through many time steps, with and without `checkpoint_steps`.

Each case runs in a process of its own, as memory that was freed is not always given back.
"""

import json
import subprocess
import sys

import nengo_dl
import numpy as np
import tensorflow as tf

from ...measure import memory
from .networks import lif


def peak_memory(n_steps: int, checkpoint_steps: int = 0, minibatch_size: int = 50):
    """
    Measure how much memory one update needs beyond that of one for a single step.

    Parameters
    ----------
    n_steps : int
        Number of steps that gradients go through.
    checkpoint_steps : int, optional
        Steps between two saved states, 0 to save each.
    minibatch_size : int, optional
        Number of items.

    Returns
    -------
    float
        MiB.
    """
    command = [sys.executable, "-m", __name__]
    command += map(str, (n_steps, checkpoint_steps, minibatch_size))
    return json.loads(subprocess.check_output(command).decode().splitlines()[-1])


def _measure(n_steps, checkpoint_steps, minibatch_size):
    case = lif()
    net, rng = case.network, np.random.RandomState(0)
    optimizer = tf.compat.v1.train.GradientDescentOptimizer(1e-9)
    with nengo_dl.Simulator(
        net, minibatch_size=minibatch_size, device="/cpu:0", progress_bar=False
    ) as sim:

        def train(steps, **options):
            data = {
                node: rng.normal(size=(minibatch_size, steps, size)).astype(np.float32)
                for node, size in ((net.inp, 2), (net.out, 2))
            }
            memory.reset_peak()
            sim.train(data, optimizer, progress_bar=False, **options)
            return memory.peak_mb()

        before = train(2)
        return train(n_steps, checkpoint_steps=checkpoint_steps or None) - before


if __name__ == "__main__":
    print(json.dumps(_measure(*map(int, sys.argv[1:]))))
