# SPDX-License-Identifier: MIT
"""Every row of the release history, and every requirement, has a test or a reason."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def load_table():
    """Import the table, which is no test and on no path."""
    spec = importlib.util.spec_from_file_location("table", HERE / "table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TABLE = load_table()


def docstring(test):
    """First words of a test, None if there is no such test."""
    file, _, name = test.partition("::")
    path = HERE.parent / file
    if not path.exists():
        return None
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.get_docstring(node) or ""
    return None


def numbers_in(text):
    """All row numbers that a docstring names."""
    lists = re.findall(r"[Hh]istory (\d+(?:(?:, and |, | and )\d+)*)", text)
    return {int(number) for one in lists for number in re.findall(r"\d+", one)}


def test_all_rows_are_there():
    """The rows of history.md whose area is core or ops, and no others."""
    rows = [int(number) for area in TABLE.ROWS.values() for number in area.split()]
    assert len(rows) == len(set(rows))
    assert set(rows) == set(TABLE.HISTORY)
    assert min(rows) >= 1 and max(rows) == 226


@pytest.mark.parametrize("number", sorted(TABLE.HISTORY))
def test_rows_have_tests_that_name_them(number):
    """A row has tests with its number, or that of the row it is as, or a reason."""
    entry = TABLE.HISTORY[number]
    assert entry.tests or entry.because
    for test in entry.tests:
        assert docstring(test) is not None, f"there is no {test}"
        alike = {n for n, e in TABLE.HISTORY.items() if test in e.tests}
        named = numbers_in(docstring(test))
        assert named & alike, f"{test} has to name {number}, but names {named}"
        if "superseded by" not in (entry.because or ""):
            assert number in named, f"{test} has to name {number}, but names {named}"


@pytest.mark.parametrize("words", sorted(TABLE.REQUIREMENTS))
def test_requirements_have_tests(words):
    """What the original got wrong, and what it left open, is tested here."""
    entry = TABLE.REQUIREMENTS[words]
    assert entry.tests
    for test in entry.tests:
        assert docstring(test) is not None, f"there is no {test}"
