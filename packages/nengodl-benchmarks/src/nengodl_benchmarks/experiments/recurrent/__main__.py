# SPDX-License-Identifier: MIT
"""Print a table: ``python -m nengodl_benchmarks.experiments.recurrent``."""

from . import CASES, compare_training


def main():
    """Measure both networks with 10 and 50 items, 100 steps."""
    print("network     items  ours (ms)  plain (ms)  ratio  difference of gradients")
    for name in CASES:
        for items in (10, 50):
            found = compare_training(name, items)
            print(
                f"{name:11s} {items:5d} {found.ours:10.2f} {found.plain:11.2f}"
                f" {found.ratio:6.2f}  {found.difference:.1e}",
                flush=True,
            )


if __name__ == "__main__":
    main()
