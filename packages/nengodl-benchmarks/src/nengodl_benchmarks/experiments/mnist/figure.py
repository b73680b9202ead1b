# SPDX-License-Identifier: MIT
"""The picture: accuracy against presentation time."""

import numpy as np

from ...figures import CANDIDATE, REFERENCE, new_figure, plain_axes, save


def draw_accuracy(path, result):
    """
    Draw how accuracy grows while images are shown to spiking neurons.

    Parameters
    ----------
    path : str
        File to write; its ending says the format.
    result : MnistResult
        What came out.
    """
    figure = new_figure(7, 4)
    axes = figure.add_subplot(1, 1, 1)
    plain_axes(axes)
    spikes = 100 * np.array(result.spiking_accuracies)
    rates = 100 * result.rate_accuracy
    axes.axhline(
        rates, color=REFERENCE, linewidth=1.5, label=f"rates, as trained: {rates:.2f} %"
    )
    axes.plot(
        np.arange(1, len(spikes) + 1),
        spikes,
        color=CANDIDATE,
        linewidth=2,
        label=f"spikes, {spikes[-1]:.2f} % after {len(spikes)} ms",
    )
    axes.set_ylim(0, 102)
    axes.set_xlabel("presentation time (ms)")
    axes.set_ylabel("accuracy (%)")
    axes.set_title(f"{result.n_test} test images recognized by spiking LIF neurons")
    axes.legend(frameon=False, loc="lower right")
    save(figure, path)
