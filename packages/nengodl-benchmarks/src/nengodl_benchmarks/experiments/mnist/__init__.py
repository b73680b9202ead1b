# SPDX-License-Identifier: MIT
"""Digits recognized by spiking neurons, which were trained as rates."""

from .compare import TrainingTimes, compare_training
from .data import Digits, load_digits
from .experiment import MnistResult, run_mnist
from .figure import draw_accuracy

__all__ = [
    "Digits",
    "MnistResult",
    "TrainingTimes",
    "compare_training",
    "draw_accuracy",
    "load_digits",
    "run_mnist",
]
