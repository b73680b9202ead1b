# SPDX-License-Identifier: MIT
"""A convolutional network of LIF neurons that recognizes digits."""

import nengo

#: With these, an input of 1 is a rate of 100 Hz and so an output of 1; one of 0 is silence.
NEURONS = nengo.LIF(amplitude=0.01)
MAX_RATE, INTERCEPT = 100, 0


def mnist_stack(filters=(32, 64, 128), n_classes=10, seed=0):
    """
    Make the layers, with initial weights, in their order.

    Weights are small where spikes come in, as proposed by Glorot and Bengio [1]_, and large
    where pixels come in, three times those of He et al. [2]_: spikes that are many and have
    small effects drive neurons nearly as their rates would.

    Parameters
    ----------
    filters : tuple of int, optional
        Number of filters of each of the three convolutions.
    n_classes : int, optional
        Number of outputs.
    seed : int, optional
        Seed of the weights.

    Returns
    -------
    list of Keras layer or nengo.neurons.NeuronType
        The layers; a neuron type stands for neurons of that type.

    References
    ----------
    .. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
       feedforward neural networks", AISTATS 2010.
    .. [2] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing
       human-level performance on ImageNet classification", ICCV 2015.
    """
    import tensorflow as tf  # slow to import, and other networks do without

    def weights(number):
        if number == 0:
            # a scale of 2 is that of He et al.
            return tf.keras.initializers.VarianceScaling(2 * 3**2, seed=seed)
        return tf.keras.initializers.glorot_uniform(seed=seed + number)

    def convolution(number):
        return tf.keras.layers.Conv2D(
            filters[number], 3, kernel_initializer=weights(number)
        )

    def pooling():
        return tf.keras.layers.AveragePooling2D(pool_size=2, strides=2)

    dense = tf.keras.layers.Dense(n_classes, kernel_initializer=weights(3))
    return (
        [convolution(0), NEURONS, convolution(1), NEURONS, pooling()]
        + [convolution(2), NEURONS, pooling()]
        + [dense]
    )


def spiking_mnist(stack=None, image_shape=(28, 28, 1)):
    """
    Return the network for handwritten digits of the paper about NengoDL.

    Parameters
    ----------
    stack : list, optional
        Layers as of `mnist_stack`, which makes them if this is None. A simulator starts
        with the weights that they have, and does not change them.
    image_shape : tuple of int, optional
        Height, width and channels of images.

    Returns
    -------
    nengo.Network
        Network with the attributes ``inp`` (input node of zeros, one for each pixel),
        ``p`` (probe of the last layer), ``p_filtered`` (the same with a synapse of 0.1 s,
        for spikes) and ``stack``.
    """
    # here and not above: they import TensorFlow
    import nengo_dl
    import tensorflow as tf

    net = nengo.Network(label="spiking_mnist", seed=0)
    net.stack = mnist_stack() if stack is None else stack
    net.config[nengo.Ensemble].max_rates = nengo.dists.Choice([MAX_RATE])
    net.config[nengo.Ensemble].intercepts = nengo.dists.Choice([INTERCEPT])
    with net:
        # of layers only: gains and biases of neurons stay
        nengo_dl.configure_settings(trainable=False)
        shape = tuple(image_shape)
        net.inp = nengo.Node([0] * (shape[0] * shape[1] * shape[2]))
        x = net.inp
        for layer in net.stack:
            if isinstance(layer, nengo.neurons.NeuronType):
                x = nengo_dl.tensor_layer(x, layer)
            elif isinstance(layer, tf.keras.layers.Dense):
                x = nengo_dl.tensor_layer(x, layer)
            else:
                x = nengo_dl.tensor_layer(x, layer, shape_in=shape)
                shape = output_shape(layer, shape)
        net.p = nengo.Probe(x)
        net.p_filtered = nengo.Probe(x, synapse=0.1)
    return net


def output_shape(layer, shape):
    """
    Ask a layer for the shape of what it puts out.

    Parameters
    ----------
    layer : Keras layer
        The layer.
    shape : tuple of int
        Shape of its input, without the minibatch.

    Returns
    -------
    tuple of int
        Shape of its output, likewise.
    """
    import tensorflow as tf

    # a tuple in Keras 3, a TensorShape before
    found = tf.TensorShape(layer.compute_output_shape((None,) + shape))
    return tuple(found.as_list()[1:])
