# SPDX-License-Identifier: MIT
"""Measure a network with and without kernels, by turns in one process."""

import contextlib
import threading
import time
from typing import Callable, List, NamedTuple, Optional

import nengo
import nengo_dl
import numpy as np

from ...measure.decoder_cache import no_decoder_cache
from ...networks import expected_warnings


class Result(NamedTuple):
    """
    What was measured: medians over rounds, in microseconds a step.

    `ratio` is the median of the rounds' quotients of plain and kernels, `low` and `high`
    its quartiles. `difference` is the largest one of probed values, and `largest` the
    largest of those. `nengo` is None where Nengo was not measured.
    """

    plain: float
    kernels: float
    ratio: float
    low: float
    high: float
    difference: float
    largest: float
    nengo: Optional[float]


def compare_kernels(
    make: Callable,
    items: Optional[int] = None,
    steps: int = 100,
    rounds: int = 9,
    with_nengo: bool = False,
) -> Result:
    """
    Run one network in several simulators that take turns.

    Parameters
    ----------
    make : callable
        Returns the network, by its seed the same each time.
    items : int, optional
        Size of the minibatch, None for one item without that axis.
    steps : int, optional
        Number of steps of a run.
    rounds : int, optional
        Number of runs of each simulator.
    with_nengo : bool, optional
        Whether Nengo's own simulator takes its turn, too.

    Returns
    -------
    Result
        Times and differences.
    """
    with contextlib.ExitStack() as stack, no_decoder_cache(), expected_warnings():
        sims = [
            stack.enter_context(_simulator(make, items, compiled))
            for compiled in (False, True)
        ]
        nets = [sim.model.toplevel for sim in sims]
        if with_nengo:
            net = make()
            sims.append(stack.enter_context(nengo.Simulator(net, progress_bar=False)))
        times = _take_turns([_runner(sim, steps) for sim in sims], rounds)
        data = [sim.data[net.probes[0]] for sim, net in zip(sims, nets)]
    plain, kernels = times[:2] / steps * 1e6
    low, ratio, high = np.percentile(plain / kernels, [25, 50, 75])
    return Result(
        np.median(plain),
        np.median(kernels),
        ratio,
        low,
        high,
        np.abs(data[0] - data[1]).max(),
        np.abs(data[0]).max(),
        np.median(times[2]) / steps * 1e6 if with_nengo else None,
    )


def _simulator(make, items, compiled):
    net = make()
    with net:
        nengo_dl.configure_settings(compiled_kernels=compiled)
    return nengo_dl.Simulator(
        net, minibatch_size=items, progress_bar=False, device="/cpu:0"
    )


def _runner(sim, steps):
    if isinstance(sim, nengo_dl.Simulator):
        return lambda: sim.run_steps(steps, progress_bar=False)
    return lambda: sim.run_steps(steps)


def _take_turns(runs: List[Callable], rounds: int) -> np.ndarray:
    """Return seconds, (runs, rounds), without those of the first turn, which compiles."""
    seconds = np.zeros((len(runs), rounds + 1))
    for turn in range(rounds + 1):
        for number, run in enumerate(runs):
            start = time.perf_counter()
            run()
            seconds[number, turn] = time.perf_counter() - start
    return seconds[:, 1:]


def memory_limit(n_bytes: int, threads: int, rounds: int = 9) -> float:
    """
    Measure how long it takes to read and write an array once.

    Parameters
    ----------
    n_bytes : int
        Size of the array.
    threads : int
        Number of threads that share it.
    rounds : int, optional
        Number of measurements, of which the best counts.

    Returns
    -------
    float
        Microseconds, by NumPy's multiplication in place.
    """
    parts = [np.ones(n_bytes // 4 // threads, np.float32) for _ in range(threads)]
    repeats = min(max(1, int(4e8 / n_bytes)), 1000)

    def work(part):
        for _ in range(repeats):
            np.multiply(part, np.float32(-1), out=part)

    best = np.inf
    for _ in range(rounds):
        workers = [threading.Thread(target=work, args=(part,)) for part in parts]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        best = min(best, time.perf_counter() - start)
    return best / repeats * 1e6
