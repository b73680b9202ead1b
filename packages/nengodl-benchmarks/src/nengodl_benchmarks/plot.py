# SPDX-License-Identifier: MIT
"""Bar plot of comparisons."""

from collections import OrderedDict

from .figures import CANDIDATE, MUTED, REFERENCE, new_figure, plain_axes, save

SHADES = (CANDIDATE, "#56B4E9", "#009E73", "#CC79A7", "#999999")


def plot_ratios(path, results):
    """
    Draw how many times faster than nengo each network runs.

    Parameters
    ----------
    path : str
        File to write; its ending says the format.
    results : sequence of Comparison
        What was measured. Networks stand side by side; neuron types, sizes and
        numbers of items are told apart by colour.
    """
    networks = list(OrderedDict.fromkeys(r.case.network for r in results))
    series = list(OrderedDict.fromkeys(series_label(r) for r in results))
    figure = new_figure(2.5 + 0.7 * len(networks) * max(2, len(series)), 4.5)
    axes = figure.add_subplot(1, 1, 1)
    plain_axes(axes)
    width = 0.8 / len(series)
    for i, label in enumerate(series):
        chosen = [r for r in results if series_label(r) == label]
        offset = (i - (len(series) - 1) / 2) * width
        positions = [networks.index(r.case.network) + offset for r in chosen]
        draw_bars(axes, positions, chosen, width, label, SHADES[i % len(SHADES)])
    axes.axhline(1, color=REFERENCE, linewidth=1.5, label="nengo")
    axes.set_xticks(range(len(networks)))
    axes.set_xticklabels(networks)
    axes.set_ylabel("times the speed of nengo")
    axes.set_ylim(bottom=0)
    axes.margins(y=0.12)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    save(figure, path)


def series_label(result):
    """
    Name what tells the bars of one network apart.

    Parameters
    ----------
    result : Comparison
        What was measured.

    Returns
    -------
    str
        Neuron type, size and number of items.
    """
    case = result.case
    return "{}, {} x {}, {} item{}".format(
        case.neuron_type,
        case.dimensions,
        case.neurons_per_d,
        case.items,
        "" if case.items == 1 else "s",
    )


def draw_bars(axes, positions, results, width, label, colour):
    """
    Draw the bars of one series, with the quartiles of the rounds.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    positions : list of float
        Middle of each bar.
    results : list of Comparison
        What was measured.
    width : float
        Width of a bar.
    label : str
        Name of the series.
    colour : str
        Its colour.
    """
    ratios = [r.ratio for r in results]
    spread = [
        [r.ratio - r.ratio_low for r in results],
        [r.ratio_high - r.ratio for r in results],
    ]
    axes.bar(
        positions,
        ratios,
        0.92 * width,
        yerr=spread,
        label=label,
        color=colour,
        ecolor=MUTED,
        capsize=3,
    )
    for position, result in zip(positions, results):
        axes.annotate(
            f"{result.ratio:.1f}",
            (position, result.ratio_high),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
