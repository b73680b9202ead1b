# SPDX-License-Identifier: MIT
"""Print a table: ``python -m nengodl_benchmarks.experiments.kernels [NAME ...]``."""

import os
import sys

from . import CASES, compare_kernels
from .measure import memory_limit

# Learned weights of `pes` with 64 and 128 dimensions, for 1 and 10 items.
WEIGHTS = [4 * d * 50 * d * items for d in (64, 128) for items in (1, 10)]


def main():
    """Measure the networks that are named, by default all, as rows of CSV."""
    print(
        "network,plain us/step,kernels us/step,ratio,quartiles,difference,nengo us/step"
    )
    for name in sys.argv[1:] or CASES:
        make, items, steps, with_nengo = CASES[name]
        found = compare_kernels(make, items, steps, with_nengo=with_nengo)
        nengo = "" if found.nengo is None else f"{found.nengo:.1f}"
        print(
            f'"{name}",{found.plain:.1f},{found.kernels:.1f},{found.ratio:.2f},'
            f"{found.low:.2f} to {found.high:.2f},"
            f"{found.difference:.1e} of {found.largest:.1e},{nengo}",
            flush=True,
        )
    threads = os.cpu_count() or 1
    for n_bytes in WEIGHTS:
        limit = memory_limit(n_bytes, threads)
        size = f"{n_bytes / 1e6:.1f} MB read and written"
        print(f"# {size} by {threads} threads: {limit:.1f} us")


if __name__ == "__main__":
    main()
