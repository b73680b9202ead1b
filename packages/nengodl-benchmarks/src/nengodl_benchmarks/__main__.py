# SPDX-License-Identifier: MIT
"""Let ``python -m nengodl_benchmarks`` be the command line."""

from .cli import main

if __name__ == "__main__":
    main(prog_name="python -m nengodl_benchmarks")
