# SPDX-License-Identifier: MIT
"""The tables of errors, of all packages, are complete, and their tests are there.

A package that has triggers of its own lists them in ``tests/errors_table/table.py``.
"""

import ast
import runpy
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CORE = "nengodl-core"
# by package, the folders of tests and what their tables hold
FOLDERS = {
    path.parents[2].name: path.parents[1]
    for path in HERE.parents[2].glob("*/tests/errors_table/table.py")
}
TABLES = {
    package: runpy.run_path(str(folder / "errors_table/table.py"))["TABLE"]
    for package, folder in FOLDERS.items()
}
SECTIONS = sorted((package, n) for package, table in TABLES.items() for n in table)


def triggers():
    """The triggers of each section, as the specification lists them."""
    sections = {}
    for line in (HERE / "triggers.txt").read_text().splitlines():
        if line.startswith("["):
            section = sections[int(line[1:-1])] = []
        elif line:
            section.append(line)
    return sections


def named_tests(package, section):
    """The tests that a package names for a section."""
    entries = TABLES[package][section].values()
    return [name for tests in entries for name in tests if "::" in name]


def functions(path):
    """The functions of a module."""
    body = ast.parse(path.read_text(encoding="utf8")).body
    return [node for node in body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("section", sorted(triggers()))
def test_every_trigger_has_an_entry(section):
    """Each trigger of a section has a test or a reason, and there are no others."""
    assert len(triggers()[section]) > 3
    assert sorted(TABLES[CORE][section]) == sorted(triggers()[section])
    for table in TABLES.values():
        assert set(table.get(section, ())) <= set(triggers()[section])
        assert all(table.get(section, {}).values())


@pytest.mark.parametrize("package, section", SECTIONS)
def test_named_tests_exist(package, section):
    """Each test that is named is a function of that file, with a docstring."""
    assert named_tests(package, section)
    for name in named_tests(package, section):
        path, function = name.split("::")
        found = functions(FOLDERS[package] / path)
        docstrings = {node.name: ast.get_docstring(node) for node in found}
        assert docstrings.get(function), name


@pytest.mark.parametrize("package", sorted(TABLES))
def test_no_test_is_forgotten(package):
    """Each test of an error in a folder of this name is in the table beside it."""
    named = {name for n in TABLES[package] for name in named_tests(package, n)}
    for path in (FOLDERS[package] / "errors_table").glob("test_*.py"):
        for node in functions(path):
            if node.name.startswith("test_") and path.name != "test_table.py":
                assert f"errors_table/{path.name}::{node.name}" in named


def test_what_has_no_test_belongs_to_another_package():
    """A reason alone is enough only where the trigger is of another package.

    If that package has a table, the trigger has a test in it.
    """
    for section, entries in TABLES[CORE].items():
        for trigger, tests in entries.items():
            if not any("::" in name for name in tests):
                assert tests[0].startswith("belongs to nengodl-"), (section, trigger)
                other = tests[0][len("belongs to ") :].split(",")[0]
                found = TABLES.get(other, TABLES[CORE])[section].get(trigger)
                assert found, f"{other} has no test of {trigger}"
                assert other not in TABLES or any("::" in name for name in found)
