# SPDX-License-Identifier: MIT
"""Go on with a training that was interrupted."""

import contextlib
import os
from typing import Any, Union

import numpy as np

from nengodl_train.arguments import require
from nengodl_train.callbacks import Callback


class Resume(Callback):
    """
    Save a training before it and behind each epoch, and go on if it is begun again.

    The file has parameters, state of the optimizer, number of updates and of epochs, and
    how data is going to be shuffled: a training that was interrupted (by Ctrl-C, an error
    or the end of the process) and begun again with the same arguments ends as one that was
    not, bit for bit on the same machine. `n_epochs` counts the epochs of all attempts.

    Parameters
    ----------
    path : str or path-like
        The file, written whole or not at all. If it is there when training begins, the
        training goes on from it. It is `load_params`'s format.

    Examples
    --------
    >>> sim.train(data, optimizer, n_epochs=10, callbacks=[Resume("training.npz")])
    """

    def __init__(self, path: Union[str, "os.PathLike[str]"]):
        allowed = isinstance(path, (str, os.PathLike))
        require(allowed, self, "path", path, "the name of a file")
        self.path = os.fspath(path)

    def on_train_begin(self, training: Any) -> None:
        """
        Load the file if it is there, or else write it.

        Parameters
        ----------
        training : Training
            What begins.
        """
        if not os.path.exists(self.path):
            # an interrupt may come before the first epoch has ended
            self._save(training)
            return
        with self._attached(training):
            training.sim.load_params(self.path)

    def on_epoch_end(self, training: Any, losses: Any) -> None:
        """
        Write the file.

        Parameters
        ----------
        training : Training
            What goes on.
        losses : dict
            Not used.
        """
        self._save(training)

    def _save(self, training):
        with self._attached(training):
            training.sim.save_params(self.path)

    @contextlib.contextmanager
    def _attached(self, training):
        """Let epoch and order be saved and loaded with parameters, in this file only."""
        program = training.sim.program
        values = {
            "training/epoch": _Epoch(training),
            "training/order": _Order(training.sim.rng),
        }
        for name, value in values.items():
            # of another training, if the user has loaded its file
            program.attached.waiting.pop(name, None)
            program.attached.add(program.sess, name, value)
        try:
            yield
        finally:
            for name in values:
                program.attached.present.pop(name, None)


class _Epoch:
    """The number of finished epochs, for whoever saves and loads it."""

    def __init__(self, training):
        self._training = training

    def value(self, sess):
        return np.array(self._training.epoch, np.int64)

    def load(self, sess, value):
        self._training.epoch = int(value)


class _Order:
    """The state of a random generator, for whoever saves and loads it."""

    def __init__(self, rng):
        self._rng = rng

    def value(self, sess):
        _, keys, position, _, _ = self._rng.get_state()
        return np.append(np.asarray(keys, np.int64), position)

    def load(self, sess, value):
        keys = value[:-1].astype(np.uint32)
        self._rng.set_state(("MT19937", keys, int(value[-1])))
