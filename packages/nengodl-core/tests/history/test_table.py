# SPDX-License-Identifier: MIT
"""Every row of the release history, and every requirement, has a test or a reason.

The rows of a package stand in its ``tests/history/table.py``, the core's with those of the
packages that have none.
"""

import ast
import importlib.util
import re
from pathlib import Path

import pytest

# by package, the folder of its tests
FOLDERS = {
    path.parents[2].name: path.parents[1]
    for path in Path(__file__).parents[3].glob("*/tests/history/table.py")
}


def load_table(folder):
    """Import a table, which is no test and on no path."""
    spec = importlib.util.spec_from_file_location("table", folder / "history/table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TABLES = {package: load_table(folder) for package, folder in FOLDERS.items()}
ROWS = sorted((package, n) for package, table in TABLES.items() for n in table.HISTORY)
REQUIREMENTS = sorted(
    (package, words)
    for package, table in TABLES.items()
    for words in table.REQUIREMENTS
)


def docstring(package, test):
    """First words of a test, None if there is no such test."""
    file, _, name = test.partition("::")
    path = FOLDERS[package] / file
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


@pytest.mark.parametrize("package", sorted(TABLES))
def test_all_rows_are_there(package):
    """The rows of history.md that are the package's, and no others."""
    table = TABLES[package]
    rows = [int(number) for area in table.ROWS.values() for number in area.split()]
    assert len(rows) == len(set(rows))
    assert set(rows) == set(table.HISTORY)
    assert min(rows) >= 1 and max(rows) <= 226


def test_no_row_is_left_out():
    """What one package leaves to another one is among the rows of that."""
    for table in TABLES.values():
        for number, entry in table.HISTORY.items():
            for other in re.findall("in (nengodl-[a-z]+)", entry.because or ""):
                assert other not in TABLES or number in TABLES[other].HISTORY, number


@pytest.mark.parametrize("package, number", ROWS)
def test_rows_have_tests_that_name_them(package, number):
    """A row has tests with its number, or that of the row it is as, or a reason."""
    rows = TABLES[package].HISTORY
    entry = rows[number]
    assert entry.tests or entry.because
    for test in entry.tests:
        found = docstring(package, test)
        assert found is not None, f"there is no {test}"
        alike = {n for n, e in rows.items() if test in e.tests}
        named = numbers_in(found)
        assert named & alike, f"{test} has to name {number}, but names {named}"
        if "superseded by" not in (entry.because or ""):
            assert number in named, f"{test} has to name {number}, but names {named}"


@pytest.mark.parametrize("package, words", REQUIREMENTS)
def test_requirements_have_tests(package, words):
    """What the original got wrong, and what it left open, is tested here."""
    entry = TABLES[package].REQUIREMENTS[words]
    assert entry.tests
    for test in entry.tests:
        assert docstring(package, test) is not None, f"there is no {test}"
