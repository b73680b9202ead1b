# SPDX-License-Identifier: MIT
"""Run a simulator for some time, and what times its data is of."""

from typing import Any, Dict, Optional, Union

import nengo
import numpy as np

from nengo_dl.errors import RenamedArgumentWarning
from nengo_dl.progress import progress_bar as make_bar
from nengo_dl.runtime import RunOptions, profiled
from nengo_dl.simulator import checks
from nengo_dl.simulator.feeds import check_data
from nengo_dl.simulator.history import sample_period


class RunInterface:
    """Methods that run the network once, step after step."""

    def run(self, time_in_seconds: float, **kwargs: Any):
        """
        Simulate for a length of time.

        Parameters
        ----------
        time_in_seconds : float
            The length, rounded to the nearest number of steps.
        **kwargs : object
            Further arguments of `run_steps`.
        """
        self._require_open("run")
        n_steps = checks.steps_in(time_in_seconds, self.dt)
        if n_steps == 0:
            checks.warn_no_steps(f"{time_in_seconds} seconds are", self)
        else:
            self.run_steps(n_steps, **kwargs)

    def run_steps(
        self,
        n_steps: int,
        data: Optional[Dict[nengo.Node, np.ndarray]] = None,
        input_feeds: Optional[Dict[nengo.Node, np.ndarray]] = None,
        profile: Union[bool, str] = False,
        progress_bar: bool = True,
        extra_feeds: Optional[dict] = None,
    ):
        """
        Simulate a number of steps.

        If the function of a node fails or Ctrl-C arrives, the simulator stands behind the
        last finished block of steps (`n_steps`, `data` and state agree), and functions are
        called again for the steps of the unfinished block.

        Parameters
        ----------
        n_steps : int
            The number.
        data : dict of Node to ndarray, optional
            Values of input nodes, of shape (minibatch_size, n_steps, size). Nodes that
            are not named have their ordinary output.
        input_feeds : dict of Node to ndarray, optional
            Deprecated name of `data`.
        profile : bool or str, optional
            True, or the name of a file, to write down when TensorFlow ran what, in the
            format of Chrome's trace viewer; True is ``nengo_dl_profile.json``.
        progress_bar : bool, optional
            Whether to show how the run gets on.
        extra_feeds : dict of tf.Tensor to ndarray, optional
            Values of further tensors of the simulator's graph, the same for each step.
        """
        self._require_open("run")
        checks.require_own_state(self._program)
        data = checks.renamed(
            "input_feeds", input_feeds, "data", data, DeprecationWarning
        )
        n_steps = checks.step_count(n_steps)
        if n_steps == 0:
            checks.warn_no_steps("0 steps are", self)
            return
        executed = checks.executed_steps(n_steps, self.unroll)
        feeds = check_data(
            data, self.model, self.minibatch_size, n_steps, executed, self._dtype
        )
        end = self._n_steps + n_steps
        self._history.start_run()
        bar = make_bar(progress_bar, "Simulating", "Simulation", executed)
        with bar, profiled(profile) as trace:
            options = RunOptions(extra_feeds=extra_feeds, trace=trace)

            def record(size, rows):
                asked = min(size, end - self._n_steps)
                self._history.append(rows, self._n_steps, asked)
                self._n_steps += asked
                bar.step(size)

            self._program.run(self._n_steps, executed, feeds, record, options)

    def step(self, **kwargs: Any):
        """
        Simulate one step.

        Parameters
        ----------
        **kwargs : object
            Further arguments of `run_steps`; no progress bar is shown unless asked for.
        """
        kwargs.setdefault("progress_bar", False)
        self.run_steps(1, **kwargs)

    def trange(self, sample_every: Optional[float] = None, dt: Optional[float] = None):
        """
        Give the times of the rows of probe data.

        Parameters
        ----------
        sample_every : float, optional
            The `sample_every` of the probe, in seconds.
        dt : float, optional
            Deprecated name of `sample_every`.

        Returns
        -------
        ndarray
            The times, in seconds; the first step ends at `Simulator.dt`.
        """
        every = checks.renamed(
            "dt", dt, "sample_every", sample_every, RenamedArgumentWarning
        )
        if every is not None:
            checks.positive_seconds("sample_every", every)
        period = sample_period(every, self.dt)
        steps = np.arange(1, self._n_steps + 1)
        return self.dt * steps[steps % period < 1]
