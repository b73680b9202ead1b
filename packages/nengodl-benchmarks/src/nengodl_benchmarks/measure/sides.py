# SPDX-License-Identifier: MIT
"""The simulators under test, behind one small interface."""

import time
import warnings
from typing import NamedTuple, Optional

import nengo
import numpy as np

from .hlo import count_fusions


class LoopInfo(NamedTuple):
    """Size of a compiled loop; None for what is not known."""

    groups: Optional[int] = None
    fusions: Optional[int] = None
    instructions: Optional[int] = None


class NengoSide:
    """
    nengo's own simulator; a minibatch is that many runs, one after another.

    Parameters
    ----------
    network : nengo.Network
        Network to simulate.
    case : Case
        How it is run.
    progress_bar : bool, optional
        Whether to show how far a run is.
    """

    label = "nengo"
    #: Which form of a network it gets, where there are several.
    backend = "nengo"

    def __init__(self, network, case, progress_bar=False):
        self.n_steps = case.n_steps
        self.items = case.items
        start = time.perf_counter()
        self.sim = nengo.Simulator(network, progress_bar=progress_bar)
        self.build_seconds = time.perf_counter() - start

    def run(self):
        """Run all items from the initial state and return the seconds it took."""
        seconds = 0.0
        for _ in range(self.items):
            # outside the timed part, as it also empties the probes
            self.sim.reset()
            start = time.perf_counter()
            self.sim.run_steps(self.n_steps)
            seconds += time.perf_counter() - start
        return seconds

    def data(self, probe):
        """
        Return what a probe recorded in the last run.

        Parameters
        ----------
        probe : nengo.Probe
            Probe of the network.

        Returns
        -------
        numpy.ndarray, shape (1, n_steps, ...)
            Recorded values; the items do not differ, so one stands for all.
        """
        return np.array(self.sim.data[probe])[None]

    def loop_info(self):
        """Return nothing known: nengo compiles no loop."""
        return LoopInfo()

    def close(self):
        """Free what the simulator holds."""
        self.sim.close()


class NengoDLSide:
    """
    The simulator of ``nengo_dl``.

    Parameters
    ----------
    network : nengo.Network
        Network to simulate; our settings are written into its configuration,
        where nengo does not look.
    case : Case
        How it is run.
    progress_bar : bool, optional
        Whether to show how far the build and the runs are.
    """

    label = "nengo_dl"
    backend = "nengo_dl"

    def __init__(self, network, case, progress_bar=False):
        # here and not above: it imports TensorFlow, which reference runs do not need
        import nengo_dl.errors

        self.n_steps = case.n_steps
        self.has_batch_axis = case.minibatch_size is not None
        self.progress_bar = progress_bar
        with network:
            nengo_dl.configure_settings(
                dtype=case.dtype, jit_compile=case.jit_compile, inference_only=True
            )
        start = time.perf_counter()
        with warnings.catch_warnings():
            # reports name the processor, and a warning would stand among their rows
            warnings.simplefilter("ignore", nengo_dl.errors.NoGPUWarning)
            self.sim = nengo_dl.Simulator(
                network,
                minibatch_size=case.minibatch_size,
                unroll_simulation=case.unroll,
                progress_bar=progress_bar,
            )
        self.build_seconds = time.perf_counter() - start

    def run(self):
        """Run all items from the initial state and return the seconds it took."""
        self.sim.soft_reset(include_probes=True)
        start = time.perf_counter()
        self.sim.run_steps(self.n_steps, progress_bar=self.progress_bar)
        return time.perf_counter() - start

    def data(self, probe):
        """
        Return what a probe recorded in the last run.

        Parameters
        ----------
        probe : nengo.Probe
            Probe of the network.

        Returns
        -------
        numpy.ndarray, shape (items, n_steps, ...)
            Recorded values.
        """
        values = np.array(self.sim.data[probe])
        return values if self.has_batch_axis else values[None]

    def loop_info(self):
        """Return the size of the plan and of the compiled loop's body."""
        program = self.sim.program
        text = program.hlo_text()
        groups = len(program.plan)
        if text is None:
            return LoopInfo(groups)
        counts = count_fusions(text)
        return LoopInfo(groups, counts.fusions, counts.instructions)

    def close(self):
        """Free what the simulator holds."""
        self.sim.close()
