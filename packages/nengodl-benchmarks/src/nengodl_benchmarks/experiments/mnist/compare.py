# SPDX-License-Identifier: MIT
"""Time of a training step, against the same network as a plain Keras model."""

import dataclasses
from typing import Tuple

import numpy as np

from ...errors import InvalidOption
from ...measure.compare import take_turns
from ...measure.result import require_positive
from ...networks.mnist import mnist_stack
from .sides import KerasTraining, OurTraining
from .train import has_keras_3


@dataclasses.dataclass(frozen=True)
class TrainingTimes:
    """
    How long training steps took.

    Attributes
    ----------
    keras_ms, ours_ms : float
        Median of the rounds, in milliseconds for a minibatch.
    ratio, ratio_low, ratio_high : float
        Median and quartiles of the quotient of the rounds, ours by Keras's.
    keras_rounds_ms, ours_rounds_ms : tuple of float
        Each round.
    keras_loss, ours_loss : float
        Loss behind the warm-up, by the same minibatches from the same weights.
    keras_compiled : bool
        Whether Keras, by its default, compiles its training step with XLA.
    minibatch_size, minibatches : int
        Size of a minibatch, and their number in a round.
    """

    keras_ms: float
    ours_ms: float
    ratio: float
    ratio_low: float
    ratio_high: float
    keras_rounds_ms: Tuple[float, ...]
    ours_rounds_ms: Tuple[float, ...]
    keras_loss: float
    ours_loss: float
    keras_compiled: bool
    minibatch_size: int
    minibatches: int

    def summary(self):
        """Return the findings as text."""
        return SUMMARY.format(
            self,
            rounds=len(self.ours_rounds_ms),
            xla="with" if self.keras_compiled else "without",
        )


SUMMARY = """\
Training step of {0.minibatch_size} images, median of {rounds} rounds in turns:
  Keras    {0.keras_ms:.0f} ms ({xla} XLA, which is its choice on this machine)
  nengo_dl {0.ours_ms:.0f} ms, {0.ratio:.2f} times Keras's \
(quartiles {0.ratio_low:.2f}-{0.ratio_high:.2f})"""


def compare_training(digits, minibatch_size=200, minibatches=10, rounds=7, stack=None):
    """
    Train our network and Keras's model in turns, from equal weights.

    Parameters
    ----------
    digits : Digits
        Images to train with.
    minibatch_size : int, optional
        Number of images in one step.
    minibatches : int, optional
        Number of steps in one round.
    rounds : int, optional
        How often each of them is timed, after a round that compiles.
    stack : list, optional
        Layers; those of `mnist_stack` by default. Training changes their weights.

    Returns
    -------
    TrainingTimes
        What was measured.

    Raises
    ------
    InvalidOption
        If there is no Keras 3, or there are too few images.
    """
    for name, number in (("minibatches", minibatches), ("rounds", rounds)):
        require_positive(name, number)
    if not has_keras_3():
        raise InvalidOption(
            "The comparison needs Keras 3, so that both have the same optimizer; install"
            " TensorFlow 2.16 or later, or leave '--compare' out."
        )
    n = minibatch_size * minibatches
    require_images(digits, n)
    images, labels = digits.train_images[:n], digits.train_labels[:n]
    stack = mnist_stack() if stack is None else stack
    # ours first: it copies the initial weights, and Keras trains those themselves
    ours = OurTraining(stack, images, labels, minibatch_size)
    try:
        keras = KerasTraining(stack, images, labels, minibatch_size)
        sides = keras, ours
        losses = [side.run() and side.loss for side in sides]
        seconds = take_turns(sides, rounds)
    finally:
        ours.close()
    per_step = seconds * 1000 / minibatches
    low, ratio, high = np.percentile(per_step[1] / per_step[0], [25, 50, 75])
    return TrainingTimes(
        keras_ms=float(np.median(per_step[0])),
        ours_ms=float(np.median(per_step[1])),
        ratio=float(ratio),
        ratio_low=float(low),
        ratio_high=float(high),
        keras_rounds_ms=tuple(per_step[0].tolist()),
        ours_rounds_ms=tuple(per_step[1].tolist()),
        keras_loss=losses[0],
        ours_loss=losses[1],
        keras_compiled=bool(keras.model.jit_compile),
        minibatch_size=minibatch_size,
        minibatches=minibatches,
    )


def require_images(digits, n):
    """
    Refuse to train with fewer images than there are.

    Parameters
    ----------
    digits : Digits
        The images.
    n : int
        Number of images that are needed.

    Raises
    ------
    InvalidOption
        If there are fewer.
    """
    if len(digits.train_images) < n:
        raise InvalidOption(
            f"The comparison needs {n} images to train with, minibatches times their size;"
            f" there are {len(digits.train_images)}."
        )
