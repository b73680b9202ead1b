# SPDX-License-Identifier: MIT
"""The simulator class: Nengo's interface, and nothing that computes."""

import warnings
from typing import Any, Dict, Optional, Union

import nengo
import numpy as np
from nengo.exceptions import ReadonlyError, SimulatorClosed

from nengo_dl.build import build_model
from nengo_dl.errors import OpenSimulatorWarning
from nengo_dl.pipeline import compile_model
from nengo_dl.progress import progress_bar as make_bar
from nengo_dl.simulator import checks, construct
from nengo_dl.simulator.data import SimulationData
from nengo_dl.simulator.feeds import check_data
from nengo_dl.simulator.history import ProbeHistory, sample_period
from nengo_dl.simulator.later import LaterInterface


class Simulator(LaterInterface):
    """
    Simulate a Nengo network with one compiled TensorFlow program.

    Parameters
    ----------
    network : Network or None
        Network to build and simulate. With None, `model` is simulated as it is.
    dt : float, optional
        Length of a step, in seconds.
    seed : int or None, optional
        Seed of all random processes of the simulation. By default it is one more than
        that of the network, and random if the network has none.
    model : Model or None, optional
        Model that is built already, or that `network` is to be built into.
    dtype : str or dtype, optional
        Deprecated; use ``configure_settings(dtype=...)``.
    device : str or None, optional
        TensorFlow device, such as "/cpu:0". None leaves the choice to TensorFlow.
    unroll_simulation : int, optional
        Steps in one iteration of the compiled loop. Results do not depend on it.
    minibatch_size : int or None, optional
        Copies of the network that run side by side. With None there is one, and results
        have no batch axis.
    tensorboard : str or None, optional
        Not available yet.
    progress_bar : bool, optional
        Whether to show how the construction gets on.

    Attributes
    ----------
    data : SimulationData
        Probe data and live parameters.
    model : Model
        The built model.
    seed : int
        Seed of the random processes.
    rng : numpy.random.RandomState
        Random generator with that seed, new at each `reset`.
    minibatch_size : int
        Number of copies that run side by side.
    unroll : int
        Steps in one iteration of the compiled loop.

    Notes
    -----
    In a ``with`` block the simulator's graph, device and session are TensorFlow's
    defaults; leaving the outermost block closes the simulator.

    Examples
    --------
    >>> with nengo_dl.Simulator(network, minibatch_size=10) as sim:
    ...     sim.run(1.0, data={node: values})
    >>> sim.data[probe].shape
    (10, 1000, 1)
    """

    # until the constructor is through there is nothing to close
    _program = None

    def __init__(
        self,
        network: Optional[nengo.Network],
        dt: float = 0.001,
        seed: Optional[int] = None,
        model: Optional[nengo.builder.Model] = None,
        dtype: Any = None,
        device: Optional[str] = None,
        unroll_simulation: int = 1,
        minibatch_size: Optional[int] = None,
        tensorboard: Optional[str] = None,
        progress_bar: bool = True,
    ):
        construct.check_tensorboard(tensorboard)
        construct.check_network(network, model, dt)
        construct.check_device(device)
        self.seed = construct.choose_seed(seed, network)
        self.unroll = checks.positive_integer("unroll_simulation", unroll_simulation)
        if minibatch_size is not None:
            minibatch_size = checks.positive_integer("minibatch_size", minibatch_size)
        self.minibatch_size = 1 if minibatch_size is None else minibatch_size
        dtype = construct.check_dtype(dtype)
        construct.report_device(device)

        with make_bar(progress_bar, "Building network", "Build", None):
            self.model = build_model(network, dt, model)
        settings = construct.make_settings(
            self.model,
            dtype,
            minibatch_size=minibatch_size,
            unroll=self.unroll,
            device=device,
            seed=self.seed,
        )
        with make_bar(progress_bar, "Optimizing graph", "Optimization", None) as bar:
            program = compile_model(self.model, settings, bar)
        self._start(program, settings)

    def _start(self, program, settings):
        batched = settings.minibatch_size is not None
        self.rng = np.random.RandomState(self.seed)
        self._contexts = []
        self._n_steps = 0
        self._dtype = settings.dtype
        try:
            self._history = ProbeHistory(self.model, batched, settings.dtype)
            self.data = SimulationData(self.model, self._history, program, batched)
        except BaseException:
            program.close()
            raise
        self._program = program

    @property
    def dt(self):
        """
        Length of a step, in seconds.

        Returns
        -------
        float
            The length.
        """
        return self.model.dt

    @dt.setter
    def dt(self, _):
        raise ReadonlyError(attr="dt", obj=self)

    @property
    def n_steps(self):
        """
        Number of steps run since the start or the last reset.

        Returns
        -------
        int
            The number that was asked for, without extra steps of the unrolled loop.
        """
        return self._n_steps

    @property
    def time(self):
        """
        Simulated time.

        Returns
        -------
        float
            Time in seconds since the start or the last reset.
        """
        return self._n_steps * self.dt

    @property
    def program(self):
        """
        The compiled program, for inspection.

        Returns
        -------
        Program or None
            Its groups of operators are ``program.plan``, its compiled code
            ``program.hlo_text()``; None once the simulator is closed.
        """
        return self._program

    @property
    def sess(self):
        """
        The TensorFlow session.

        Returns
        -------
        tf.compat.v1.Session or None
            None once the simulator is closed.
        """
        return None if self.closed else self._program.sess

    @property
    def closed(self):
        """
        Whether the simulator is closed.

        Returns
        -------
        bool
            True once `close` was called.
        """
        return self._program is None

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
            Not available yet.
        progress_bar : bool, optional
            Whether to show how the run gets on.
        extra_feeds : dict, optional
            Not available yet.
        """
        self._require_open("run")
        checks.left_out("profile", profile, False)
        checks.left_out("extra_feeds", extra_feeds, None)
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
        with make_bar(progress_bar, "Simulating", "Simulation", executed) as bar:

            def record(size, rows):
                asked = min(size, end - self._n_steps)
                self._history.append(rows, self._n_steps, asked)
                self._n_steps += asked
                bar.step(size)

            self._program.run(self._n_steps, executed, feeds, record)

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

    def soft_reset(self, include_trainable: bool = False, include_probes: bool = False):
        """
        Set the state of the simulation back to its initial values.

        Processes of input nodes go on where they are; `reset` starts them anew.

        Parameters
        ----------
        include_trainable : bool, optional
            Whether trained parameters are set back, too.
        include_probes : bool, optional
            Whether probe data and simulated time are set back, too.
        """
        self._require_open("be reset")
        self._reset(None, include_trainable, include_probes)

    def _reset(self, seed, include_trainable, include_probes):
        self._program.reset(seed, include_trainable)
        if include_probes:
            self._history.clear()
            self._n_steps = 0

    def reset(self, seed: Optional[int] = None):
        """
        Set everything back to how it was after the construction.

        Parameters
        ----------
        seed : int, optional
            New seed of the random processes.
        """
        self._require_open("be reset")
        if seed is not None:
            self.seed = checks.seed(seed)
        self.rng = np.random.RandomState(self.seed)
        self._reset(self.seed, include_trainable=True, include_probes=True)

    def close(self):
        """Free all resources; the simulator can only be read from then on."""
        if not self.closed:
            program, self._program = self._program, None
            self.data.detach()
            program.close()

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
        every = checks.renamed("dt", dt, "sample_every", sample_every, UserWarning)
        if every is not None:
            checks.positive_seconds("sample_every", every)
        period = sample_period(every, self.dt)
        steps = np.arange(1, self._n_steps + 1)
        return self.dt * steps[steps % period < 1]

    def __enter__(self):
        self._require_open("be entered again")
        context = self._program.as_default()
        context.__enter__()
        self._contexts.append(context)
        return self

    def __exit__(self, kind, error, traceback):
        self._contexts.pop().__exit__(None, None, None)
        if not self._contexts:
            self.close()

    def __del__(self):
        if not self.closed:
            warnings.warn(
                f"Simulator with model={self.model} was deallocated while open. Close it"
                " by hand, or use it in a 'with' block, so that its resources are freed.",
                OpenSimulatorWarning,
                stacklevel=2,
            )
            self.close()

    def __getstate__(self):
        raise NotImplementedError(
            "A Simulator cannot be copied or pickled. Make a new one from the network; to"
            " keep parameters, see 'Saving parameters' on the page 'Simulate a network' of"
            " the documentation."
        )

    def _require_open(self, action):
        if self.closed:
            raise SimulatorClosed(
                f"The Simulator is closed and cannot {action}; make a new one."
            )
