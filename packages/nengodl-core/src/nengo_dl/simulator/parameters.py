# SPDX-License-Identifier: MIT
"""Nengo's built objects, with the values that parameters have in a simulator now."""

import numpy as np
from nengo.builder.connection import BuiltConnection

from nengo_dl.signals import entries, is_sparse, stored


class SparseWeights(np.ndarray):
    """
    Values of the entries of a sparse matrix, in the order in which they were given.

    They are an array like any other; what differs is `toarray`.
    """

    @classmethod
    def of(cls, values, signal):
        """
        Make them from their values and the signal of the matrix.

        Parameters
        ----------
        values : ndarray, shape (n_entries,) or (items, n_entries)
            The values.
        signal : Signal
            The sparse signal.

        Returns
        -------
        SparseWeights
            The values.
        """
        weights = np.asarray(values).view(cls)
        weights._signal = signal
        return weights

    def __array_finalize__(self, source):
        self._signal = getattr(source, "_signal", None)

    def toarray(self):
        """
        Write the matrix out.

        Returns
        -------
        ndarray, shape (..., rows, columns)
            The dense matrix; entries for one place are added up.
        """
        dense = np.zeros(self.shape[:-1] + tuple(self._signal.shape), self.dtype)
        rows, columns, _ = entries(self._signal)
        np.add.at(dense, (..., rows, columns), np.asarray(self))
        return dense


def live_ensemble(model, ensemble, value_of):
    """
    Parameters of an ensemble as they are now.

    The simulator holds encoders and gain as one product only. It is taken apart such that
    each encoder keeps the length that it had after the build.

    Parameters
    ----------
    model : Model
        The built model.
    ensemble : Ensemble
        The ensemble.
    value_of : callable
        Function from a signal to its value, or to None if only the build is known.

    Returns
    -------
    BuiltEnsemble
        The parameters.
    """
    built = model.params[ensemble]
    scaled = value_of(model.sig[ensemble]["encoders"])
    if scaled is None:
        return built
    if built.gain is None:
        return built._replace(encoders=scaled, scaled_encoders=scaled)

    bias = value_of(model.sig[ensemble.neurons]["bias"])
    gain = _live_gain(built, ensemble.radius, scaled)
    encoders = _divide(ensemble.radius * scaled, gain[..., None], built.encoders)
    max_rates, intercepts = _rates_and_intercepts(ensemble.neuron_type, gain, bias)
    return built._replace(
        encoders=encoders,
        scaled_encoders=scaled,
        gain=gain,
        bias=bias,
        max_rates=max_rates,
        intercepts=intercepts,
    )


def live_connection(model, connection, value_of):
    """
    Parameters of a connection as they are now.

    Parameters
    ----------
    model : Model
        The built model.
    connection : Connection
        The connection.
    value_of : callable
        Function from a signal to its value, or to None if only the build is known.

    Returns
    -------
    BuiltConnection
        The parameters; `transform` is None, as it is part of `weights`, which for a sparse
        transform are the values of its entries.
    """
    built = model.params[connection]
    signal = model.sig[connection].get("weights")
    weights = None if signal is None else value_of(signal)
    if signal is not None and is_sparse(signal):
        values = stored(signal).initial_value if weights is None else weights
        weights = SparseWeights.of(values, signal)
    elif weights is None:
        weights = built.weights
    elif np.ndim(built.weights) == 0:
        weights = np.reshape(
            weights, np.shape(built.weights)
        )  # nengo 2.8 has (1,) inside
    return BuiltConnection(
        eval_points=built.eval_points,
        solver_info=built.solver_info,
        weights=weights,
        transform=None,
    )


def _live_gain(built, radius, scaled):
    """Gain by which encoders as long as the built ones have these lengths."""
    lengths, built_lengths, before = (
        np.linalg.norm(encoders, axis=-1)
        for encoders in (
            scaled,
            built.encoders,
            built.scaled_encoders.astype(scaled.dtype),
        )
    )
    gain = _divide(radius * lengths, built_lengths, built.gain)
    # what did not change has exactly the gain of the build
    return np.where(lengths == before, built.gain, gain).astype(scaled.dtype)


def _divide(numerator, denominator, otherwise):
    """Quotient, with the values of `otherwise` where the denominator is zero."""
    result = np.array(np.broadcast_to(otherwise, numerator.shape), numerator.dtype)
    return np.divide(numerator, denominator, out=result, where=denominator != 0)


def _rates_and_intercepts(neuron_type, gain, bias):
    """Apply the inverse that the neuron type has for one item to each item."""
    if gain.ndim == 1:
        return neuron_type.max_rates_intercepts(gain, bias)
    pairs = [
        neuron_type.max_rates_intercepts(item, np.broadcast_to(bias, gain.shape)[i])
        for i, item in enumerate(gain)
    ]
    return tuple(np.stack(values) for values in zip(*pairs))
