# SPDX-License-Identifier: MIT
"""Train with rates, then show images to spiking neurons."""

import dataclasses
import time
from typing import Tuple

from ...errors import InvalidOption
from ...measure.result import require_positive
from ...networks.mnist import mnist_stack, spiking_mnist
from .evaluate import rate_accuracy, spiking_accuracy
from .train import cross_entropy, make_optimizer, make_simulator, training_data


@dataclasses.dataclass(frozen=True)
class MnistResult:
    """
    What came out.

    Attributes
    ----------
    n_train, n_test : int
        Numbers of images.
    n_epochs, minibatch_size : int
        How it was trained.
    losses : tuple of float
        Mean loss of each epoch.
    train_seconds : float
        Seconds of training, with the time to compile.
    untrained_accuracy, rate_accuracy : float
        Part of the test images recognized by rates, before and after training.
    spiking_accuracies : tuple of float
        The same by spikes, behind each step of the presentation.
    """

    n_train: int
    n_test: int
    n_epochs: int
    minibatch_size: int
    losses: Tuple[float, ...]
    train_seconds: float
    untrained_accuracy: float
    rate_accuracy: float
    spiking_accuracies: Tuple[float, ...]

    @property
    def lost(self):
        """Percentage points of accuracy that spikes lose, at the last step."""
        return 100 * (self.rate_accuracy - self.spiking_accuracies[-1])

    def summary(self):
        """Return the findings as text."""
        return (
            f"Recognized of {self.n_test} test images: {100 * self.rate_accuracy:.2f} % by"
            f" rates, {100 * self.spiking_accuracies[-1]:.2f} % by spikes after"
            f" {len(self.spiking_accuracies)} ms, {self.lost:.2f} points less.\n"
            f"Trained with {self.n_train} images for {self.n_epochs} epochs in"
            f" {self.train_seconds:.0f} s."
        )


def run_mnist(
    digits,
    n_epochs=15,
    minibatch_size=200,
    n_steps=50,
    learning_rate=0.001,
    stack=None,
    say=print,
):
    """
    Train the network with rates, and test it with rates and with spikes.

    Parameters
    ----------
    digits : Digits
        The images.
    n_epochs : int, optional
        How often to go through the images.
    minibatch_size : int, optional
        Number of images at a time.
    n_steps : int, optional
        How long each image is shown to spiking neurons, in milliseconds.
    learning_rate : float, optional
        Size of the optimizer's steps.
    stack : list, optional
        Layers; those of `mnist_stack` by default.
    say : callable, optional
        Function that shows a line of text.

    Returns
    -------
    MnistResult
        What came out.

    Raises
    ------
    InvalidOption
        If a number is not positive, or there are fewer images than in a minibatch.
    """
    check_numbers(digits, n_epochs, minibatch_size, n_steps)
    net = spiking_mnist(mnist_stack() if stack is None else stack, digits.shape)
    test = digits.test_images, digits.test_labels
    with make_simulator(net, minibatch_size) as sim:
        untrained = rate_accuracy(sim, net, *test)
        say(f"Rates, before training: {100 * untrained:.2f} % of the test images")
        start = time.perf_counter()
        losses = train(sim, net, digits, n_epochs, learning_rate, say)
        seconds = time.perf_counter() - start
        rates = rate_accuracy(sim, net, *test)
        say(f"Rates, after training:  {100 * rates:.2f} %")
        spikes = spiking_accuracy(sim, net, *test, n_steps=n_steps)
    for step in reported(n_steps):
        say(f"Spikes, {step:3d} ms:         {100 * spikes[step - 1]:.2f} %")
    return MnistResult(
        n_train=len(digits.train_images),
        n_test=len(digits.test_images),
        n_epochs=n_epochs,
        minibatch_size=minibatch_size,
        losses=tuple(losses),
        train_seconds=seconds,
        untrained_accuracy=untrained,
        rate_accuracy=rates,
        spiking_accuracies=tuple(spikes.tolist()),
    )


def train(sim, net, digits, n_epochs, learning_rate, say):
    """
    Train, and tell the loss of each epoch.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        Simulator of the network.
    net : nengo.Network
        The network, as of `spiking_mnist`.
    digits : Digits
        The images.
    n_epochs : int
        How often to go through the images.
    learning_rate : float
        Size of the optimizer's steps.
    say : callable
        Function that shows a line of text.

    Returns
    -------
    list of float
        The losses.
    """
    data = training_data(net, digits.train_images, digits.train_labels)
    optimizer, losses = make_optimizer(learning_rate), []
    for epoch in range(n_epochs):
        history = sim.train(
            data,
            optimizer,
            objective={net.p: cross_entropy},
            progress_bar=False,
        )
        losses += history["loss"]
        say(f"Epoch {epoch + 1:2d} of {n_epochs}: loss {losses[-1]:.4f}")
    return losses


def check_numbers(digits, n_epochs, minibatch_size, n_steps):
    """
    Refuse what cannot be run, before anything is.

    Parameters
    ----------
    digits : Digits
        The images.
    n_epochs, minibatch_size, n_steps : int
        See `run_mnist`.
    """
    require_positive("epochs", n_epochs)
    require_positive("minibatch_size", minibatch_size)
    require_positive("steps", n_steps)
    fewest = min(len(digits.train_images), len(digits.test_images))
    if fewest < minibatch_size:
        raise InvalidOption(
            f"minibatch_size must be at most the number of images, which is"
            f" {len(digits.train_images)} to train and {len(digits.test_images)} to test;"
            f" got {minibatch_size}."
        )


def reported(n_steps):
    """
    Choose the presentation times to tell.

    Parameters
    ----------
    n_steps : int
        Length of the presentation.

    Returns
    -------
    list of int
        Every fifth step, and the last.
    """
    return sorted(set(range(5, n_steps, 5)) | {n_steps})
