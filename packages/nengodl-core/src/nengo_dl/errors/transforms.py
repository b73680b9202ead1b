# SPDX-License-Identifier: MIT
"""Errors and warnings about sparse and convolutional transforms."""

from nengo.exceptions import BuildError


class InvalidSparseMatrix(BuildError):
    """
    A sparse matrix with an entry outside of it.

    Parameters
    ----------
    signal : nengo.builder.Signal
        The signal that holds the matrix.
    axis : int
        Axis of the index that is wrong.
    index : int
        The index.
    """

    def __init__(self, signal, axis, index):
        length = signal.shape[axis]
        super().__init__(
            f"{('Row', 'Column')[axis]} indices of the sparse matrix {signal.name} must be"
            f" 0 to {length - 1}, but one of them is {index}. Correct the indices of the"
            " transform."
        )


class ConvolutionRankError(NotImplementedError):
    """
    A convolution has more spatial dimensions than can be computed.

    Parameters
    ----------
    conv : nengo.transforms.Transform
        The convolution.
    limit : int
        The largest number of dimensions.
    """

    def __init__(self, conv, limit):
        super().__init__(
            f"A convolution may have 1 to {limit} spatial dimensions, but {conv} has"
            f" {conv.dimensions}. Merge some of them, or use a dense or sparse transform."
        )


class KernelsPerItemError(NotImplementedError):
    """
    An operator changes the kernel of a convolution, for each item in another way.

    Parameters
    ----------
    op : nengo.builder.Operator
        The convolution's operator.
    """

    def __init__(self, op):
        super().__init__(
            f"All items of a minibatch must share the kernel of a convolution, but {op}"
            f" has one for each item, because an operator writes {op.W}. Leave the"
            " learning rule of that connection out, or use a dense transform."
        )


class ChannelsFirstWarning(UserWarning):
    """
    The input of a convolution has channels first, and is transposed in each step.

    Parameters
    ----------
    conv : nengo.transforms.Transform
        The convolution.
    """

    def __init__(self, conv):
        super().__init__(
            f"{conv} has channels_last=False: its input and output are transposed in each"
            " step, which takes time. The result is the same; put channels last if you"
            " can."
        )
