# SPDX-License-Identifier: MIT
"""The table of errors is complete, and the tests that it names are there."""

import ast
import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
TABLE = runpy.run_path(str(FOLDER / "table.py"))["TABLE"]


def triggers():
    """The triggers of each section, as the specification lists them."""
    sections = {}
    for line in (FOLDER / "triggers.txt").read_text().splitlines():
        if line.startswith("["):
            section = sections[int(line[1:-1])] = []
        elif line:
            section.append(line)
    return sections


def named_tests(section):
    """The tests that are named for a section."""
    return [name for tests in TABLE[section].values() for name in tests if "::" in name]


@pytest.mark.parametrize("section", sorted(triggers()))
def test_every_trigger_has_an_entry(section):
    """Each trigger of a section has a test or a reason, and there are no others."""
    assert len(triggers()[section]) > 3
    assert sorted(TABLE[section]) == sorted(triggers()[section])
    assert all(TABLE[section].values())


@pytest.mark.parametrize("section", sorted(TABLE))
def test_named_tests_exist(section):
    """Each test that is named is a function of that file, with a docstring."""
    assert named_tests(section)
    for name in named_tests(section):
        path, function = name.split("::")
        tree = ast.parse((FOLDER.parent / path).read_text(encoding="utf8"))
        found = {
            node.name: ast.get_docstring(node)
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
        }
        assert found.get(function), name


def test_no_test_is_forgotten():
    """Each test of an error in this folder is in the table."""
    named = {name for section in TABLE for name in named_tests(section)}
    for path in FOLDER.glob("test_*.py"):
        for node in ast.parse(path.read_text(encoding="utf8")).body:
            is_test = isinstance(node, ast.FunctionDef) and node.name.startswith(
                "test_"
            )
            if is_test and path.name != "test_table.py":
                assert f"errors_table/{path.name}::{node.name}" in named


def test_what_has_no_test_belongs_to_another_package():
    """A reason alone is enough only where the trigger is of another package."""
    for section, entries in TABLE.items():
        for trigger, tests in entries.items():
            if not any("::" in name for name in tests):
                assert tests[0].startswith("belongs to nengodl-"), (section, trigger)
