# SPDX-License-Identifier: MIT
"""The part of the simulator's interface that later releases fill."""

from nengo_dl.errors import UnavailableError

TRAINING = (
    "comes with the package nengodl-train ('pip install --upgrade nengodl-train'), which"
    " has no training yet in this release."
)
GRAPH = (
    "comes with a later release. Until then see Simulator.program, whose graph is"
    " Simulator.program.graph."
)


class LaterInterface:
    """Methods and attributes that say when they come, and what to do until then."""

    def train(self, *args, **kwargs):
        """
        Train the parameters; this comes with the package nengodl-train.

        Parameters
        ----------
        *args, **kwargs : object
            Arguments of the training.
        """
        self._refuse("train", TRAINING)

    def loss(self, *args, **kwargs):
        """
        Compute an objective; this comes with the package nengodl-train.

        Parameters
        ----------
        *args, **kwargs : object
            Arguments of the objective.
        """
        self._refuse("loss", TRAINING)

    def check_gradients(self, *args, **kwargs):
        """
        Compare gradients with differences; this comes with the package nengodl-train.

        Parameters
        ----------
        *args, **kwargs : object
            Arguments of the comparison.
        """
        self._refuse("check_gradients", TRAINING)

    @property
    def training_step(self):
        """
        Count updates of the training; this comes with the package nengodl-train.

        Returns
        -------
        tf.Variable
            The number of updates.
        """
        raise UnavailableError(f"Simulator.training_step {TRAINING}")

    @property
    def tensor_graph(self):
        """
        Give access to the graph under construction; this comes with a later release.

        Returns
        -------
        object
            The graph.
        """
        raise UnavailableError(f"Simulator.tensor_graph {GRAPH}")

    def _refuse(self, method, reason):
        self._require_open(method)
        raise UnavailableError(f"Simulator.{method} {reason}")
