# SPDX-License-Identifier: MIT
"""Neuron types that nengo does not have."""

import nengo
import numpy as np
from nengo.params import FrozenObject, NumberParam

# Below this the softplus is its argument's exponential, to 2e-9.
SMALLEST = -20.0


class SoftLIFRate(nengo.LIFRate):
    r"""
    Rates of leaky integrate-and-fire neurons with a smoothed threshold.

    The rectifier in the response of `nengo.LIFRate` is replaced by a softplus, so that
    the gradient is finite at the threshold:

    .. math::
       r = \frac{a}{\tau_{ref} + \tau_{rc} \log(1 + 1/z)}, \qquad
       z = \sigma \log(1 + e^{(J - 1) / \sigma})

    Parameters
    ----------
    sigma : float, optional
        Width of the smoothing, in units of the current; larger than 0.
    tau_rc : float, optional
        Membrane time constant, in seconds.
    tau_ref : float, optional
        Absolute refractory period, in seconds.
    amplitude : float, optional
        Factor of the output, :math:`a` above.

    Raises
    ------
    nengo.exceptions.ValidationError
        If `sigma` is not larger than 0, or another parameter not in its range.

    See Also
    --------
    nengo.LIFRate : The same response with a hard threshold, whose gains and biases these
        neurons have.

    References
    ----------
    .. [1] E. Hunsberger and C. Eliasmith, "Spiking deep networks with LIF neurons",
       arXiv:1510.08829, 2015.

    Examples
    --------
    >>> import nengo_dl
    >>> nengo_dl.SoftLIFRate(sigma=0.1).rates([0.0, 1.0, 2.0], 1.0, 0.0).round(2).ravel()
    array([ 4.03, 17.63, 63.04])
    """

    sigma = NumberParam("sigma", low=0, low_open=True)

    def __init__(self, sigma=1.0, tau_rc=0.02, tau_ref=0.002, amplitude=1):
        super().__init__(tau_rc=tau_rc, tau_ref=tau_ref, amplitude=amplitude)
        self.sigma = sigma

    # later versions of nengo list what the constructor takes by themselves
    if not hasattr(FrozenObject, "_argreprs"):

        @property
        def _argreprs(self):
            given = [] if self.sigma == 1 else [f"sigma={self.sigma}"]
            return given + super()._argreprs

    def rates(self, x, gain, bias):
        """
        Compute rates, in Hz.

        Parameters
        ----------
        x : array_like
            Inputs, as in `nengo.LIFRate`.
        gain, bias : array_like, shape (n_neurons,)
            Gains and biases.

        Returns
        -------
        np.ndarray
            The rates.
        """
        current = self.current(x, gain, bias)
        output = np.zeros_like(current)
        self.step(1.0, current, output)
        return output

    def step(self, dt, J, output):
        """
        Write the rates for a current.

        Parameters
        ----------
        dt : float
            Length of a step, in seconds; not used.
        J : np.ndarray
            Current.
        output : np.ndarray
            Where the rates are written.
        """
        x = (J - 1) / self.sigma
        # bounded, as a softplus further down is too small for a reciprocal
        soft = self.sigma * np.logaddexp(0, np.maximum(x, SMALLEST))
        # log1p(1 / soft) there
        small = -x - np.log(self.sigma)
        charging = np.where(x > SMALLEST, np.log1p(1.0 / soft), small)
        output[...] = self.amplitude / (self.tau_ref + self.tau_rc * charging)

    # the name in nengo before 3.1
    step_math = step
