# SPDX-License-Identifier: MIT
"""A compiled model: its graph, its session, its live values."""

from typing import Any, Callable, Dict, List, Optional, Sequence

import numpy as np
import tensorflow as tf

from nengo_dl.compat.tensorflow import session_config, v1
from nengo_dl.loop import Block, BlockInputs, run_block
from nengo_dl.runtime.host import HostInputs
from nengo_dl.runtime.probing import Recording
from nengo_dl.runtime.store import Store

# What one block may feed and record, in bytes, and its largest number of steps. A call of
# the session costs about 0.2 ms: 1,000 steps make that a fraction of the smallest model's
# step, and feeding 1,000 rows for a single step stays within the same cost.
BLOCK_BYTES = 1 << 24
BLOCK_STEPS = 1000


class Program:
    """
    A model that can be run.

    Parameters
    ----------
    step : nengo_dl.lower.step.Step
        The step function.
    store : Store
        Initial values of homes and constants.
    host : HostInputs
        What is computed on the host.
    recordings : sequence of Recording
        What is recorded.
    settings : nengo_dl.types.Settings
        Batch, unrolling, device, session options.
    jit : bool
        Whether XLA compiles the loop.
    """

    def __init__(
        self,
        step: Callable,
        store: Store,
        host: HostInputs,
        recordings: Sequence[Recording],
        settings: Any,
        jit: bool,
    ):
        self.store = store
        self.host = host
        self.recordings = tuple(recordings)
        self.settings = settings
        self.plan: List[Any] = []
        self.block_steps = self._block_steps()
        config = session_config(settings.session_config)
        self.graph = tf.Graph()
        with self.graph.as_default(), self.graph.device(settings.device):
            self._construct(step, jit)
        self.sess: Optional[Any] = v1.Session(graph=self.graph, config=config)
        self.reset(settings.seed)

    def _block_steps(self):
        itemsize = np.dtype(self.settings.dtype).itemsize
        width = self.host.width + sum(int(np.prod(r.shape)) for r in self.recordings)
        fitting = BLOCK_BYTES // max(1, itemsize * width * self.settings.batch)
        unroll = self.settings.unroll
        return unroll * max(1, min(BLOCK_STEPS, fitting) // unroll)

    def _construct(self, step, jit):
        steps, batch = self.block_steps, self.settings.batch
        sampled = tuple(recording.sampled for recording in self.recordings)
        dtype = self.settings.dtype
        shape = (steps, batch, self.host.width)
        self._feed = np.zeros(shape, dtype)
        self._slots = np.zeros((steps, sum(sampled)), np.int32)
        self._ph = BlockInputs(
            None,
            None,
            v1.placeholder(dtype, shape),
            v1.placeholder(tf.int32, self._slots.shape),
            v1.placeholder(tf.int32, ()),
            v1.placeholder(tf.int32, ()),
        )
        homes, constants = self.store.construct(batch)
        inputs = self._ph._replace(homes=homes, constants=constants)
        rows = tuple(recording.n_rows(steps) for recording in self.recordings)
        changing = self.store.changing
        block = Block(step, changing, self.settings.unroll, rows, sampled, jit)
        results = run_block(block, inputs)
        self._counts = v1.placeholder(tf.int32, (len(rows),))
        self._fetches = [buf[: self._counts[i]] for i, buf in enumerate(results.rows)]
        # fetched before the state is assigned, so that a failing run changes nothing
        with tf.control_dependencies(results.state + results.kept + self._fetches):
            self._advance = self.store.assign(results.state)

    # -- running

    def run(
        self,
        start: int,
        n_steps: int,
        data: Optional[Dict[Any, np.ndarray]] = None,
        on_block: Optional[Callable[[int], None]] = None,
    ) -> Dict[Any, np.ndarray]:
        """
        Run a number of steps.

        Parameters
        ----------
        start : int
            Number of steps done before.
        n_steps : int
            Number of steps, a multiple of the unrolling.
        data : dict, optional
            For input nodes their values, of shape (minibatch, n_steps, size).
        on_block : callable, optional
            Called after each block with the number of steps it ran.

        Returns
        -------
        dict
            For each probe an array (minibatch or 1, rows, ...).
        """
        found: List[List[np.ndarray]] = [[] for _ in self.recordings]
        for done in range(0, n_steps, self.block_steps):
            size = min(self.block_steps, n_steps - done)
            part = {n: v[:, done : done + size] for n, v in (data or {}).items()}
            for rows, values in zip(found, self._run_block(start + done, size, part)):
                rows.append(values)
            if on_block is not None:
                on_block(size)
        return {
            recording.probe: _collect(recording, rows)
            for recording, rows in zip(self.recordings, found)
        }

    def _run_block(self, start, size, data):
        self.host.block(start, size, data, self._feed)
        counts, column = [], 0
        for recording in self.recordings:
            count = size
            if recording.sampled:
                slots, count = recording.slots(start, size, self.block_steps)
                self._slots[:size, column] = slots
                column += 1
            counts.append(count)
        feeds = {
            self._ph.feed: self._feed,
            self._ph.slots: self._slots,
            self._ph.start: start,
            self._ph.n_steps: size,
            self._counts: counts,
        }
        return self.sess.run([self._fetches, self._advance], feeds)[0]

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

    def reset(self, seed: int, include_trainable: bool = True) -> None:
        """Put state (and parameters) back to initial values, and make processes anew."""
        self.host.reset(seed)
        self.store.load(self.sess, include_trainable)

    @property
    def closed(self) -> bool:
        """bool: whether the session is gone."""
        return self.sess is None

    def close(self) -> None:
        """Free the session; may be called again."""
        if self.sess is not None:
            self.sess.close()
            self.sess = None


def _collect(recording, rows):
    if not recording.keep_history:
        rows = rows[-1:]
    values = np.concatenate(rows) if rows else np.zeros((0, 1, int(np.prod(recording.shape))))
    values = np.ascontiguousarray(np.swapaxes(values, 0, 1))
    return values.reshape(values.shape[:2] + tuple(recording.shape))
