# SPDX-License-Identifier: MIT
"""How many digits a simulator recognizes."""

import numpy as np


def rate_accuracy(sim, net, images, labels):
    """
    Return the part of images that is recognized by rates, as in training.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        Simulator of the network.
    net : nengo.Network
        The network, as of `spiking_mnist`.
    images : numpy.ndarray, shape (items, height, width, 1)
        Images.
    labels : numpy.ndarray, shape (items,)
        Digits.

    Returns
    -------
    float
        From 0 to 1.
    """
    return float(accuracy(sim, net.inp, net.p, images, labels, 1, training=True)[0])


def spiking_accuracy(sim, net, images, labels, n_steps):
    """
    Return the part of images that is recognized by spikes, by presentation time.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        Simulator of the network.
    net : nengo.Network
        The network, as of `spiking_mnist`.
    images : numpy.ndarray, shape (items, height, width, 1)
        Images.
    labels : numpy.ndarray, shape (items,)
        Digits.
    n_steps : int
        How long images are shown.

    Returns
    -------
    numpy.ndarray, shape (n_steps,)
        From 0 to 1, behind each step.
    """
    return accuracy(sim, net.inp, net.p_filtered, images, labels, n_steps)


def accuracy(sim, node, probe, images, labels, n_steps, training=False):
    """
    Show images, and count those for which the output of their digit is the largest.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        Simulator of the network; its state stays as it is.
    node : nengo.Node
        What shows them.
    probe : nengo.Probe
        What has an output for each digit.
    images : numpy.ndarray, shape (items, height, width, 1)
        Images. Those that do not fill a minibatch are left out, with a warning.
    labels : numpy.ndarray, shape (items,)
        Digits.
    n_steps : int
        How long images are shown.
    training : bool, optional
        Whether neurons have rates in place of spikes.

    Returns
    -------
    numpy.ndarray, shape (n_steps,)
        Part of the images, from 0 to 1, behind each step.
    """
    flat = images.reshape((len(images), 1, -1))
    # no copy for each step
    shown = np.broadcast_to(flat, (len(flat), n_steps, flat.shape[2]))
    outputs = sim.run_batch(
        {node: shown}, {probe: None}, training=training, combine=np.concatenate
    )[probe]
    recognized = outputs.argmax(axis=2) == labels[: len(outputs), None]
    return recognized.mean(axis=0)
