# SPDX-License-Identifier: MIT
"""
Write the tables of the page "Speed" from reports of ``nengodl-benchmarks compare``.

Run with `python speed_table.py [--suffix NAME] REPORT.json ...`; the tables go beside this
file, as speed.csv and speed-machine.csv, with the suffix behind "speed" if one is given.
"""

import csv
import json
import sys
from pathlib import Path

HEADER = (
    "network",
    "neurons",
    "batch",
    "nengo ms/step",
    "ours ms/step",
    "ratio",
    "ratio quartiles",
    "groups",
    "fusions",
    "first run s",
)


def row(result):
    """
    Bring a result into the form of the table.

    Parameters
    ----------
    result : dict
        One entry of "results" of a report.

    Returns
    -------
    tuple of str
        A cell for each name in `HEADER`.
    """
    case = result["case"]
    return (
        case["network"],
        f"{result['n_neurons']} {case['neuron_type']}",
        str(case["minibatch_size"]),
        f"{result['reference_ms']:.4f}",
        f"{result['candidate_ms']:.4f}",
        f"{result['ratio']:.1f}",
        f"{result['ratio_low']:.1f} to {result['ratio_high']:.1f}",
        "" if result["groups"] is None else str(result["groups"]),
        "" if result["fusions"] is None else str(result["fusions"]),
        f"{result['candidate_first_run_s']:.2f}",
    )


def machine(report):
    """
    Say what a report was measured with.

    Parameters
    ----------
    report : dict
        The report.

    Returns
    -------
    list of (str, str)
        What, and its value.
    """
    computer, versions = report["machine"], report["versions"]
    cases = [result["case"] for result in report["results"]]
    return [
        ("processor", f"{computer['cpu']}, {computer['usable_cores']} cores"),
        ("memory", f"{computer['memory_gib']} GiB"),
        *((name, version) for name, version in sorted(versions.items()) if version),
        ("type", ", ".join(sorted({case["dtype"] for case in cases}))),
        ("steps", ", ".join(sorted({str(case["n_steps"]) for case in cases}))),
        ("rounds", ", ".join(sorted({str(case["rounds"]) for case in cases}))),
    ]


def write(path, rows):
    """Write rows as a CSV file."""
    with open(path, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def main(paths, folder, suffix=""):
    """Write both tables into `folder`."""
    reports = [json.loads(Path(path).read_text()) for path in paths]
    results = [result for report in reports for result in report["results"]]
    write(folder / f"speed{suffix}.csv", [HEADER, *map(row, results)])
    described = dict.fromkeys(line for report in reports for line in machine(report))
    write(folder / f"speed{suffix}-machine.csv", [("what", "value"), *described])


if __name__ == "__main__":
    arguments, name = sys.argv[1:], ""
    if arguments[:1] == ["--suffix"]:
        name, arguments = arguments[1], arguments[2:]
    main(arguments, Path(__file__).parent, name)
