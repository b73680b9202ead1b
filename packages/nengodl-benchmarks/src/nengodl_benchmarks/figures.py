# SPDX-License-Identifier: MIT
"""Figures without pyplot, so that no window and no global state is touched."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

#: Colours of nengo's results and of ours, told apart by colour-blind readers too.
REFERENCE, CANDIDATE, MUTED = "#E69F00", "#0072B2", "#666666"


def new_figure(width, height):
    """
    Return an empty figure that can be saved.

    Parameters
    ----------
    width, height : float
        Size in inches.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def save(figure, path):
    """
    Save a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    path : str
        File to write; its ending says the format.
    """
    figure.savefig(path, dpi=150, bbox_inches="tight")


def plain_axes(axes):
    """
    Take away the lines that carry no data.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    """
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(True, axis="y", color="#DDDDDD", linewidth=0.8)
