# SPDX-License-Identifier: MIT
"""What holds for every layout."""

from nengo_dl.layout.homes import Layout


def check_layout(layout: Layout) -> None:
    """
    Check that each signal has one place, and that places do not overlap.

    Parameters
    ----------
    layout : Layout
        The result of `make_layout`.

    Raises
    ------
    AssertionError
        If something is placed twice, or elsewhere than the table says.
    """
    seen = set()
    for number, home in enumerate(layout.homes):
        for base, place in zip(home.bases, home.places(number)):
            assert not base.is_view, f"{base} is a view; homes hold base signals"
            assert base not in seen, f"{base} has two places"
            assert layout.place[base] == place, f"{base} is misplaced"
            seen.add(base)
    assert seen == set(layout.place), "the table names signals without a home"
