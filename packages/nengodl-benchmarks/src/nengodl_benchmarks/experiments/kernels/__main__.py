# SPDX-License-Identifier: MIT
"""
Print tables: ``python -m nengodl_benchmarks.experiments.kernels [NAME ...]``.

They are of the networks that are named, by default of all. ``alone`` is the name of the
tables of kernels in loops of their own, ``columns`` that of ``learned_product`` beside
plain TensorFlow, for rows of several lengths.
"""

import importlib
import itertools
import os
import sys

from . import CASES, compare_kernels
from .alone import compare_products, learned_product_alone, lif_step_alone

ROWS = 2, 10, 32, 100, 1000, 3200
COLUMNS = 8, 16, 32, 48, 64, 96, 128, 500


def main():
    """Measure what is named, as rows of CSV."""
    names = sys.argv[1:] or [*CASES, *TABLES]
    networks = [name for name in names if name not in TABLES]
    if networks:
        print_networks(networks)
    tables = [name for name in TABLES if name in names]
    kernels = find_kernels() if tables else {}
    for name in tables:
        if {"learned_product", "lif_step"}.issubset(kernels["compiled"]):
            TABLES[name](kernels)
        else:
            print(f"# {name}: no kernels that XLA compiles are installed")


def print_networks(names):
    """Print a row for each network."""
    print(
        "network,plain us/step,kernels us/step,ratio,quartiles,difference,nengo us/step"
    )
    for name in names:
        make, items, steps, with_nengo = CASES[name]
        found = compare_kernels(make, items, steps, with_nengo=with_nengo)
        nengo = "" if found.nengo is None else f"{found.nengo:.1f}"
        print(
            f'"{name}",{found.plain:.1f},{found.kernels:.1f},{found.ratio:.2f},'
            f"{found.low:.2f} to {found.high:.2f},"
            f"{found.difference:.1e} of {found.largest:.1e},{nengo}",
            flush=True,
        )


def find_kernels():
    """Return what is installed, without kernels if none can be used here."""
    try:
        return importlib.import_module("nengodl_ops").KERNELS
    except ImportError as error:
        print(f"# {error}")
        return {"compiled": ()}


def print_alone(kernels):
    """Print rows for the weights of ``pes`` in 64 and 128 dimensions, and for neurons."""
    threads = os.cpu_count() or 1
    print("weights,learned_product us,read and written by NumPy us")
    for dimensions in (64, 128):
        for items in (1, 10):
            shape = items, dimensions, 50 * dimensions
            found = learned_product_alone(
                kernels["learned_product"], *shape, threads=threads
            )
            size = " x ".join(map(str, shape))
            print(f"{size},{found.kernel:.1f},{found.limit:.1f}", flush=True)
    print("neurons,lif_step us,ns a neuron")
    for n_neurons in (4000, 40_000, 400_000):
        found = lif_step_alone(kernels["lif_step"], n_neurons)
        each = 1000 * found / n_neurons
        print(f'"{n_neurons:,}",{found:.1f},{each:.2f}', flush=True)


def print_columns(kernels):
    """Print rows for weights of several shapes, learned and multiplied."""
    print("decay,rows,columns,plain us,learned_product us,ratio")
    for decay, rows, columns in itertools.product((False, True), ROWS, COLUMNS):
        # some 20 ms or more, beside which the start of a loop is little
        steps = min(10**8 // (rows * columns), 50_000)
        plain, kernel = compare_products(
            kernels["learned_product"], rows, columns, steps, decay=decay
        )
        times = f"{plain:.2f},{kernel:.2f},{plain / kernel:.2f}"
        print(f"{'yes' if decay else 'no'},{rows},{columns},{times}", flush=True)


TABLES = {"alone": print_alone, "columns": print_columns}

if __name__ == "__main__":
    main()
