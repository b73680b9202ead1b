# SPDX-License-Identifier: MIT
"""Results as JSON files and as text."""

import json
import math

from .measure import describe_machine, describe_versions

#: Raised by one whenever a field of the file changes its meaning or its name.
SCHEMA = 1

ROW = "{:<14} {:<24} {:>5} {:>10} {:>10} {:>7} {:>13} {:>9} {:>8}"


def write_json(path, kind, results):
    """
    Write results, with the machine and the versions they were measured with.

    Parameters
    ----------
    path : str
        File to write.
    kind : str
        What the results are: the name of the command that made them.
    results : list of dict
        Plain values.
    """
    report = {
        "schema": SCHEMA,
        "kind": kind,
        "machine": describe_machine(),
        "versions": describe_versions(),
        "results": [strict(result) for result in results],
    }
    with open(path, "w") as file:
        json.dump(report, file, indent=2, sort_keys=True, allow_nan=False)
        file.write("\n")


def strict(value):
    """
    Replace what JSON has no number for (NaN, infinity) by its name.

    Parameters
    ----------
    value : object
        Plain values, nested in dicts, lists and tuples.

    Returns
    -------
    object
        The same with strings in place of those numbers.
    """
    if isinstance(value, dict):
        return {key: strict(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [strict(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value


def header():
    """Return the heading of the table that `row` fills."""
    return ROW.format(
        "network",
        "neurons",
        "items",
        "nengo ms",
        "ours ms",
        "ratio",
        "quartiles",
        "compile s",
        "max diff",
    )


def row(result):
    """
    Return one comparison as a line of a table.

    Parameters
    ----------
    result : Comparison
        What was measured.

    Returns
    -------
    str
        The line.
    """
    case = result.case
    return ROW.format(
        case.network,
        f"{result.n_neurons} {case.neuron_type}",
        case.items,
        f"{result.reference_ms:.4f}",
        f"{result.candidate_ms:.4f}",
        f"{result.ratio:.2f}",
        f"{result.ratio_low:.2f}-{result.ratio_high:.2f}",
        f"{result.candidate_first_run_s:.2f}",
        f"{result.largest_difference:.1e}",
    )


def details(result):
    """
    Return what does not fit into the table: build time, memory, compiled loop.

    Parameters
    ----------
    result : Comparison
        What was measured.

    Returns
    -------
    str
        One indented line.
    """
    loop = "loop not compiled by XLA, or not shown by this TensorFlow"
    if result.fusions is not None:
        loop = (
            f"{result.groups} groups, {result.fusions} fusions,"
            f" {result.loop_instructions} instructions in the loop"
        )
    return (
        f"    built in {result.candidate_build_s:.2f} s (nengo"
        f" {result.reference_build_s:.2f} s); values up to {result.largest_value:.1e};"
        f" peak memory {result.peak_memory_mb:.0f} MiB; {loop}"
    )
