# SPDX-License-Identifier: MIT
"""The tables of the page about speed."""

import csv
import importlib.util
import json
from pathlib import Path

import pytest
from nengodl_benchmarks import compare
from nengodl_benchmarks.report import write_json

FOLDER = Path(__file__).parents[1] / "docs" / "explanation"


@pytest.fixture
def speed_table():
    """The script that writes the tables, which is no module of a package."""
    path = FOLDER / "speed_table.py"
    spec = importlib.util.spec_from_file_location("speed_table", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path):
    """Return the rows of a CSV file."""
    with open(path, newline="") as file:
        return list(csv.reader(file))


def test_tables_hold_what_the_report_says(speed_table, tmp_path):
    """Each result of a report is a row, and the machine is that of the report."""
    result = compare(
        "pes", dimensions=1, neurons_per_d=5, n_steps=2, rounds=1, jit_compile=False
    )
    report = tmp_path / "report.json"
    write_json(str(report), "compare", [result.as_dict()] * 2)
    speed_table.main([report], tmp_path)

    header, *rows = read(tmp_path / "speed.csv")
    assert [row[:3] for row in rows] == [["pes", "5 RectifiedLinear", "None"]] * 2
    cells = dict(zip(header, rows[0]))
    assert float(cells["nengo ms/step"]) == pytest.approx(result.reference_ms, abs=1e-4)
    assert float(cells["ours ms/step"]) == pytest.approx(result.candidate_ms, abs=1e-4)
    described = dict(read(tmp_path / "speed-machine.csv")[1:])
    saved = json.loads(report.read_text())
    assert described["tensorflow"] == saved["versions"]["tensorflow"]
    assert described["processor"].startswith(saved["machine"]["cpu"])


def test_page_has_figures(speed_table):
    """The tables of the page have the columns that the script writes, and rows."""
    header, *rows = read(FOLDER / "speed.csv")
    assert tuple(header) == speed_table.HEADER
    assert rows and all(len(row) == len(header) for row in rows)
    assert "tensorflow" in dict(read(FOLDER / "speed-machine.csv"))
