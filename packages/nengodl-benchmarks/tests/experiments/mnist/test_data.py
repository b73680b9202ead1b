# SPDX-License-Identifier: MIT
"""Images are read from files, or come from Keras."""

import numpy as np
import pytest
import tensorflow as tf
from nengodl_benchmarks.errors import InvalidOption
from nengodl_benchmarks.experiments.mnist import load_digits

RNG = np.random.RandomState(0)
IMAGES = RNG.randint(256, size=(17, 4, 5)).astype(np.uint8)
LABELS = RNG.randint(10, size=17).astype(np.uint8)


def check(digits, n_train):
    """Assert that the first images are for training, and scaled."""
    images, labels = IMAGES / 255.0, LABELS.astype(int)
    assert np.allclose(digits.train_images[..., 0], images[:n_train])
    assert np.allclose(digits.test_images[..., 0], images[n_train:])
    assert np.array_equal(digits.train_labels, labels[:n_train])
    assert np.array_equal(digits.test_labels, labels[n_train:])
    assert digits.train_images.dtype == digits.test_images.dtype == np.float32
    assert digits.shape == (4, 5, 1)


def test_seven_eighths_are_for_training(tmp_path):
    """Of images that are not split, the last eighth is for the test."""
    path = tmp_path / "whole.npz"
    np.savez(str(path), images=IMAGES, labels=LABELS)
    check(load_digits(str(path)), 14)


def test_files_that_are_split_stay_so(tmp_path):
    """A file as Keras downloads it says itself what is for the test."""
    path = tmp_path / "split.npz"
    np.savez(
        str(path),
        x_train=IMAGES[:9],
        y_train=LABELS[:9],
        x_test=IMAGES[9:],
        y_test=LABELS[9:],
    )
    check(load_digits(str(path)), 9)


def test_keras_is_asked_without_a_file(monkeypatch):
    """Only where no file is named, Keras gets the images."""

    def load_data():
        return (IMAGES[:9], LABELS[:9]), (IMAGES[9:], LABELS[9:])

    monkeypatch.setattr(tf.keras.datasets.mnist, "load_data", load_data)
    check(load_digits(), 9)


def save_single(path):
    """Write a file of one array."""
    with open(path, "wb") as file:
        np.save(file, IMAGES)


def save_text(path):
    """Write a file that holds no arrays."""
    with open(path, "w") as file:
        file.write("no arrays")


@pytest.mark.parametrize("save", [save_single, save_text])
def test_other_files_are_refused(save, tmp_path):
    """The message names the file, and says which kind is wanted."""
    path = str(tmp_path / "other.npz")
    save(path)
    with pytest.raises(
        InvalidOption, match="other.npz.*must be a file of NumPy arrays"
    ):
        load_digits(path)


@pytest.mark.parametrize(
    "arrays, message",
    [
        ({"pictures": IMAGES}, "images, labels; it has pictures"),
        ({"images": IMAGES / 255.0, "labels": LABELS}, "array of uint8.*got float64"),
        ({"images": IMAGES, "labels": LABELS[:-1]}, r"as many labels.*shape \(2,\)"),
        ({"images": IMAGES[..., None], "labels": LABELS}, r"shape \(14, 4, 5, 1\)"),
        ({"images": IMAGES[:0], "labels": LABELS[:0]}, r"shape \(0, 4, 5\)"),
    ],
)
def test_other_arrays_are_refused(arrays, message, tmp_path):
    """The message says what is wanted, and what was found."""
    path = str(tmp_path / "other.npz")
    np.savez(path, **arrays)
    with pytest.raises(InvalidOption, match=message):
        load_digits(path)
