# SPDX-License-Identifier: MIT
"""Time one network on our simulator, as ``nengo_dl.benchmarks`` always did."""

import functools
import time

import numpy as np

from .errors import InvalidOption
from .measure.result import require_positive
from .networks import expected_warnings


def run_profile(net, train=False, n_steps=150, do_profile=True, reps=1, **kwargs):
    """
    Run a network and return the shortest time it took.

    Parameters
    ----------
    net : nengo.Network
        Network to run; its setting ``inference_only`` is set to ``not train``.
    train : bool, optional
        Whether to time training instead of running: an update by gradient descent with a
        rate of 0.001, for one minibatch of normally distributed inputs and targets.
    n_steps : int, optional
        Number of time steps.
    do_profile : bool, optional
        Whether each run writes profiling data, of which the last ones stay.
    reps : int, optional
        Number of timed runs, after one that warms up.
    **kwargs
        Arguments of ``nengo_dl.Simulator``.

    Returns
    -------
    float
        Seconds of the shortest run.

    Raises
    ------
    InvalidOption
        If `train` is asked for, and the network has no input ``inp`` or no probe ``p``.
    nengo_dl.errors.MissingPackageError
        If `train` is asked for, and nengodl-train is not installed.
    """
    import nengo_dl  # imports TensorFlow, which the networks alone do not need

    require_positive("n_steps", n_steps)
    require_positive("reps", reps)
    if train:
        require_probe_and_input(net)
    with net:
        nengo_dl.configure_settings(inference_only=not train)
    with expected_warnings():
        sim = nengo_dl.Simulator(net, **kwargs)
    with sim:
        call = functools.partial(sim.run_steps, n_steps)
        if train:
            call = training_call(sim, net, n_steps)
        call(profile=do_profile)  # compiles
        shortest = min(timed(call, profile=do_profile) for _ in range(reps))
    print(f"Execution time: {shortest:.6f} s")
    return shortest


def require_probe_and_input(net):
    """
    Refuse a network that gives no name to what data are for.

    Parameters
    ----------
    net : nengo.Network
        The network.

    Raises
    ------
    InvalidOption
        If it has no attribute ``inp`` or ``p``.
    """
    missing = [name for name in ("inp", "p") if not hasattr(net, name)]
    if missing:
        raise InvalidOption(
            "Training is timed with data for the input 'net.inp' and the probe 'net.p';"
            f" {net} has no {' and no '.join(missing)}. Choose another network, such as"
            " 'integrator', or leave '--train' (train=True) out."
        )


def training_call(sim, net, n_steps):
    """
    Make a function that trains one epoch of one minibatch of random data.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator to train.
    net : nengo.Network
        Its network, with the attributes ``inp`` and ``p``.
    n_steps : int
        Number of time steps.

    Returns
    -------
    callable
        Function with the argument ``profile``.
    """
    import tensorflow as tf

    rng = np.random.RandomState(0)
    data = {
        key: rng.standard_normal((sim.minibatch_size, n_steps, size))
        for key, size in ((net.inp, net.inp.size_out), (net.p, net.p.size_in))
    }
    optimizer = tf.compat.v1.train.GradientDescentOptimizer(0.001)
    return functools.partial(sim.train, data, optimizer)


def timed(call, **kwargs):
    """
    Call a function and return the seconds it took.

    Parameters
    ----------
    call : callable
        The function.
    **kwargs
        Its arguments.

    Returns
    -------
    float
        Elapsed time.
    """
    start = time.perf_counter()
    call(**kwargs)
    return time.perf_counter() - start
