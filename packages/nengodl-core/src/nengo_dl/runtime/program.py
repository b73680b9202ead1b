# SPDX-License-Identifier: MIT
"""A compiled model: its graph, its session, its live values."""

import contextlib
import logging
import re
import time
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
import tensorflow as tf

from nengo_dl.compat.tensorflow import find_random, session_config, v1
from nengo_dl.runtime.attached import Attached
from nengo_dl.runtime.compiled import Compiled, by_item, construct, trial_feeds
from nengo_dl.runtime.functions import UserFunctions
from nengo_dl.runtime.host import HostInputs
from nengo_dl.runtime.interrupts import interrupts_held
from nengo_dl.runtime.isolation import isolated
from nengo_dl.runtime.made import OutputVariables
from nengo_dl.runtime.pace import Pace, largest_block
from nengo_dl.runtime.probing import Recording
from nengo_dl.runtime.store import Store
from nengo_dl.runtime.trace import ORDINARY, RunOptions, traced_run
from nengo_dl.types import BlockInputs, BlockResults, Settings

logger = logging.getLogger(__name__)


class Program:
    """
    A model that can be run.

    Parameters
    ----------
    block : callable
        Function from `BlockInputs`, whether it is for training, and whether functions of
        TensorNodes must not be compiled, to `BlockResults`; it writes a block of steps
        into the current graph.
    store : Store
        Initial values of homes and constants.
    host : HostInputs
        What is computed on the host.
    recordings : sequence of Recording
        What is recorded.
    settings : nengo_dl.types.Settings
        Batch, unrolling, device, session options.
    functions : UserFunctions
        Functions of TensorNodes, and their variables.
    text : callable, optional
        Function from `BlockInputs` to the compiled code of a block, or None.
    trainee : object, optional
        The step in training, for whoever differentiates it: see `loop.Block`.

    Attributes
    ----------
    graph : tf.Graph
        Where everything stands.
    sess : tf.compat.v1.Session or None
        The session; None once the program is closed.
    plan : list of tuple of nengo.builder.Operator
        The groups of operators.
    attached : Attached
        Further values that are saved with the parameters.
    outputs : OutputVariables
        The variables of functions of probes.
    is_isolated : bool
        Whether state is put aside (see `isolated`).
    """

    def __init__(
        self,
        block: Callable[[BlockInputs, bool, bool], BlockResults],
        store: Store,
        host: HostInputs,
        recordings: Sequence[Recording],
        settings: Settings,
        functions: UserFunctions,
        text: Callable[[BlockInputs], Optional[str]] = lambda inputs: None,
        trainee: Any = None,
    ):
        self.store = store
        self.host = host
        self.recordings = tuple(recordings)
        self.settings = settings
        self.functions = functions
        self.plan: List[Any] = []
        self.trainee = trainee
        self.attached = Attached()
        self.is_isolated = False
        self._block = block
        self._text = text
        sizes = [int(np.prod(recording.shape)) for recording in self.recordings]
        self.block_steps = largest_block(settings, host.width, sizes)
        self.sess: Optional[Any] = None
        self._nodes_outside = False
        self._open(settings.seed)
        hosted = bool(host.inner.operators)
        self._pace = Pace(self.block_steps, settings.unroll, hosted)

    def _open(self, seed):
        """Make graph and session, and put all values to the initial ones."""
        self.graph = tf.Graph()
        with self.inside():
            v1.set_random_seed(seed)  # of this graph only
            self.functions.prepare(self.settings.batch)
            self._construct()
            self.functions.construct()
        self.outputs = OutputVariables(self)
        self._graph_seed = self._seed = seed
        self._open_session()
        try:
            self.host.reset(seed)
            self.store.load(self.sess, include_parameters=True)
            compiles = self._nodes_outside or self._nodes_compile()
        except BaseException:  # for example a device that is not there
            self.close()
            raise
        if not compiles:
            self.close()
            self._nodes_outside = True
            self._open(seed)

    def _nodes_compile(self):
        """Try whether XLA compiles functions of TensorNodes, if that is left to us."""
        if not self.functions.operators or self.settings.jit_compile != "auto":
            return True
        compiled = self._compiled[False]
        feeds = {self._ph.start: 0, self._ph.n_steps: 0, self._ph.feed: self._feed}
        try:
            # no step runs, but all of it is compiled
            self.sess.run(compiled.wait, trial_feeds(compiled.wait, feeds))
        except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError) as error:
            if not re.search("xla|compil", str(error), re.IGNORECASE):
                raise
            logger.info("A TensorNode does not compile: %s", error)
            return False
        return True

    def _open_session(self):
        # not in the caller's thread, though that would save two thirds of the time of a
        # call of Python (17 instead of 46 us): TensorFlow then nests the steps of a loop in
        # each other until the stack overflows
        config = session_config(self.settings.session_config)
        self.sess = v1.Session(graph=self.graph, config=config)
        try:
            self.functions.initialise(self.sess)
        except BaseException:
            self.close()
            raise

    @contextlib.contextmanager
    def inside(self):
        """Add to the graph, on the device of the program, inside a ``with`` block."""
        with self.graph.as_default(), self.graph.device(self.settings.device):
            yield

    def _construct(self):
        batch, dtype = self.settings.batch, self.settings.dtype
        self._feed = np.zeros((self.block_steps, batch, self.host.width), dtype)
        self._ph = BlockInputs(
            None,
            None,
            v1.placeholder(dtype, self._feed.shape),
            v1.placeholder(tf.int32, ()),
            v1.placeholder(tf.int32, ()),
        )
        homes, constants = self.store.construct(batch)
        self._inputs = self._ph._replace(homes=homes, constants=constants)
        self._compiled: Dict[bool, Compiled] = {}
        self._compile(training=False)

    def _compile(self, training):
        """Write the block for a mode down, if it is not there yet."""
        if training not in self._compiled:
            self._compiled[training] = construct(
                lambda inputs: self._block(inputs, training, self._nodes_outside),
                self._inputs,
                self.recordings,
                self.store,
            )
        return self._compiled[training]

    # -- running

    def run(
        self,
        start: int,
        n_steps: int,
        data: Optional[Dict[Any, np.ndarray]] = None,
        on_block: Callable[[int, Dict[Any, np.ndarray]], None] = lambda *_: None,
        options: RunOptions = ORDINARY,
    ) -> None:
        """
        Run a number of steps.

        Where this fails or is interrupted, all is as it was after the last block that was
        handed to `on_block`, and the run can go on from there.

        Parameters
        ----------
        start : int
            Number of steps done before.
        n_steps : int
            Number of steps, a multiple of the unrolling.
        data : dict, optional
            For input nodes their values, of shape (minibatch, n_steps, size).
        on_block : callable, optional
            Called after each block with the number of steps it ran, and for each probe
            with an array (minibatch or 1, rows, ...).
        options : RunOptions, optional
            How to run.
        """
        done = 0
        with self.inside():
            compiled = self._compile(options.training)
        while done < n_steps:
            size = min(self._pace.steps, n_steps - done)
            part = {n: v[:, done : done + size] for n, v in (data or {}).items()}
            self.host.block(start + done, size, part, self._feed)
            with interrupts_held():
                rows = self._run_block(compiled, start + done, size, options)
                self.host.advance(size)
                on_block(size, rows)
            done += size

    def _run_block(self, compiled, start, size, options):
        feeds = dict(options.extra_feeds or {})
        feeds[self._ph.feed] = self._feed
        feeds[self._ph.start], feeds[self._ph.n_steps] = start, size
        for recording, kept in compiled.kept.items():
            feeds[kept] = recording.kept(start, size, options.every_step)
        found = self._call([compiled.fetches, compiled.advance], feeds, size, options)
        return {
            recording.probe: by_item(recording, rows)
            for recording, rows in zip(self.recordings, found[0])
        }

    def _call(self, fetches, feeds, size, options):
        """Run a block of `size` steps; an error of the host comes out as its own."""
        begin, self.host.inner.error = time.perf_counter(), None
        try:
            found = traced_run(self.sess, fetches, feeds, options.trace)
        except tf.errors.OpError:
            if self.host.inner.error is None:
                raise
            raise self.host.inner.error from self.host.inner.error.cause
        self._pace.took(size, time.perf_counter() - begin)
        return found

    def probe_shape(self, probe: Any) -> Tuple[int, ...]:
        """Return the shape of one row of a probe, (minibatch or 1, ...)."""
        number = [recording.probe for recording in self.recordings].index(probe)
        items = int(self._compiled[False].fetches[number].shape[1])
        return (items,) + tuple(self.recordings[number].shape)

    def join(self, probe: Any, blocks: Sequence[np.ndarray]) -> np.ndarray:
        """Join the rows that a probe recorded in the blocks of one run."""
        (recording,) = [r for r in self.recordings if r.probe is probe]
        if not recording.keep_history:
            return blocks[-1]
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)

    # -- values

    def signal_value(self, signal: Any) -> np.ndarray:
        """
        Return the live value of a signal.

        Parameters
        ----------
        signal : nengo.builder.Signal
            A base signal or a view.

        Returns
        -------
        np.ndarray, shape (minibatch or 1, *signal.shape)
            Its value; the initial one if no operator uses it.
        """
        return self.store.value(self.sess, signal)

    def signal_values(self, signals: Sequence[Any]) -> List[np.ndarray]:
        """
        Return the live values of several signals, fetched in one go.

        Parameters
        ----------
        signals : sequence of nengo.builder.Signal
            Base signals or views.

        Returns
        -------
        list of np.ndarray
            Their values, as `signal_value` returns them.
        """
        return self.store.values(self.sess, signals)

    def put(self, values: Dict[Any, np.ndarray]) -> None:
        """
        Store live values of signals.

        Parameters
        ----------
        values : dict of nengo.builder.Signal to np.ndarray
            For base signals their values, of shape (minibatch or 1, *signal.shape); one
            item stands for all. All shapes are checked before anything is stored.
        """
        self.store.put(self.sess, values)

    def reset(self, seed: Optional[int], include_trainable: bool = True) -> None:
        """
        Put values back to the initial ones.

        Random operations of TensorFlow can't be seeded anew: where a TensorNode has some,
        there is another session, or another graph if the seed is another one, too.

        Parameters
        ----------
        seed : int or None
            Seed with which processes are made anew, and random operations start again;
            None lets them go on.
        include_trainable : bool, optional
            Whether parameters are put back, too, or only state.
        """
        if seed is not None and seed != self._graph_seed and self._has_random():
            self.attached.load_initial(self.sess)
            self.attached.wait(self.attached.values(self.sess))
            self.close()
            self._open(seed)
            return
        if seed is not None:
            if any(compiled.random for compiled in self._compiled.values()):
                attached = self.attached.values(self.sess)
                self.close()
                self._open_session()
                self.attached.load(self.sess, attached)
                include_trainable = True
            self._seed = seed
            self.host.reset(seed)
        self.store.load(self.sess, include_trainable)
        self.functions.load_initial(self.sess, include_trainable)
        if include_trainable:
            self.attached.load_initial(self.sess)

    def _has_random(self):
        """Whether a seed decides about anything in the graph."""
        if not self.functions.operators:
            return False
        return bool(find_random(self.graph.get_operations()))

    def post_build(self, rng: np.random.RandomState) -> None:
        """Call the `post_build` of all functions of TensorNodes."""
        with self.as_default():
            self.functions.post_build(self.sess, rng)

    def isolated(self):
        """Put state and processes aside; see `runtime.isolation.isolated`."""
        return isolated(self, self._seed)

    def reset_state(self) -> None:
        """Put state to its initial value; parameters and variables stay."""
        self.store.load(self.sess, include_parameters=False)
        self.host.inner.restart()

    @contextlib.contextmanager
    def as_default(self):
        """Make graph, device and session TensorFlow's defaults inside a block."""
        device = self.graph.device(self.settings.device)
        with self.graph.as_default(), device, self.sess.as_default():
            yield self

    def hlo_text(self) -> Optional[str]:
        """
        Return the compiled program as XLA has optimised it, to see what a step costs.

        Returns
        -------
        str or None
            XLA's text; None outside XLA, or where TensorFlow does not give it out.
        """
        with self.as_default():
            return self._text(self._inputs)

    @property
    def variables(self) -> Dict[str, Any]:
        """Dict of str to Variable: what is stored and restored beside signals."""
        return {**self.functions.named, **self.attached.present}

    @property
    def closed(self) -> bool:
        """bool: whether the session is gone."""
        return self.sess is None

    def close(self) -> None:
        """Free the session; may be called again."""
        if self.sess is not None:
            self.sess.close()
            self.sess = None
