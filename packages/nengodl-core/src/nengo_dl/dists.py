# SPDX-License-Identifier: MIT
"""Distributions for the initial values of parameters in deep learning."""

import numpy as np
from nengo.dists import Distribution
from nengo.params import EnumParam, NumberParam

__all__ = ["Glorot", "He", "TruncatedNormal", "VarianceScaling"]


class TruncatedNormal(Distribution):
    """
    Normal distribution without its tails.

    Values farther than `limit` from the mean are drawn again.

    Parameters
    ----------
    mean : float, optional
        Mean.
    stddev : float, optional
        Standard deviation before the tails are cut; not negative.
    limit : float, optional
        Largest distance from the mean, larger than 0; by default two standard deviations.

    Raises
    ------
    nengo.exceptions.ValidationError
        If a parameter is not in its range.
    """

    mean = NumberParam("mean")
    stddev = NumberParam("stddev", low=0)
    limit = NumberParam("limit", low=0, low_open=True)

    def __init__(self, mean=0, stddev=1, limit=None):
        super().__init__()
        self.mean = mean
        self.stddev = stddev
        self.limit = 2 * stddev if limit is None else limit

    def sample(self, n, d=None, rng=None):
        """
        Draw samples.

        Parameters
        ----------
        n : int
            Number of samples.
        d : int, optional
            Length of each; by default they are numbers.
        rng : np.random.RandomState, optional
            Source of random numbers; by default NumPy's global one.

        Returns
        -------
        np.ndarray, shape (n,) or (n, d)
            The samples.
        """
        rng = np.random if rng is None else rng
        samples = rng.normal(self.mean, self.stddev, _shape(n, d))
        while True:
            outside = np.abs(samples - self.mean) > self.limit
            if not outside.any():
                return samples
            samples[outside] = rng.normal(self.mean, self.stddev, outside.sum())


class VarianceScaling(Distribution):
    """
    Weights whose variance is that of the numbers of inputs and outputs.

    The variance is ``scale / fan``; `n` samples of length `d` are taken for the weights
    of `n` outputs and `d` inputs.

    Parameters
    ----------
    scale : float, optional
        Factor of the variance; not negative.
    mode : {"fan_in", "fan_out", "fan_avg"}, optional
        Whether to divide by the number of inputs, of outputs, or their mean.
    distribution : {"uniform", "normal"}, optional
        Shape of the distribution; a normal one is cut at two standard deviations.

    Raises
    ------
    nengo.exceptions.ValidationError
        If a parameter is not in its range.
    """

    scale = NumberParam("scale", low=0)
    mode = EnumParam("mode", values=("fan_in", "fan_out", "fan_avg"))
    distribution = EnumParam("distribution", values=("uniform", "normal"))

    def __init__(self, scale=1, mode="fan_avg", distribution="uniform"):
        super().__init__()
        self.scale = scale
        self.mode = mode
        self.distribution = distribution

    def sample(self, n, d=None, rng=None):
        """
        Draw weights.

        Parameters
        ----------
        n : int
            Number of outputs.
        d : int, optional
            Number of inputs; by default one, and no axis for it.
        rng : np.random.RandomState, optional
            Source of random numbers; by default NumPy's global one.

        Returns
        -------
        np.ndarray, shape (n,) or (n, d)
            The weights.
        """
        rng = np.random if rng is None else rng
        inputs = 1 if d is None else d
        fans = {"fan_in": inputs, "fan_out": n, "fan_avg": (inputs + n) / 2}
        variance = self._factor() / fans[self.mode]
        if self.distribution == "uniform":
            bound = np.sqrt(3 * variance)
            return rng.uniform(-bound, bound, _shape(n, d))
        if variance == 0:
            return np.zeros(_shape(n, d))
        return TruncatedNormal(stddev=np.sqrt(variance)).sample(n, d, rng=rng)

    def _factor(self):
        return self.scale


class Glorot(VarianceScaling):
    """
    Weights of variance ``scale`` over the mean number of inputs and outputs.

    Parameters
    ----------
    scale : float, optional
        Factor of the variance; not negative.
    distribution : {"uniform", "normal"}, optional
        Shape of the distribution; a normal one is cut at two standard deviations.

    References
    ----------
    .. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
       feedforward neural networks", AISTATS 2010.
    """

    def __init__(self, scale=1, distribution="uniform"):
        super().__init__(scale, "fan_avg", distribution)


class He(VarianceScaling):
    """
    Weights of variance ``scale**2`` over the number of inputs.

    Parameters
    ----------
    scale : float, optional
        Factor of the standard deviation; not negative.
    distribution : {"uniform", "normal"}, optional
        Shape of the distribution; a normal one is cut at two standard deviations.

    References
    ----------
    .. [1] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing
       human-level performance on ImageNet classification", ICCV 2015.
    """

    def __init__(self, scale=1, distribution="normal"):
        super().__init__(scale, "fan_in", distribution)

    def _factor(self):
        return self.scale**2


def _shape(n, d):
    return (n,) if d is None else (n, d)
