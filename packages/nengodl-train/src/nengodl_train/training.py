# SPDX-License-Identifier: MIT
"""The loop over epochs and minibatches."""

import contextlib
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
from nengo_dl.extend.training import interrupts_held

from nengodl_train.callbacks import Callback
from nengodl_train.program.program import Options
from nengodl_train.program.state import Piece


class Training:
    """
    A training while it goes on, as callbacks see it.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator.
    n_epochs : int
        How often to go through the data.
    callbacks : sequence of Callback
        Are told what happens.

    Attributes
    ----------
    epoch : int
        Number of epochs that are finished.
    minibatch : int
        Number of updates in the present epoch.
    history : dict of object to list of float
        For each key of the objective, and "loss" for the sum, the mean of each epoch.
    stopped : str or None
        Why the training ends before its last epoch.
    """

    def __init__(self, sim: Any, n_epochs: int, callbacks: Sequence[Callback] = ()):
        self.sim = sim
        self.n_epochs = n_epochs
        self.epoch = 0
        self.minibatch = 0
        self.history: Dict[Any, List[float]] = {}
        self.stopped: Optional[str] = None
        self._callbacks = list(callbacks)

    def stop(self, reason: str = "a callback asked for it") -> None:
        """
        End the training behind the present minibatch.

        Parameters
        ----------
        reason : str, optional
            Why.
        """
        self.stopped = reason

    def tell(self, event: str, *arguments: Any) -> None:
        """Call a method of all callbacks."""
        for callback in self._callbacks:
            getattr(callback, event)(self, *arguments)

    def run(self, source: Any, update: Any, bar: Any) -> None:
        """
        Go through all epochs.

        Parameters
        ----------
        source : Source
            The data.
        update : callable
            Function from the steps of a minibatch before a piece, and the piece, to losses.
        bar : ProgressBar
            Shows how it gets on.
        """
        try:
            self.tell("on_train_begin")
            while self.epoch < self.n_epochs and self.stopped is None:
                self._run_epoch(source, update, bar)
        finally:
            self.tell("on_train_end")

    def _run_epoch(self, source, update, bar):
        self.minibatch, found = 0, []
        self.tell("on_epoch_begin")
        with contextlib.closing(source.epoch()) as pieces:
            for offset, piece in pieces:
                losses = update(offset, piece)
                self.minibatch += 1
                found.append(losses)
                bar.step(**({"loss": losses["loss"]} if losses else {}))
                self.tell("on_minibatch_end", losses)
                if self.stopped is not None:
                    return  # this epoch is not finished
        self.epoch += 1
        means = {key: float(np.mean([one[key] for one in found])) for key in found[0]}
        for key, value in means.items():
            self.history.setdefault(key, []).append(value)
        self.tell("on_epoch_end", means)


class Updater:
    """
    Runs updates, piece after piece.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator.
    state : TrainingState
        Programs and optimizers.
    objective : Objective
        What is made small.
    learner : Learner
        How.
    truncation, segment : int or None
        Steps in one piece, and between two saved states.
    extra_feeds : dict or None
        Values of tensors of the user's.
    trace : Trace or None
        Takes down what TensorFlow does.
    summaries : Summaries
        Are written behind each update.
    """

    def __init__(
        self,
        sim,
        state,
        objective,
        learner,
        truncation,
        segment,
        extra_feeds,
        trace,
        summaries,
    ):
        self._sim = sim
        self._state = state
        self._chosen = objective, learner
        self._truncation = truncation
        self._segment = segment
        self._extra_feeds = extra_feeds
        self._trace = trace
        self._summaries = summaries
        self.before_first: Any = lambda program: None

    def __call__(self, offset: int, data: Any) -> Dict[Any, float]:
        """Run one update; nothing interrupts it halfway."""
        n_steps = data if isinstance(data, int) else next(iter(data.values())).shape[1]
        rest = offset > 0 and n_steps < self._truncation
        options = Options(
            n_steps,
            self._carries(offset, n_steps),
            self._segment,
            self._truncation if rest else None,
        )
        piece = Piece(data, offset, offset == 0, self._extra_feeds, self._trace)
        if offset == 0:
            self._sim.program.host.inner.restart()
        self.before_first(self._state.program(*self._chosen, options).program)
        self.before_first = lambda program: None
        with interrupts_held():
            losses = self._state.update(*self._chosen, options, piece)
            if self._summaries:
                self._summaries.write(losses, self._state.count(), self._extra_feeds)
        return losses

    def _carries(self, offset, n_steps):
        """Whether the state is stored: every piece may be followed by another one."""
        return self._truncation is not None and (
            offset > 0 or n_steps == self._truncation
        )
