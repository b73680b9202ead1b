# SPDX-License-Identifier: MIT
"""The commands that the texts and CI name."""

import re

import pytest

SESSIONS_OF_ISSUE = {
    *("tests", "tests-tf114", "tests-core-alone"),
    *("lint", "docs", "demo", "build"),
}
# "nox -s lint", "nox -R -s tests", and the matrix that the test workflow fills in.
NOX = re.compile(r"nox (?:-\w )*-s ([\w-]+)")
MATRIX = re.compile(r"session: \[(.*)\]")


def named_sessions(text):
    """Return the nox sessions that `text` names."""
    in_matrices = ", ".join(MATRIX.findall(text))
    return {*NOX.findall(text), *filter(None, in_matrices.split(", "))} - {"NAME"}


def test_sessions_are_there(sessions):
    """Every session that the README and the workflows promise is defined."""
    assert set(sessions) >= SESSIONS_OF_ISSUE


@pytest.mark.parametrize(
    "name",
    ["README.md", "CONTRIBUTING.md", ".ci/run", "packages/nengodl-docs/README.md"],
)
def test_commands_of_texts(root, sessions, name):
    """Each text names nox sessions, and only ones that exist."""
    named = named_sessions((root / name).read_text())
    assert named and named <= set(sessions)


@pytest.mark.parametrize("name", ["test.yml", "wheels.yml", "docs.yml"])
def test_workflows_only_call_sessions(root, sessions, name):
    """A workflow runs nox sessions that exist; the gate job is its one other step."""
    text = (root / ".github" / "workflows" / name).read_text()
    assert named_sessions(text) and named_sessions(text) <= set(sessions)
    commands = re.findall(r"- run: (.*)", text)
    others = [command for command in commands if "&& nox -s " not in command]
    assert all("needs.*.result" in command for command in others)


def test_ci_runs_the_command_of_the_readme(root):
    """CI runs the README's test command, letter by letter, then the other two."""
    text = (root / "README.md").read_text()
    (command,) = re.findall(r"^pip install .* -s tests$", text, re.M)
    assert "pip install nox && nox -s demo\n" in text
    ran = re.findall(r"^run '(.*)'$", (root / ".ci" / "run").read_text(), re.M)
    assert ran == [command, "nox -s tests-tf114", "nox -s lint"]


def test_scripts_name_defined_commands(root, packages, load_toml):
    """The demo session calls a command that the benchmarks wheel installs."""
    project = load_toml(packages["nengodl-benchmarks"] / "pyproject.toml")["project"]
    (command,) = project["scripts"]
    assert f'session.run("{command}", "demo"' in (root / "noxfile.py").read_text()
