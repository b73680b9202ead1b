# SPDX-License-Identifier: MIT
"""The two that are trained in turns, behind one small interface."""

import time

from ...networks.mnist import spiking_mnist
from .keras_model import make_keras_model
from .train import cross_entropy, make_optimizer, make_simulator, training_data


class OurTraining:
    """
    Our side: one call of `Simulator.train` is a round.

    Parameters
    ----------
    stack : list
        Layers, as of `mnist_stack`.
    images, labels : numpy.ndarray
        All images of a round.
    minibatch_size : int
        Number of images in one step.
    """

    def __init__(self, stack, images, labels, minibatch_size):
        self.net = spiking_mnist(stack, images.shape[1:])
        self.sim = make_simulator(self.net, minibatch_size)
        self.data = training_data(self.net, images, labels)
        self.optimizer = make_optimizer()
        self.loss = None

    def run(self):
        """Train once with each image, and return the seconds it took."""
        start = time.perf_counter()
        history = self.sim.train(
            self.data,
            self.optimizer,
            objective={self.net.p: cross_entropy},
            shuffle=False,
            progress_bar=False,
        )
        seconds = time.perf_counter() - start
        self.loss = history["loss"][-1]
        return seconds

    def close(self):
        """Free what the simulator holds."""
        self.sim.close()


class KerasTraining:
    """
    Keras's side: one call of ``Model.fit`` is a round.

    Parameters
    ----------
    stack : list
        Layers, as of `mnist_stack`.
    images, labels : numpy.ndarray
        All images of a round.
    minibatch_size : int
        Number of images in one step.
    """

    def __init__(self, stack, images, labels, minibatch_size):
        self.model = make_keras_model(stack, images.shape[1:], make_optimizer())
        self.data = images, labels
        self.minibatch_size = minibatch_size
        self.loss = None

    def run(self):
        """Train once with each image, and return the seconds it took."""
        start = time.perf_counter()
        history = self.model.fit(
            *self.data, batch_size=self.minibatch_size, shuffle=False, verbose=0
        )
        seconds = time.perf_counter() - start
        self.loss = history.history["loss"][-1]
        return seconds
