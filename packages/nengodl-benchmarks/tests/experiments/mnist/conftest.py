# SPDX-License-Identifier: MIT
"""A network and images so small that tests take seconds."""

import numpy as np
import pytest
from nengodl_benchmarks.experiments.mnist import Digits
from nengodl_benchmarks.networks import mnist_stack

SIDE = 12


@pytest.fixture(scope="session", name="make_stack")
def fixture_make_stack():
    """Make layers for two kinds of images."""
    return lambda: mnist_stack((4, 4, 8), n_classes=2)


@pytest.fixture(scope="session", name="digits")
def fixture_digits():
    """Upright and lying bars at random places, with some noise."""
    rng = np.random.RandomState(0)
    labels = rng.randint(2, size=60)
    images = rng.uniform(0, 0.2, size=(60, SIDE, SIDE, 1)).astype(np.float32)
    for image, label in zip(images, labels):
        bar = image if label else image.transpose((1, 0, 2))
        bar[rng.randint(2, SIDE - 3)] = 1
    return Digits(images[:40], labels[:40], images[40:], labels[40:])
