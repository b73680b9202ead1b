# SPDX-License-Identifier: MIT
"""JSON files and tables."""

import json

import numpy as np
import pytest
from nengodl_benchmarks import compare
from nengodl_benchmarks.measure import NengoSide, describe_versions
from nengodl_benchmarks.report import details, header, row, write_json


@pytest.fixture(scope="module", name="result")
def fixture_result():
    """One comparison of nengo with itself."""
    return compare(
        "integrator",
        candidate=NengoSide,
        dimensions=2,
        neurons_per_d=4,
        n_steps=10,
        rounds=2,
    )


def test_json_holds_results_machine_and_versions(result, tmp_path):
    """What is read back is what was measured, with all that it depends on."""
    path = str(tmp_path / "result.json")
    write_json(path, "compare", [result.as_dict()])
    with open(path) as file:
        report = json.load(file)
    assert report["schema"] == 1
    assert report["kind"] == "compare"
    assert report["versions"] == describe_versions()
    assert report["machine"]["usable_cores"] >= 1
    (found,) = report["results"]
    assert found["ratio"] == result.ratio
    assert found["candidate_rounds_ms"] == list(result.candidate_rounds_ms)
    assert found["case"]["network"] == "integrator"
    assert set(found) == set(result.__dataclass_fields__)


def test_json_has_no_numbers_that_json_lacks(tmp_path):
    """NaN and infinity are named, as other readers of JSON refuse them as numbers."""
    path = str(tmp_path / "result.json")
    write_json(path, "compare", [{"a": np.nan, "b": (np.inf, 1.5)}])

    def refuse(name):
        raise AssertionError(name)

    with open(path) as file:
        report = json.load(file, parse_constant=refuse)
    assert report["results"] == [{"a": "nan", "b": ["inf", 1.5]}]


def test_row_fits_its_header(result):
    """Each line shows the ratio and ends below the end of the header."""
    assert f"{result.ratio:.2f}" in row(result)
    assert len(row(result)) == len(header())


def test_details_do_not_claim_fusions_that_are_unknown(result):
    """Without a compiled loop the report says so."""
    assert "not compiled" in details(result)
