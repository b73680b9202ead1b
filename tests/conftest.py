# SPDX-License-Identifier: MIT
"""What the tests about the repository share; they run on the default Python only."""

import runpy
import subprocess
import tomllib
from pathlib import Path

import pytest
from nox import registry

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root():
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def packages():
    """The folders of the packages, each by the name of its distribution."""
    return {
        path.parent.name: path.parent for path in ROOT.glob("packages/*/pyproject.toml")
    }


@pytest.fixture(scope="session")
def load_toml():
    """A function that reads a TOML file."""
    return lambda path: tomllib.loads(path.read_text())


@pytest.fixture(scope="session")
def files():
    """The text files of the repository, those not yet committed included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    suffixes = {"", ".cfg", ".md", ".py", ".rst", ".toml", ".yml"}
    found = [ROOT / name for name in names if Path(name).suffix in suffixes]
    found = [path for path in found if path.is_file()]
    assert len(found) > 50, f"{' '.join(command)} found only {len(found)} text files"
    return found


@pytest.fixture(scope="session")
def sources(packages):
    """The Python files that the wheels hold."""
    found = [
        path for folder in packages.values() for path in folder.glob("src/**/*.py")
    ]
    assert len(found) > 20, f"only {len(found)} files under packages/*/src"
    return found


@pytest.fixture(scope="session")
def sessions():
    """The nox sessions, each by its name: nox's own registry after it read the file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        runpy.run_path("noxfile.py")
    return dict(registry.get())
