# SPDX-License-Identifier: MIT
"""Errors and warnings about the arguments of a simulator."""


class NoGPUWarning(UserWarning):
    """TensorFlow may choose the device, and sees no GPU."""


class NothingTrainableWarning(UserWarning):
    """A model without a top-level network has no settings and no trainable parameters."""


class TrainedByRuleWarning(UserWarning):
    """A learning rule changes a parameter that is explicitly trainable, too."""


class UnavailableError(NotImplementedError):
    """Something the public interface has a place for is not there in this release."""
