# SPDX-License-Identifier: MIT
"""The images of handwritten digits."""

from typing import NamedTuple

import numpy as np

from ...errors import InvalidOption

#: Names of the arrays in the file that Keras downloads.
SPLIT = ("x_train", "y_train", "x_test", "y_test")
#: Names of the arrays in a file that is not split yet.
WHOLE = ("images", "labels")


class Digits(NamedTuple):
    """
    Images and what they show.

    Attributes
    ----------
    train_images, test_images : numpy.ndarray, shape (items, height, width, 1)
        Brightness, 0 to 1, as float32.
    train_labels, test_labels : numpy.ndarray, shape (items,)
        Digits as integers.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    @property
    def shape(self):
        """Height, width and channels of an image."""
        return self.train_images.shape[1:]


def load_digits(path=None):
    """
    Load MNIST, or images like those.

    Parameters
    ----------
    path : str, optional
        File of NumPy (.npz), either with the arrays ``x_train``, ``y_train``, ``x_test``
        and ``y_test``, or with ``images`` and ``labels``, of which the first seven
        eighths are for training. Images have the type uint8 and the shape (items, height,
        width). Without a file Keras gets MNIST: from its cache, else from the internet.

    Returns
    -------
    Digits
        The images.

    Raises
    ------
    InvalidOption
        If the file cannot be read, or has other contents.
    """
    if path is None:
        import tensorflow as tf  # slow to import, and only needed here

        (x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data()
        return make_digits(x_train, y_train, x_test, y_test)
    arrays = read_arrays(path)
    if set(SPLIT) <= set(arrays):
        return make_digits(*(arrays[name] for name in SPLIT))
    if set(WHOLE) <= set(arrays):
        images, labels = (arrays[name] for name in WHOLE)
        n = len(images) * 7 // 8
        return make_digits(images[:n], labels[:n], images[n:], labels[n:])
    raise InvalidOption(
        f"{path!r} must have the arrays {', '.join(SPLIT)} or {', '.join(WHOLE)}; it has"
        f" {', '.join(sorted(arrays)) or 'none'}."
    )


def read_arrays(path):
    """
    Read all arrays of a file.

    Parameters
    ----------
    path : str
        The file.

    Returns
    -------
    dict of str to numpy.ndarray
        Arrays by name.
    """
    try:
        with np.load(path) as file:
            return dict(file.items())
    # a file of a single array comes without a context, and one of pickles is refused
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise InvalidOption(
            f"{path!r} must be a file of NumPy arrays (.npz), but cannot be read as one:"
            f" {error}"
        ) from None


def make_digits(train_images, train_labels, test_images, test_labels):
    """
    Bring images and labels into the form of `Digits`.

    Parameters
    ----------
    train_images, test_images : numpy.ndarray, shape (items, height, width)
        Brightness, 0 to 255, as uint8.
    train_labels, test_labels : numpy.ndarray, shape (items,)
        Digits.

    Returns
    -------
    Digits
        The images.
    """
    for images, labels in ((train_images, train_labels), (test_images, test_labels)):
        fits = images.ndim == 3 and labels.shape == images.shape[:1] and len(images)
        if not fits or images.dtype != np.uint8:
            raise InvalidOption(
                "Images must be an array of uint8 of shape (items, height, width) with as"
                f" many labels; got {images.dtype} of shape {images.shape}, and labels of"
                f" shape {labels.shape}."
            )
    return Digits(
        scaled(train_images),
        train_labels.astype(np.int64),
        scaled(test_images),
        test_labels.astype(np.int64),
    )


def scaled(images):
    """
    Scale brightness from 0..255 to 0..1, and add an axis for the one channel.

    Parameters
    ----------
    images : numpy.ndarray, shape (items, height, width)
        Brightness as uint8.

    Returns
    -------
    numpy.ndarray, shape (items, height, width, 1)
        Brightness as float32.
    """
    return images[..., None].astype(np.float32) / np.float32(255)
