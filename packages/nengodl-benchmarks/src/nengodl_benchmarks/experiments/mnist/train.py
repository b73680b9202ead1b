# SPDX-License-Identifier: MIT
"""Training by the rates of the neurons."""

import warnings

import numpy as np


def cross_entropy(outputs, targets):
    """
    Compute the mean cross entropy of softmax at the last step.

    Parameters
    ----------
    outputs, targets : tf.Tensor, shape (minibatch, steps, classes)
        Output of the network, and the wanted probabilities.

    Returns
    -------
    tf.Tensor
        One value.
    """
    import tensorflow as tf

    return tf.reduce_mean(
        tf.nn.softmax_cross_entropy_with_logits(
            labels=targets[:, -1], logits=outputs[:, -1]
        )
    )


def make_optimizer(learning_rate=0.001):
    """
    Make the optimizer RMSProp.

    Parameters
    ----------
    learning_rate : float, optional
        Size of its steps.

    Returns
    -------
    keras.optimizers.Optimizer or tf.compat.v1.train.Optimizer
        That of Keras 3, else that of TensorFlow 1.
    """
    import tensorflow as tf

    if has_keras_3():
        return tf.keras.optimizers.RMSprop(learning_rate)
    return tf.compat.v1.train.RMSPropOptimizer(learning_rate)


def has_keras_3():
    """Return whether TensorFlow comes with Keras 3."""
    import tensorflow as tf

    return hasattr(tf.keras.layers.Layer, "stateless_call")


def training_data(net, images, labels):
    """
    Bring images and labels into the form that `Simulator.train` takes.

    Parameters
    ----------
    net : nengo.Network
        The network, as of `spiking_mnist`.
    images : numpy.ndarray, shape (items, height, width, 1)
        Images.
    labels : numpy.ndarray, shape (items,)
        Digits.

    Returns
    -------
    dict of Node or Probe to numpy.ndarray, shape (items, 1, size)
        One step of input, and the wanted output.
    """
    wanted = np.eye(net.p.size_in, dtype=np.float32)[labels]
    return {net.inp: images.reshape((len(images), 1, -1)), net.p: wanted[:, None]}


def make_simulator(net, minibatch_size):
    """
    Make a simulator without the warning that there is no GPU.

    Parameters
    ----------
    net : nengo.Network
        The network.
    minibatch_size : int
        Number of items at a time.

    Returns
    -------
    nengo_dl.Simulator
        The simulator.
    """
    import nengo_dl.errors  # imports TensorFlow

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nengo_dl.errors.NoGPUWarning)
        return nengo_dl.Simulator(
            net, minibatch_size=minibatch_size, seed=0, progress_bar=False
        )
