# SPDX-License-Identifier: MIT
"""What is wrong with an optimizer."""

from nengo.exceptions import ValidationError

ACCEPTED = (
    "an instance of a subclass of tf.compat.v1.train.Optimizer (with any TensorFlow), or"
    " of keras.optimizers.Optimizer of Keras 3"
)


class OptimizerError(ValidationError):
    """
    An object cannot be used as optimizer.

    Parameters
    ----------
    message : str
        What was expected and what was received.
    """

    def __init__(self, message):
        super().__init__(message, attr="optimizer")


class NoGradientError(ValidationError):
    """No parameter that is trained has a gradient."""

    def __init__(self):
        super().__init__(
            "nothing can be optimized, as no gradient reaches any of the trainable"
            " parameters. Does the objective depend on its outputs, by operations of"
            " TensorFlow that have a gradient?",
            attr="objective",
        )
