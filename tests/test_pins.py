# SPDX-License-Identifier: MIT
"""Versions that stand in more than one place."""

import re
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

# Session in noxfile.py -> dependency group in pyproject.toml.
STACKS = {"tests": "tf221", "tests-tf114": "tf114"}
ROW = re.compile(r"\| `nox -s (\S+)` \| (\S+) \| (\S+) \| (\S+) \|")


@pytest.fixture(scope="module")
def table(root):
    """The README's table of tested versions: session -> Python, TensorFlow, nengo."""
    return {row[0]: row[1:] for row in ROW.findall((root / "README.md").read_text())}


@pytest.fixture(scope="module")
def pins(root, load_toml):
    """The dependency groups of pyproject.toml: group -> distribution -> specifier."""
    groups = load_toml(root / "pyproject.toml")["dependency-groups"]
    return {
        group: {(pin := Requirement(text)).name: pin.specifier for text in texts}
        for group, texts in groups.items()
    }


def test_readme_lists_every_stack(table):
    """The README's table has one row for each tested stack."""
    assert set(table) == set(STACKS)


@pytest.mark.parametrize("session", sorted(STACKS))
def test_readme_pyproject_and_noxfile_agree(session, table, pins, sessions):
    """A stack is the same in the README, in its pins and in its nox session."""
    python, tensorflow, nengo = table[session]
    assert sessions[session].python == python
    assert str(pins[STACKS[session]]["tensorflow"]) == f"=={tensorflow}.*"
    assert str(pins[STACKS[session]]["nengo"]) == f"=={nengo}.*"


@pytest.mark.parametrize("session", sorted(STACKS))
def test_core_allows_every_stack(session, table, packages, load_toml):
    """What a session installs lies in the ranges that the core declares."""
    python, tensorflow, nengo = table[session]
    project = load_toml(packages["nengodl-core"] / "pyproject.toml")["project"]
    assert python in SpecifierSet(project["requires-python"])
    ranges = {
        (requirement := Requirement(text)).name: requirement.specifier
        for text in (
            *project["dependencies"],
            *project["optional-dependencies"]["tensorflow"],
        )
    }
    assert f"{nengo}.0" in ranges["nengo"]
    assert f"{tensorflow}.0" in ranges["tensorflow"]


def test_pythons_of_pyenv(root, sessions):
    """``.python-version`` starts with the README's Python and has all that nox needs."""
    versions = (root / ".python-version").read_text().split()
    minors = [version.rpartition(".")[0] for version in versions]
    assert minors[0] == sessions["tests"].python == "3.11"
    assert {session.python for session in sessions.values()} <= set(minors)


def test_siblings_allow_this_core(packages, load_toml):
    """Each package that needs the core allows the core beside it."""
    core = metadata.version("nengodl-core")
    asked = {
        name: requirement.specifier
        for name, folder in packages.items()
        for requirement in map(
            Requirement, load_toml(folder / "pyproject.toml")["project"]["dependencies"]
        )
        if requirement.name == "nengodl-core"
    }
    assert set(asked) == {"nengodl-benchmarks", "nengodl-docs", "nengodl-train"}
    assert [name for name, specifier in asked.items() if core not in specifier] == []


def test_packages_share_licence_and_build_backend(root, packages, load_toml):
    """One licence text and one build backend serve all packages."""
    licence = (root / "LICENSE").read_text()
    for folder in packages.values():
        assert (folder / "LICENSE").read_text() == licence
    systems = [
        load_toml(folder / "pyproject.toml")["build-system"]
        for folder in packages.values()
    ]
    assert len(systems) == 5
    assert all(system == systems[0] for system in systems)
