# SPDX-License-Identifier: MIT
"""The part of the simulator's interface that later releases fill."""

from nengo_dl.errors import UnavailableError

TRAINING = (
    "comes with the package nengodl-train ('pip install --upgrade nengodl-train'), which"
    " has no training yet in this release."
)
FILES = (
    "comes with a later release. Until then read parameters from Simulator.data, as the"
    " page 'Simulate a network' of the documentation shows under 'Saving parameters'."
)
BATCHES = (
    "comes with a later release. Until then use Simulator.run_steps(data=...), with a"
    " Simulator(minibatch_size=...) for several items."
)
GRAPH = (
    "comes with a later release. Until then see Simulator.program, whose graph is"
    " Simulator.program.graph."
)


class LaterInterface:
    """Methods and attributes that say when they come, and what to do until then."""

    summary = None  # what is written for TensorBoard: nothing yet

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

    def run_batch(self, *args, **kwargs):
        """
        Compute outputs of many items in minibatches; this comes with a later release.

        Parameters
        ----------
        *args, **kwargs : object
            Arguments of the run.
        """
        self._refuse("run_batch", BATCHES)

    def save_params(self, *args, **kwargs):
        """
        Write parameters to a file; this comes with a later release.

        Parameters
        ----------
        *args, **kwargs : object
            What to write, and where.
        """
        self._refuse("save_params", FILES)

    def load_params(self, *args, **kwargs):
        """
        Read parameters from a file; this comes with a later release.

        Parameters
        ----------
        *args, **kwargs : object
            What to read, and where.
        """
        self._refuse("load_params", FILES)

    def freeze_params(self, *args, **kwargs):
        """
        Write live parameters into the network's objects; this comes with a later release.

        Parameters
        ----------
        *args, **kwargs : object
            The objects.
        """
        self._refuse("freeze_params", FILES)

    def get_nengo_params(self, *args, **kwargs):
        """
        Give arguments that recreate objects; this comes with a later release.

        Parameters
        ----------
        *args, **kwargs : object
            The objects.
        """
        self._refuse("get_nengo_params", FILES)

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
