# SPDX-License-Identifier: MIT
"""A compiled model: its graph, its session, its live values."""

import contextlib
from typing import Any, Callable, Dict, List, Optional, Sequence

import numpy as np
import tensorflow as tf

from nengo_dl.compat.tensorflow import session_config, v1
from nengo_dl.runtime.host import HostInputs
from nengo_dl.runtime.interrupts import interrupts_held
from nengo_dl.runtime.probing import Recording
from nengo_dl.runtime.store import Store
from nengo_dl.types import BlockInputs, BlockResults, Settings

# What one block may feed and record, in bytes, and its largest number of steps. The loop
# records each step of a block, whatever a probe keeps of it. A call of
# the session costs about 0.2 ms: 1,000 steps make that a fraction of the smallest model's
# step, and feeding 1,000 rows for a single step stays within the same cost.
BLOCK_BYTES = 1 << 24
BLOCK_STEPS = 1000


class Program:
    """
    A model that can be run.

    Parameters
    ----------
    block : callable
        Function from `BlockInputs` to `BlockResults`, which writes a block of steps into
        the current graph.
    store : Store
        Initial values of homes and constants.
    host : HostInputs
        What is computed on the host.
    recordings : sequence of Recording
        What is recorded.
    settings : nengo_dl.types.Settings
        Batch, unrolling, device, session options.
    text : callable, optional
        Function from `BlockInputs` to the compiled code of a block, or None.
    """

    def __init__(
        self,
        block: Callable[[BlockInputs], BlockResults],
        store: Store,
        host: HostInputs,
        recordings: Sequence[Recording],
        settings: Settings,
        text: Callable[[BlockInputs], Optional[str]] = lambda inputs: None,
    ):
        self.store = store
        self.host = host
        self.recordings = tuple(recordings)
        self.settings = settings
        self.plan: List[Any] = []
        self._text = text
        self.block_steps = self._block_steps()
        config = session_config(settings.session_config)
        self.graph = tf.Graph()
        with self.graph.as_default(), self.graph.device(settings.device):
            self._construct(block)
        self.sess: Optional[Any] = v1.Session(graph=self.graph, config=config)
        try:
            self.reset(settings.seed)
        except BaseException:  # for example a device that is not there
            self.close()
            raise

    def _block_steps(self):
        itemsize = np.dtype(self.settings.dtype).itemsize
        width = self.host.width + sum(int(np.prod(r.shape)) for r in self.recordings)
        fitting = BLOCK_BYTES // max(1, itemsize * width * self.settings.batch)
        unroll = self.settings.unroll
        return unroll * max(1, min(BLOCK_STEPS, fitting) // unroll)

    def _construct(self, block):
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
        results = block(self._inputs)
        self._fetches, self._kept = [], {}
        for recording, rows in zip(self.recordings, results.rows):
            if not recording.every_step:
                self._kept[recording] = v1.placeholder(tf.int32, (None,))
                rows = tf.gather(rows, self._kept[recording])
            else:
                rows = rows[: self._ph.n_steps]
            self._fetches.append(rows)
        # fetched before the state is assigned, so that a failing run changes nothing
        with tf.control_dependencies(results.state + results.kept + self._fetches):
            self._advance = self.store.assign(results.state)

    # -- running

    def run(
        self,
        start: int,
        n_steps: int,
        data: Optional[Dict[Any, np.ndarray]] = None,
        on_block: Callable[[int, Dict[Any, np.ndarray]], None] = lambda *_: None,
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
        """
        for done in range(0, n_steps, self.block_steps):
            size = min(self.block_steps, n_steps - done)
            part = {n: v[:, done : done + size] for n, v in (data or {}).items()}
            self.host.block(start + done, size, part, self._feed)
            with interrupts_held():
                rows = self._run_block(start + done, size)
                self.host.advance(size)
                on_block(size, rows)

    def _run_block(self, start, size):
        feeds = {
            self._ph.feed: self._feed,
            self._ph.start: start,
            self._ph.n_steps: size,
        }
        for recording, kept in self._kept.items():
            feeds[kept] = recording.kept(start, size)
        found = self.sess.run([self._fetches, self._advance], feeds)[0]
        return {
            recording.probe: _by_item(recording, rows)
            for recording, rows in zip(self.recordings, found)
        }

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

    def reset(self, seed: Optional[int], include_trainable: bool = True) -> None:
        """
        Put values back to the initial ones.

        Parameters
        ----------
        seed : int or None
            Seed with which processes are made anew; None lets them go on.
        include_trainable : bool, optional
            Whether parameters are put back, too, or only state.
        """
        if seed is not None:
            self.host.reset(seed)
        self.store.load(self.sess, include_trainable)

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
        return self._text(self._inputs)

    @property
    def closed(self) -> bool:
        """bool: whether the session is gone."""
        return self.sess is None

    def close(self) -> None:
        """Free the session; may be called again."""
        if self.sess is not None:
            self.sess.close()
            self.sess = None


def _by_item(recording, rows):
    """Bring rows of shape (steps, minibatch or 1, elements) into a probe's form."""
    values = np.ascontiguousarray(np.swapaxes(rows, 0, 1))
    return values.reshape(values.shape[:2] + tuple(recording.shape))
