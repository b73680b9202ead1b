# SPDX-License-Identifier: MIT
"""What training writes to the event files of TensorBoard."""

import math
import time
import warnings
from collections.abc import Sequence
from typing import Any, Dict, List, Optional

import numpy as np
import tensorflow as tf
from nengo.builder import Signal
from nengo.exceptions import ValidationError

from nengodl_train.errors import SummariesIgnoredWarning
from nengodl_train.summaries.records import Record, check, make_records

# TensorBoard looks for new events every 5 s, if it reloads by itself.
FLUSH_SECONDS = 2.0


class Summaries:
    """
    Summaries of one training, in the event files of a simulator.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        An open simulator. Without `tensorboard` it has no event files; if there are any
        summaries, there is a warning then, and nothing else.
    summaries : sequence or None
        What to record: ``"loss"``, for the total loss, and for the loss of each key of
        the objective if there are several; connections, for their weights; ensembles,
        for their encoders, which the simulator has multiplied by gain and divided by
        radius; neurons, for their biases; and tensors that are summaries themselves.
    keys : sequence of Probe or tuple of Probe
        The keys of the objective.

    Raises
    ------
    SummaryError
        If one of the summaries is something else, or belongs to another network or
        graph. Nothing has changed then.
    ValidationError
        If `summaries` is no sequence.

    Notes
    -----
    Values that are not finite have no place in a histogram and are left out of it.
    """

    def __init__(self, sim: Any, summaries: Any, keys: Sequence):
        self._sim = sim
        self._records: List[Record] = []
        self._flushed_at = -math.inf
        items = _as_list(summaries)
        if items and sim.summary is None:
            warnings.warn(
                "The summaries are ignored, because the simulator writes no event files;"
                " create it with a directory for them: Simulator(..., tensorboard=...).",
                SummariesIgnoredWarning,
                stacklevel=5,
            )
            return
        for item in items:
            check(sim, item)
        if items:
            self._records = make_records(sim, items, keys)

    def __bool__(self):
        """Whether there is anything to write."""
        return bool(self._records)

    def write(
        self,
        losses: Dict[Any, float],
        step: int,
        extra_feeds: Optional[Dict[tf.Tensor, Any]] = None,
    ) -> None:
        """
        Write an event with the present values, and flush if the last time is long ago.

        Parameters
        ----------
        losses : dict
            The total loss under "loss", and losses of keys under these; what is not there
            is not written.
        step : int
            Number of the training step.
        extra_feeds : dict of tf.Tensor to ndarray, optional
            Values of tensors that summaries of the user's need.
        """
        if not self._records:
            return
        values = dict(losses)
        values.update(self._live())
        records = [r for r in self._records if r.given is None or r.source in values]
        feeds = dict(extra_feeds or {})
        feeds.update(
            (r.given, values[r.source]) for r in records if r.given is not None
        )
        if records:
            found = self._sim.sess.run([record.summary for record in records], feeds)
            # summaries in a row are, as protocol buffers, one with all their values
            self._sim.summary.add_summary(b"".join(found), step)
            if time.monotonic() - self._flushed_at >= FLUSH_SECONDS:
                self.flush()

    def _live(self):
        """Fetch parameters in one go; return the finite values of each that has some."""
        sources = [record.source for record in self._records]
        signals = [source for source in sources if isinstance(source, Signal)]
        if not signals:
            return {}
        found = zip(signals, self._sim.program.signal_values(signals))
        finite = {signal: value[np.isfinite(value)] for signal, value in found}
        return {signal: value for signal, value in finite.items() if value.size > 0}

    def flush(self) -> None:
        """Write all events to the file; the training does so when it ends."""
        if self._records:
            self._sim.summary.flush()
            self._flushed_at = time.monotonic()


def _as_list(summaries):
    if summaries is None:
        return []
    if isinstance(summaries, str) or not isinstance(summaries, Sequence):
        raise ValidationError(
            f"must be a list or tuple of what to record, but is {summaries!r}",
            attr="summaries",
        )
    return list(summaries)
