# SPDX-License-Identifier: MIT
"""The simulator class: Nengo's interface, and nothing that computes."""

import warnings
from typing import Any, Optional

import nengo
import numpy as np
from nengo.exceptions import ReadonlyError, SimulatorClosed

from nengo_dl.build import build_model
from nengo_dl.compat.tensorflow import v1
from nengo_dl.errors import OpenSimulatorWarning
from nengo_dl.pipeline import compile_model
from nengo_dl.progress import progress_bar as make_bar
from nengo_dl.simulator import checks, construct
from nengo_dl.simulator.batch_interface import BatchInterface
from nengo_dl.simulator.data import SimulationData
from nengo_dl.simulator.history import ProbeHistory
from nengo_dl.simulator.later import LaterInterface
from nengo_dl.simulator.parameter_interface import ParameterInterface
from nengo_dl.simulator.run_interface import RunInterface
from nengo_dl.simulator.tensorboard import open_writer
from nengo_dl.simulator.training_interface import TrainingInterface
from nengo_dl.types import Settings


class Simulator(
    RunInterface,
    BatchInterface,
    TrainingInterface,
    ParameterInterface,
    LaterInterface,
):
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
        Directory for TensorBoard's event files, made if it is not there; each simulator
        writes to a folder ``run_0``, ``run_1``, ... of its own in it.
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
    summary : tf.compat.v1.summary.FileWriter or None
        Writer of event files, None without `tensorboard`.

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
    # of what the network does not configure; test runs change them
    _defaults = Settings()

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
            self._defaults,
            minibatch_size=minibatch_size,
            unroll=self.unroll,
            device=device,
            seed=self.seed,
        )
        with make_bar(progress_bar, "Optimizing graph", "Optimization", None) as bar:
            program = compile_model(self.model, settings, bar)
        self._start(program, settings, tensorboard)

    def _start(self, program, settings, tensorboard):
        batched = settings.minibatch_size is not None
        self.rng = np.random.RandomState(self.seed)
        self._contexts = []
        self._outputs = {}
        # what the package that trains keeps of this simulator, by graph
        self.training_state = {}
        self._n_steps = 0
        self._dtype = settings.dtype
        self._inference_only = settings.inference_only
        try:
            self._history = ProbeHistory(
                self.model, batched, settings.dtype, settings.minibatch_size or 1
            )
            self.data = SimulationData(self.model, self._history, program, batched)
            self.summary = open_writer(tensorboard, program.graph)
            program.post_build(self.rng)
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
        before = self._program.sess
        self._program.reset(seed, include_trainable)
        if self._program.sess is not before:
            self._enter_again(before)
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
        self._program.post_build(self.rng)

    def close(self):
        """Free all resources; the simulator can only be read from then on."""
        if not self.closed:
            program, self._program = self._program, None
            self.data.detach()
            program.close()
            if self.summary is not None:
                self.summary.close()

    def __enter__(self):
        self._require_open("be entered again")
        self._enter()
        return self

    def _enter(self):
        context = self._program.as_default()
        context.__enter__()
        self._contexts.append(context)

    def _enter_again(self, old):
        """Make the new session the default wherever the old one is it."""
        depth = len(self._contexts)
        if depth > 0 and v1.get_default_session() is old:
            while self._contexts:
                self._contexts.pop().__exit__(None, None, None)
            for _ in range(depth):
                self._enter()

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
                f"The simulator is closed and cannot {action}; make a new one."
            )
