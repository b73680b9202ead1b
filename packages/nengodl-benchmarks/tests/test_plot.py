# SPDX-License-Identifier: MIT
"""The bar plot."""

import dataclasses
import sys

import matplotlib.image
import numpy as np
from nengodl_benchmarks import compare
from nengodl_benchmarks.measure import NengoSide
from nengodl_benchmarks.plot import plot_ratios

SIZE = {"dimensions": 2, "neurons_per_d": 4, "n_steps": 10, "rounds": 2}


def test_plot_is_a_png_with_bars_in_it(tmp_path):
    """Higher bars make a different picture of the same size, in a PNG file."""
    result = compare("integrator", candidate=NengoSide, **SIZE)
    other = dataclasses.replace(
        result, case=dataclasses.replace(result.case, network="pes", minibatch_size=3)
    )
    pictures = []
    for ratio in (2.0, 9.0):
        path = str(tmp_path / f"{ratio}.png")
        known = {"ratio": ratio, "ratio_low": ratio - 0.5, "ratio_high": ratio + 0.5}
        plot_ratios(path, [dataclasses.replace(r, **known) for r in (result, other)])
        with open(path, "rb") as file:
            assert file.read(8) == b"\x89PNG\r\n\x1a\n"
        pictures.append(matplotlib.image.imread(path))
    assert min(pictures[0].shape[:2]) > 300
    assert pictures[0].shape != pictures[1].shape or not np.array_equal(*pictures)


def test_plotting_does_not_touch_pyplot(tmp_path):
    """No window system is needed, and a user's own figures are left alone."""
    result = compare("pes", candidate=NengoSide, **SIZE)
    before = "matplotlib.pyplot" in sys.modules
    plot_ratios(str(tmp_path / "plot.png"), [result])
    assert ("matplotlib.pyplot" in sys.modules) == before
