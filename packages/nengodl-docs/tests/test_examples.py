# SPDX-License-Identifier: MIT
"""The code of the documentation, run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1]
RUNNER = Path(__file__).with_name("run_page.py")
PAGES = sorted(
    page.relative_to(PACKAGE).as_posix()
    for page in (PACKAGE / "docs").rglob("*.rst")
    if ".. code-block:: python" in page.read_text()
)
EXAMPLES = sorted(file.name for file in (PACKAGE / "examples").glob("*.py"))


@pytest.fixture
def python(tmp_path):
    """Run a script in an empty folder, in a process that shares nothing with the tests."""

    def run(*arguments):
        environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="2")
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return run


@pytest.mark.parametrize("page", PAGES)
def test_code_of_pages_runs(page, python):
    """All Python code of a page runs without warnings and prints what the page says."""
    result = python(RUNNER, PACKAGE / page)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_run(name, python):
    """Each example is a script that runs to its end, its own checks included."""
    result = python(PACKAGE / "examples" / name)
    assert result.returncode == 0, result.stdout


def test_tutorial_and_how_to_have_code_that_runs():
    """Every lesson and every recipe has code."""
    folders = (PACKAGE / "docs" / "tutorial", PACKAGE / "docs" / "how-to")
    pages = {
        page.relative_to(PACKAGE).as_posix()
        for folder in folders
        for page in folder.glob("*.rst")
        if page.stem not in {"index"}
    }
    assert pages and pages <= set(PAGES)


@pytest.mark.parametrize(
    "code, output, message",
    [
        ("print(2)", "1", "line 8: the code before should print last"),
        ("1 / 0", "", "line 3, in <module>"),
        ("import warnings; warnings.warn('no')", "", "UserWarning: no"),
    ],
)
def test_runner_finds_what_is_wrong(code, output, message, python, tmp_path):
    """Wrong output, an error and a warning make a page fail, and name the place."""
    page = tmp_path / "page.rst"
    page.write_text(
        f".. code-block:: python\n\n   {code}\n\n"
        f".. code-block:: text\n   :class: output\n\n   {output}\n"
    )
    result = python(RUNNER, page)
    assert result.returncode == 1
    assert message in result.stdout
