# SPDX-License-Identifier: MIT
"""The part of the simulator that nengodl-train gives."""

from nengo_dl.errors import UnavailableError


class TrainingInterface:
    """Methods of a simulator that say how to get training."""

    def train(self, *args, **kwargs):
        """
        Train the parameters; this comes with the package nengodl-train.

        Parameters
        ----------
        *args, **kwargs : object
            Arguments of the training.
        """
        self._need_training("train")

    def loss(self, *args, **kwargs):
        """
        Compute an objective; this comes with the package nengodl-train.

        Parameters
        ----------
        *args, **kwargs : object
            Arguments of the objective.
        """
        self._need_training("loss")

    def check_gradients(self, *args, **kwargs):
        """
        Compare gradients with differences; this comes with the package nengodl-train.

        Parameters
        ----------
        *args, **kwargs : object
            Arguments of the comparison.
        """
        self._need_training("check_gradients")

    def _need_training(self, method):
        self._require_open(method)
        raise UnavailableError(
            f"Simulator.{method} comes with the package nengodl-train ('pip install"
            " --upgrade nengodl-train'), which has no training yet in this release."
        )
