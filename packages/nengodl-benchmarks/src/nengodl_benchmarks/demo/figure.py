# SPDX-License-Identifier: MIT
"""The picture of the demonstration."""

import numpy as np

from ..figures import CANDIDATE, MUTED, REFERENCE, new_figure, plain_axes, save
from .network import true_position


def draw(path, found):
    """
    Draw our decoded output beside nengo's, and their difference.

    Parameters
    ----------
    path : str
        File to write; its ending says the format.
    found : Demonstration
        What was simulated.
    """
    figure = new_figure(12, 5.5)
    grid = figure.add_gridspec(2, 2, wspace=0.22, hspace=0.32)
    draw_path(figure.add_subplot(grid[:, 0]), found)
    draw_coordinates(figure.add_subplot(grid[0, 1]), found)
    draw_difference(figure.add_subplot(grid[1, 1]), found)
    ratio = found.reference_seconds / found.candidate_seconds
    figure.suptitle(
        f"{found.n_neurons} spiking LIF neurons integrate a moving input:"
        f" {ratio:.1f} times nengo's speed"
    )
    save(figure, path)


def draw_path(axes, found):
    """
    Draw the decoded positions in the plane.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    found : Demonstration
        What was simulated.
    """
    plain_axes(axes)
    x, y = true_position(found.times)
    axes.plot(x, y, color=MUTED, linestyle=":", linewidth=1.2, label="true position")
    draw_pair(axes, found.expected, found.actual["float32"])
    axes.set_aspect("equal", "datalim")
    axes.set_xlabel("x")
    axes.set_ylabel("y")
    axes.set_title("decoded position")
    axes.legend(frameon=False, loc="upper center", ncol=3)


def draw_coordinates(axes, found):
    """
    Draw the decoded positions over time.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    found : Demonstration
        What was simulated.
    """
    plain_axes(axes)
    for i in range(2):
        draw_pair(
            axes,
            np.column_stack([found.times, found.expected[:, i]]),
            np.column_stack([found.times, found.actual["float32"][:, i]]),
        )
    axes.set_ylabel("x and y")
    axes.set_title("decoded position over time")


def draw_pair(axes, expected, actual):
    """
    Draw nengo's curve wide and ours thin on top, so that both stay visible.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    expected, actual : numpy.ndarray, shape (n_steps, 2)
        Points of the curves.
    """
    axes.plot(*expected.T, color=REFERENCE, linewidth=4, alpha=0.7, label="nengo")
    axes.plot(*actual.T, color=CANDIDATE, linewidth=1.2, label="nengo_dl")


def draw_difference(axes, found):
    """
    Draw how far our outputs are from nengo's.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    found : Demonstration
        What was simulated.
    """
    plain_axes(axes)
    smallest = np.finfo(np.float64).eps / 100
    for dtype, colour in (("float32", CANDIDATE), ("float64", "#009E73")):
        # equal outputs have no logarithm
        difference = np.maximum(found.difference(dtype), smallest)
        axes.semilogy(found.times, difference, color=colour, linewidth=1, label=dtype)
    axes.axhline(
        found.spike_size, color=MUTED, linestyle=":", label="one spike, at most"
    )
    axes.set_xlabel("time (s)")
    axes.set_ylabel("|nengo_dl - nengo|")
    axes.set_title("difference of the decoded outputs")
    axes.legend(frameon=False, fontsize=9, ncol=3, loc="center right")
