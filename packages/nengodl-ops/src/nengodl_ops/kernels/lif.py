# SPDX-License-Identifier: MIT
"""A step of leaky integrate-and-fire neurons in one pass."""

from typing import List, Optional, Sequence, Union

import numpy as np
import tensorflow as tf

from nengodl_ops.library import load

Numbers = Union[float, Sequence[float]]


def lif_step(
    current: tf.Tensor,
    voltage: tf.Tensor,
    refractory: tf.Tensor,
    adaptation: Optional[tf.Tensor] = None,
    *,
    dt: float,
    tau_rc: Numbers = 0.02,
    tau_ref: Numbers = 0.002,
    height: Numbers = 1.0,
    min_voltage: Numbers = 0.0,
    tau_n: Numbers = 1.0,
    inc_n: Numbers = 0.0,
    inner: int = 1,
) -> List[tf.Tensor]:
    """
    Compute one step of LIF neurons, or of adaptive ones.

    The formulas are those of `nengo.LIF` and `nengo.AdaptiveLIF`. Voltage, refractory
    time, adaptation and output are written in one pass, in place where TensorFlow allows.

    Parameters
    ----------
    current : tf.Tensor, shape (...)
        Input current, relative to the threshold; float32 or float64, like the others.
    voltage, refractory : tf.Tensor, shape of `current`
        Membrane voltage, relative to the threshold, and refractory time in seconds. The
        voltage is at most 1, as it is behind each step.
    adaptation : tf.Tensor, shape of `current`, optional
        What is subtracted from the current. None by default: neurons do not adapt.
    dt : float
        Length of the step in seconds.
    tau_rc, tau_ref : float or sequence of float, optional
        Membrane time constant and refractory period in seconds.
    height : float or sequence of float, optional
        Output of a spike, in Nengo ``amplitude / dt``.
    min_voltage : float or sequence of float, optional
        Lowest voltage.
    tau_n : float or sequence of float, optional
        Time constant of the adaptation in seconds.
    inc_n : float or sequence of float, optional
        How much of an output is added to the adaptation.
    inner : int, optional
        Where parameters are sequences: how many elements, one after the other, have the
        first value, then the second and so on, and again from the first.

    Returns
    -------
    list of tf.Tensor, shape of `current`
        Output, new voltage, new refractory time and, if there is one, new adaptation.

    Raises
    ------
    ValueError
        If the shapes do not fit together, or sequences have several lengths.
    KernelsUnavailableError
        If the kernels are not compiled for the TensorFlow that is running.

    Notes
    -----
    There is no gradient: a spike has none. Ask for one and TensorFlow says so.

    Examples
    --------
    >>> import tensorflow as tf
    >>> import nengodl_ops
    >>> zero = tf.zeros(1)
    >>> _, voltage, _ = nengodl_ops.lif_step(tf.constant([2.0]), zero, zero, dt=0.001)
    >>> print(voltage.numpy().round(4))
    [0.0975]
    """
    parameters = lif_parameters(dt, tau_rc, tau_ref, height, min_voltage, tau_n, inc_n)
    kind = current.dtype
    arguments = [
        current,
        voltage,
        refractory,
        tf.constant(parameters, kind),
        tf.constant(dt, kind),
        tf.constant(inner, tf.int32),
    ]
    if adaptation is None:
        return list(load().nengodl_lif(*arguments))
    return list(load().nengodl_adaptive_lif(*arguments, adaptation))


def lif_parameters(
    dt: float,
    tau_rc: Numbers,
    tau_ref: Numbers,
    height: Numbers,
    min_voltage: Numbers,
    tau_n: Numbers = 1.0,
    inc_n: Numbers = 0.0,
) -> np.ndarray:
    """
    Put the parameters of neurons into the form that the kernel reads.

    Parameters
    ----------
    dt, tau_rc, tau_ref, height, min_voltage, tau_n, inc_n : float or sequence of float
        See `lif_step`.

    Returns
    -------
    np.ndarray, shape (7, 1 or n)
        ``1 / tau_rc``, ``tau_rc``, ``tau_ref + dt``, height, lowest voltage,
        ``dt / tau_n`` and ``inc_n``.

    Raises
    ------
    ValueError
        If sequences have several lengths.
    """
    given = [tau_rc, tau_ref, height, min_voltage, tau_n, inc_n]
    rows = [np.atleast_1d(np.asarray(row, dtype=np.float64)) for row in given]
    lengths = sorted({len(row) for row in rows} - {1})
    if len(lengths) > 1 or any(row.ndim > 1 for row in rows):
        raise ValueError(
            "lif_step: expected parameters that are numbers or sequences of one length,"
            f" received the shapes {[row.shape for row in rows]}"
        )
    rc, ref, height, floor, n, increment = np.broadcast_arrays(*rows)
    return np.stack([1 / rc, rc, ref + dt, height, floor, dt / n, increment])
