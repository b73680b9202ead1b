# SPDX-License-Identifier: MIT
"""Neurons that integrate a rate and spike at each whole unit, in one pass."""

from typing import List, Sequence, Union

import numpy as np
import tensorflow as tf

from nengodl_ops.library import load


def count_spikes(
    charge: tf.Tensor,
    voltage: tf.Tensor,
    *,
    height: Union[float, Sequence[float]] = 1.0,
    inner: int = 1,
) -> List[tf.Tensor]:
    """
    Compute one step of neurons that spike whenever a whole unit is reached.

    The formulas are those of `nengo.SpikingRectifiedLinear`, whose charge is
    ``max(current, 0) * dt``, and of `nengo.RegularSpiking`. Output and voltage are written
    in one pass, the voltage in place where TensorFlow allows.

    Parameters
    ----------
    charge : tf.Tensor, shape (...)
        Rate times the length of the step, in spikes; float32 or float64, like `voltage`.
    voltage : tf.Tensor, shape of `charge`
        What is left of former charges, in spikes.
    height : float or sequence of float, optional
        Output of one spike, in Nengo ``amplitude / dt``.
    inner : int, optional
        Where `height` is a sequence: how many elements, one after the other, have the
        first value, then the second and so on, and again from the first.

    Returns
    -------
    list of tf.Tensor, shape of `charge`
        Output and new voltage.

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    KernelsUnavailableError
        If the kernels are not compiled for the TensorFlow that is running.

    Notes
    -----
    There is no gradient: a spike has none. Ask for one and TensorFlow says so.

    Examples
    --------
    >>> import tensorflow as tf
    >>> import nengodl_ops
    >>> charge, voltage = tf.constant([0.25, 2.5]), tf.constant([0.5, 0.75])
    >>> output, voltage = nengodl_ops.count_spikes(charge, voltage, height=1000.0)
    >>> print(output.numpy(), voltage.numpy())
    [   0. 3000.] [0.75 0.25]
    """
    heights = np.atleast_1d(np.asarray(height, dtype=np.float64))
    return list(
        load().nengodl_count_spikes(
            charge=charge,
            voltage=voltage,
            height=tf.constant(heights, charge.dtype),
            inner=tf.constant(inner, tf.int32),
        )
    )
