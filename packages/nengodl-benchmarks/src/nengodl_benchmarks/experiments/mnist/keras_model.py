# SPDX-License-Identifier: MIT
"""The same network as a plain Keras model, with rates."""

import nengo

from ...networks.mnist import INTERCEPT, MAX_RATE


def rate_function(neurons, max_rate=MAX_RATE, intercept=INTERCEPT):
    """
    Make the activation function that LIF neurons stand for.

    Parameters
    ----------
    neurons : nengo.LIF or nengo.LIFRate
        The neurons.
    max_rate : float, optional
        Rate in Hz for an input of 1.
    intercept : float, optional
        Input above which they fire.

    Returns
    -------
    callable
        Function from a tensor of inputs to one of rates times amplitude.
    """
    gains, biases = neurons.gain_bias([max_rate], [intercept])
    gain, bias = float(gains[0]), float(biases[0])

    def rates(x):
        import tensorflow as tf

        above = gain * x + bias - 1.0
        # finite where the result is not used, or the gradient is NaN
        clamped = tf.maximum(above, 1e-15)
        period = neurons.tau_ref + neurons.tau_rc * tf.math.log1p(1.0 / clamped)
        return tf.where(above > 0, neurons.amplitude / period, tf.zeros_like(x))

    return rates


def make_keras_model(stack, image_shape, optimizer):
    """
    Put layers into a Keras model, and compile it as Keras does unless told otherwise.

    Parameters
    ----------
    stack : list of Keras layer or nengo.neurons.NeuronType
        The layers, as of `mnist_stack`.
    image_shape : tuple of int
        Height, width and channels of images.
    optimizer : keras.optimizers.Optimizer
        How it is trained.

    Returns
    -------
    keras.Sequential
        The model, for images and digits.
    """
    import tensorflow as tf

    model = tf.keras.Sequential([tf.keras.layers.InputLayer(tuple(image_shape))])
    for layer in stack:
        if isinstance(layer, nengo.neurons.NeuronType):
            layer = tf.keras.layers.Activation(rate_function(layer))
        elif isinstance(layer, tf.keras.layers.Dense):
            model.add(tf.keras.layers.Flatten())
        model.add(layer)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=optimizer, loss=loss)
    return model
