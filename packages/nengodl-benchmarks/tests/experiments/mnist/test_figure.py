# SPDX-License-Identifier: MIT
"""The picture of the accuracies."""

import nengodl_benchmarks.experiments.mnist.figure as figure
import numpy as np
from nengodl_benchmarks.experiments.mnist import MnistResult

FOUND = MnistResult(7, 8, 2, 4, (1.0, 0.5), 1.5, 0.1, 0.99, (0.1, 0.9, 0.98))


def test_curve_and_line_are_the_accuracies(monkeypatch):
    """Spikes are a curve from 1 ms on, rates a line, both in percent."""
    saved = []
    monkeypatch.setattr(figure, "save", lambda drawn, path: saved.append(drawn))
    figure.draw_accuracy("unused", FOUND)
    (axes,) = saved[0].axes
    rates, spikes = axes.lines
    assert np.allclose(rates.get_ydata(), 99)
    assert np.allclose(spikes.get_xdata(), [1, 2, 3])
    assert np.allclose(spikes.get_ydata(), [10, 90, 98])


def test_picture_is_a_png(tmp_path):
    """The file is a picture."""
    path = tmp_path / "mnist.png"
    figure.draw_accuracy(str(path), FOUND)
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
