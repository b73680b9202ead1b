# SPDX-License-Identifier: MIT
"""Time one network on our simulator, as ``nengo_dl.benchmarks`` always did."""

import time

from .errors import TrainingNotAvailable
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
        Whether to time training instead of running.
    n_steps : int, optional
        Number of time steps.
    do_profile : bool, optional
        Whether to write profiling data, where the installed ``nengo_dl`` can.
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
    TrainingNotAvailable
        If `train` is asked for and no installed package trains networks.
    """
    import nengo_dl  # imports TensorFlow, which the networks alone do not need

    require_positive("n_steps", n_steps)
    require_positive("reps", reps)
    if train:
        raise TrainingNotAvailable(
            "Training needs 'sim.train' of the package nengodl-train, and this version "
            "of nengodl-benchmarks does not time it yet; leave out '--train' "
            "(train=False) to time inference."
        )
    with net:
        nengo_dl.configure_settings(inference_only=True)
    with expected_warnings():
        sim = nengo_dl.Simulator(net, **kwargs)
    with sim:
        options = warm_up(sim, n_steps, do_profile)
        shortest = min(timed_run(sim, n_steps, options) for _ in range(reps))
    print(f"Execution time: {shortest:.6f} s")
    return shortest


def warm_up(sim, n_steps, do_profile):
    """
    Run once, which compiles, and find out whether profiling data can be written.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator to run.
    n_steps : int
        Number of time steps.
    do_profile : bool
        Whether profiling data are wanted.

    Returns
    -------
    dict
        Arguments of ``sim.run_steps`` that ask for what is wanted and possible.
    """
    if do_profile:
        try:
            sim.run_steps(n_steps, profile=True)
            return {"profile": True}
        except NotImplementedError as error:
            print(f"No profiling data are written, only time is measured: {error}")
    sim.run_steps(n_steps)
    return {}


def timed_run(sim, n_steps, options):
    """
    Run some steps and return the seconds they took.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator to run.
    n_steps : int
        Number of time steps.
    options : dict
        Further arguments of ``sim.run_steps``.

    Returns
    -------
    float
        Elapsed time.
    """
    start = time.perf_counter()
    sim.run_steps(n_steps, **options)
    return time.perf_counter() - start
