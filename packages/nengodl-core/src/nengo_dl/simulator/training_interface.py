# SPDX-License-Identifier: MIT
"""The part of the simulator's interface that nengodl-train carries out."""

from typing import Any, Callable, Dict, List, Optional, Sequence, Union

import numpy as np

from nengo_dl.installation import import_sibling


class TrainingInterface:
    """Methods that train the parameters; they need the package nengodl-train."""

    def train(
        self,
        data: Any,
        optimizer: Any,
        n_epochs: int = 1,
        objective: Optional[Dict[Any, Optional[Callable]]] = None,
        shuffle: bool = True,
        truncation: Optional[int] = None,
        summaries: Optional[Sequence[Any]] = None,
        profile: Union[bool, str] = False,
        extra_feeds: Optional[dict] = None,
        progress_bar: bool = True,
        checkpoint_steps: Optional[int] = None,
        callbacks: Sequence[Any] = (),
    ) -> Dict[Any, List[float]]:
        """
        Change the trainable parameters such that an objective gets smaller.

        Forward pass through time, objective, backward pass and the optimizer's update are
        one compiled call for each minibatch. Each minibatch starts from the initial state;
        state, time and probe data of the simulator stay as they are. Spiking neurons are
        replaced by their rates, see the settings `lif_smoothing` and `surrogate`.

        Parameters
        ----------
        data : dict or int or stream of dict
            Inputs of nodes and targets of probes, arrays of shape (items, steps, size), as
            for `run_batch`; or a number of steps, for one minibatch in each epoch; or a
            stream of such dicts: a ``tf.data.Dataset``, a Keras Sequence, an iterable, or
            a function without arguments that returns an iterator. Keys of streams may be
            labels.
        optimizer : tf.compat.v1.train.Optimizer or keras.optimizers.Optimizer
            How parameters are updated (of Keras 3, where that is installed). What it keeps
            goes on in later calls with the same one.
        n_epochs : int, optional
            How often to go through the data.
        objective : dict of Probe or tuple of Probe to callable or None, optional
            What is made small: for each probe a function of its output, a tensor of shape
            (minibatch_size, steps, size), or of that and a target. For a tuple both are
            tuples. Results are summed up. None means that the data for the probe is the
            gradient by its output. The default is `nengo_dl.objectives.mse` for all
            probes in `data`.
        shuffle : bool, optional
            Whether items come in random order, by `Simulator.rng`; streams have their own.
        truncation : int, optional
            Number of steps in one piece: state flows from piece to piece of a minibatch,
            gradients do not, and each piece has an update of its own.
        summaries : sequence, optional
            What to record for TensorBoard: "loss", Connections (weights), Ensembles
            (encoders), Neurons (biases), and summary tensors of the user's.
        profile : bool or str, optional
            See `run_steps`.
        extra_feeds : dict of tf.Tensor to ndarray, optional
            Values of further tensors of the simulator's graph.
        progress_bar : bool, optional
            Whether to show how the training gets on.
        checkpoint_steps : int, optional
            Keep the state only every so many steps, and compute the steps between again
            for the gradient. The memory that a long run needs is least for about the
            square root of its number of steps, and grows with that only.
        callbacks : sequence of nengodl_train.callbacks.Callback, optional
            Are told what happens, and can stop the training.

        Returns
        -------
        dict of object to list of float
            For "loss", the sum, and for each key of the objective, its mean over each
            epoch. Empty where all of the objective is None.

        Raises
        ------
        DataError
            If `data` does not fit the network or the objective.
        ValidationError
            If another argument is wrong, or nothing is trainable.
        MissingPackageError
            If nengodl-train is not installed.

        See Also
        --------
        loss : Compute an objective.
        save_params : Keep what was learned.

        Examples
        --------
        >>> with nengo_dl.Simulator(network, minibatch_size=10) as sim:
        ...     sim.train(
        ...         {node: inputs, probe: targets},
        ...         tf.compat.v1.train.AdamOptimizer(0.01),
        ...         n_epochs=5,
        ...     )
        """
        self._require_open("be trained")
        return _package("Simulator.train").train(
            self,
            data,
            optimizer,
            n_epochs,
            objective,
            shuffle,
            truncation,
            summaries,
            profile,
            extra_feeds,
            progress_bar,
            checkpoint_steps,
            callbacks,
        )

    def loss(
        self,
        data: Any,
        objective: Optional[Dict[Any, Callable]] = None,
        combine: Callable = np.mean,
        extra_feeds: Optional[dict] = None,
        progress_bar: bool = True,
        training: bool = False,
    ) -> Any:
        """
        Compute an objective, without changing anything.

        Parameters
        ----------
        data : dict or int
            As for `train`, without streams.
        objective : dict of Probe or tuple of Probe to callable, optional
            As for `train`. Here results are not summed over their elements.
        combine : callable, optional
            Joins the list of values of all minibatches.
        extra_feeds : dict of tf.Tensor to ndarray, optional
            Values of further tensors of the simulator's graph.
        progress_bar : bool, optional
            Whether to show how it gets on.
        training : bool, optional
            Whether to compute as in training: with rates in place of spikes.

        Returns
        -------
        float
            The combined value, summed over objectives.

        Raises
        ------
        DataError
            If `data` does not fit the network or the objective.
        ValidationError
            If another argument is wrong.
        MissingPackageError
            If nengodl-train is not installed.

        Examples
        --------
        >>> with nengo_dl.Simulator(network) as sim:
        ...     error = sim.loss({node: inputs, probe: targets})
        """
        self._require_open("compute a loss")
        return _package("Simulator.loss").loss(
            self, data, objective, combine, extra_feeds, progress_bar, training
        )

    def check_gradients(
        self,
        outputs: Optional[Any] = None,
        atol: float = 1e-5,
        rtol: float = 1e-3,
    ) -> None:
        """
        Compare gradients with differences.

        In training mode, from zero input, over twice as many steps as are unrolled; state
        is set back, as `soft_reset` does.

        Parameters
        ----------
        outputs : Probe or list of Probe, optional
            What to differentiate, by all input nodes; all probes by default.
        atol, rtol : float, optional
            Gradients must differ by less than ``atol + rtol * abs(difference)``.

        Raises
        ------
        SimulationError
            If they differ by more, or one of them is not a number; names input and output.
        ValidationError
            If an argument is wrong, or the network is for inference only.
        MissingPackageError
            If nengodl-train is not installed.

        Examples
        --------
        >>> with nengo_dl.Simulator(network) as sim:
        ...     sim.check_gradients()
        """
        self._require_open("check gradients")
        _package("Simulator.check_gradients").check_gradients(self, outputs, atol, rtol)

    @property
    def training_step(self):
        """
        Number of updates by training, for learning rates that follow it.

        Returns
        -------
        tf.Variable or None
            The graph's global step (int64); None with ``inference_only``.
        """
        self._require_open("give its training step")
        if self._inference_only:
            return None
        return _package("Simulator.training_step").training_step(self)


def _package(purpose):
    return import_sibling("nengodl_train.interface", "nengodl-train", purpose)
