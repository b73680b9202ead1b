# SPDX-License-Identifier: MIT
"""What is done during a training beside the training itself."""

import os
import shutil
import tempfile
import weakref
from typing import Any, Dict, Optional, Union

from nengodl_train.arguments import is_integer, require
from nengodl_train.monitor import Monitor, Monitored

__all__ = ["BestParameters", "Callback", "EarlyStopping"]


class Callback:
    """
    Base class of what is done at certain times of a training.

    A subclass overrides the methods that it needs; here they do nothing. Each of them gets
    the training, an object with these attributes:

    ==============  =====================================================================
    ``sim``         the simulator that is trained
    ``epoch``       how many epochs are finished
    ``n_epochs``    how many there will be
    ``minibatch``   how many minibatches of this epoch are done
    ``history``     the losses of all finished epochs: a dict of lists with one number for
                    each epoch, under the key ``"loss"`` the total
    ``stop``        a method: after ``stop(reason)`` training ends behind the present
                    minibatch
    ==============  =====================================================================

    Losses are a dict of numbers: the total under ``"loss"``, and the value of each
    objective under its key, a probe or a tuple of probes.
    """

    def on_train_begin(self, training: Any):
        """
        Act before the first epoch.

        Parameters
        ----------
        training : Training
            The training.
        """

    def on_epoch_begin(self, training: Any):
        """
        Act before the first minibatch of an epoch.

        Parameters
        ----------
        training : Training
            The training.
        """

    def on_minibatch_end(self, training: Any, losses: Dict[Any, float]):
        """
        Act after the update that follows from a minibatch.

        Parameters
        ----------
        training : Training
            The training.
        losses : dict of object to float
            Losses of this minibatch.
        """

    def on_epoch_end(self, training: Any, losses: Dict[Any, float]):
        """
        Act after the last minibatch of an epoch.

        Parameters
        ----------
        training : Training
            The training; its ``epoch`` counts the epoch that ended.
        losses : dict of object to float
            Means of the losses over the minibatches of this epoch.
        """

    def on_train_end(self, training: Any):
        """
        Act after the training, also after one that failed or was stopped.

        Parameters
        ----------
        training : Training
            The training.
        """


class _Monitoring(Callback):
    """Callback that knows which epoch was the best."""

    def __init__(self, monitor, mode, min_delta, baseline=None):
        self._monitor = Monitor(self, monitor, mode, min_delta, baseline)

    @property
    def best(self) -> Optional[float]:
        """The best value so far, None if there is none."""
        return self._monitor.best

    @property
    def best_epoch(self) -> Optional[int]:
        """The epoch of the best value, the first being 1; None if there is none."""
        return self._monitor.best_epoch


class EarlyStopping(_Monitoring):
    """
    Callback that ends a training that makes no more progress.

    Parameters
    ----------
    monitor : str or Probe or tuple of Probe or callable, optional
        What to look at: the key of a loss, or a function of the simulator that is called
        at the end of each epoch and returns a number, such as
        ``lambda sim: sim.loss(validation_data)``.
    patience : int, optional
        How many epochs in a row may bring no improvement: 0 ends the training after the
        first one, 1 after two of them.
    min_delta : float, optional
        By how much a value has to be better than the best one to be an improvement.
    mode : {"min", "max"}, optional
        Whether small or large values are good.
    restore_best : bool, optional
        Whether the simulator gets the parameters of the best epoch back at the end, with
        all else that `Simulator.save_params` writes. Until then they are kept in a
        temporary file. They stay as they are if no epoch was an improvement.
    baseline : float, optional
        A value that is already known, such as the loss before the training: what is not
        better than that is no improvement. By default the first epoch is one.

    Raises
    ------
    nengo.exceptions.ValidationError
        If an argument is none of these; at the end of the first epoch, if there is no loss
        of that key, or if the function does not return a number.

    Notes
    -----
    NaN never is an improvement. Each training starts afresh.
    """

    def __init__(
        self,
        monitor: Monitored = "loss",
        patience: int = 0,
        min_delta: float = 0.0,
        mode: str = "min",
        restore_best: bool = False,
        baseline: Optional[float] = None,
    ):
        super().__init__(monitor, mode, min_delta, baseline)
        allowed = is_integer(patience) and patience >= 0
        require(allowed, self, "patience", patience, "an integer, 0 or larger")
        allowed = isinstance(restore_best, bool)
        require(allowed, self, "restore_best", restore_best, "True or False")
        self._patience = patience
        self._kept = _Kept() if restore_best else None
        self._waited = 0

    def on_train_begin(self, training: Any):
        """
        Forget earlier trainings.

        Parameters
        ----------
        training : Training
            The training.
        """
        self._monitor.restart()
        self._waited = 0
        if self._kept is not None:
            self._kept.remove()

    def on_epoch_end(self, training: Any, losses: Dict[Any, float]):
        """
        Keep the parameters if they are the best, or end the training.

        Parameters
        ----------
        training : Training
            The training.
        losses : dict of object to float
            Losses of the epoch.
        """
        if not self._monitor.improved(training, losses):
            self._wait(training)
            return
        self._waited = 0
        if self._kept is not None:
            self._kept.save(training.sim)

    def _wait(self, training):
        self._waited += 1
        if self._waited > self._patience:
            best = "it never did"
            if self.best is not None:
                best = f"the best value was {self.best:g} in epoch {self.best_epoch}"
            training.stop(
                f"{self._monitor} has not improved in {self._waited} epoch(s): {best}"
            )

    def on_train_end(self, training: Any):
        """
        Give the simulator the best parameters.

        Parameters
        ----------
        training : Training
            The training.
        """
        if self._kept is not None:
            try:
                self._kept.load(training.sim)
            finally:
                self._kept.remove()


class _Kept:
    """Parameters in a temporary file, which goes at the latest with this object."""

    def __init__(self):
        self._folder = self._remove = None

    def save(self, sim):
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="nengodl-")
            self._remove = weakref.finalize(self, shutil.rmtree, self._folder, True)
        sim.save_params(self._path())

    def load(self, sim):
        # not there if saving failed
        if self._folder is not None and os.path.exists(self._path()):
            sim.load_params(self._path())

    def remove(self):
        if self._folder is not None:
            self._remove()
            self._folder = None

    def _path(self):
        return os.path.join(self._folder, "best.npz")


class BestParameters(_Monitoring):
    """
    Callback that saves the parameters of the best epoch to a file.

    Parameters
    ----------
    path : str or path-like
        The file, in a folder that exists. It is replaced by each improvement, the first of
        which is the first epoch that is not NaN.
    monitor : str or Probe or tuple of Probe or callable, optional
        What to look at, as in `EarlyStopping`.
    mode : {"min", "max"}, optional
        Whether small or large values are good.
    min_delta : float, optional
        By how much a value has to be better than the best one to be an improvement.

    Raises
    ------
    nengo.exceptions.ValidationError
        If an argument is none of these; at the begin of the training, if there is no such
        folder; at the end of the first epoch, if there is no loss of that key, or if the
        function does not return a number.

    See Also
    --------
    nengo_dl.Simulator.load_params : Read the file.

    Notes
    -----
    The best value stays in mind from one training to the next, so that in several
    trainings with one object the file holds the best parameters of all of them.
    """

    def __init__(
        self,
        path: Union[str, "os.PathLike[str]"],
        monitor: Monitored = "loss",
        mode: str = "min",
        min_delta: float = 0.0,
    ):
        super().__init__(monitor, mode, min_delta)
        allowed = isinstance(path, (str, os.PathLike))
        require(allowed, self, "path", path, "the name of a file")
        self.path = os.fspath(path)

    def on_train_begin(self, training: Any):
        """
        Check that there is a folder for the file.

        Parameters
        ----------
        training : Training
            The training.
        """
        folder = os.path.dirname(os.path.abspath(self.path))
        require(
            os.path.isdir(folder),
            self,
            "path",
            self.path,
            f"a file in a folder that exists (make {folder!r} first)",
        )

    def on_epoch_end(self, training: Any, losses: Dict[Any, float]):
        """
        Save the parameters if they are the best.

        Parameters
        ----------
        training : Training
            The training.
        losses : dict of object to float
            Losses of the epoch.
        """
        if self._monitor.improved(training, losses):
            training.sim.save_params(self.path)
