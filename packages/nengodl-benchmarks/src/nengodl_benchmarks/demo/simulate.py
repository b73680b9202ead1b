# SPDX-License-Identifier: MIT
"""Run the demonstration and say what came out."""

import dataclasses
from typing import Mapping

import numpy as np

from ..measure import Case, NengoDLSide, NengoSide
from .network import spiking_integrator

DTYPES = ("float32", "float64")


@dataclasses.dataclass(frozen=True)
class Demonstration:
    """
    What the demonstration found.

    Attributes
    ----------
    n_neurons, n_steps : int
        Size of the network and of the run.
    reference_seconds, candidate_seconds : float
        Seconds of nengo's run, and of our second run.
    first_run_seconds : float
        Seconds of our first run, which compiles.
    times : numpy.ndarray, shape (n_steps,)
        Time of each step, in seconds.
    expected : numpy.ndarray, shape (n_steps, 2)
        The position decoded by nengo.
    actual : mapping of str to numpy.ndarray, shape (n_steps, 2)
        The position decoded by nengo_dl, by dtype.
    spike_size : float
        The most by which a single spike moves the decoded position.
    """

    n_neurons: int
    n_steps: int
    reference_seconds: float
    candidate_seconds: float
    first_run_seconds: float
    times: np.ndarray
    expected: np.ndarray
    actual: Mapping[str, np.ndarray]
    spike_size: float

    def difference(self, dtype):
        """
        Return how far our output is from nengo's.

        Parameters
        ----------
        dtype : str
            Which of our runs.

        Returns
        -------
        numpy.ndarray, shape (n_steps,)
            The larger of the two coordinates' absolute differences.
        """
        return np.abs(self.actual[dtype] - self.expected).max(axis=1)

    def summary(self):
        """Return the findings as text."""
        reference = self.n_steps / self.reference_seconds
        candidate = self.n_steps / self.candidate_seconds
        return SUMMARY.format(
            self,
            reference=reference,
            candidate=candidate,
            ratio=candidate / reference,
            value=np.abs(self.expected).max(),
            double=self.difference("float64").max(),
            single=self.difference("float32").max(),
        )


SUMMARY = """\
Network:   {0.n_neurons} spiking LIF neurons that integrate a moving 2-D input
Run:       {0.n_steps} steps of 1 ms
nengo:     {reference:,.0f} steps per second
nengo_dl:  {candidate:,.0f} steps per second, {ratio:.1f} times nengo's speed
           (in float32; its first run, which compiles, took {0.first_run_seconds:.1f} s)

Greatest difference from nengo's decoded output (greatest value {value:.2f}):
  {double:.1e} in float64, the precision that nengo computes in
  {single:.1e} in float32
What is left in float64 is rounding. In float32, rounding also moves spikes that are
close to the threshold to a neighbouring step; one spike changes the decoded output
by up to {0.spike_size:.1e}, and the recurrent connection passes that on.
"""


def demonstrate(n_neurons, n_steps, candidate=NengoDLSide, say=print):
    """
    Simulate the demonstration's network with nengo and with nengo_dl.

    Parameters
    ----------
    n_neurons : int
        Number of neurons.
    n_steps : int
        Number of time steps of 1 ms.
    candidate : callable, optional
        Function that makes our simulator.
    say : callable, optional
        Function that shows a line of text.

    Returns
    -------
    Demonstration
        What came out.
    """
    net = spiking_integrator(n_neurons)
    case = Case("demo", n_steps=n_steps)
    say("nengo ...")
    reference = NengoSide(net, case, progress_bar=True)
    reference_seconds = reference.run()
    expected = reference.data(net.p)[0]
    decoders = reference.sim.data[net.readout].weights
    times = np.array(reference.sim.trange())
    reference.close()

    actual, seconds = {}, {}
    for dtype in DTYPES:
        say(f"nengo_dl in {dtype} ...")
        side = candidate(net, dataclasses.replace(case, dtype=dtype), progress_bar=True)
        # only the float32 run is timed, and its first run compiles
        seconds[dtype] = [side.run() for _ in range(2 if dtype == "float32" else 1)]
        actual[dtype] = side.data(net.p)[0]
        side.close()
    return Demonstration(
        n_neurons=n_neurons,
        n_steps=n_steps,
        reference_seconds=reference_seconds,
        candidate_seconds=seconds["float32"][1],
        first_run_seconds=seconds["float32"][0],
        times=times,
        expected=expected,
        actual=actual,
        # a spike has area 1, so the filter rises to 1 / tau at most
        spike_size=np.abs(decoders).max() / net.readout.synapse.tau,
    )
