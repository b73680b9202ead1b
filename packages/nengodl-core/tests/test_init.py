# SPDX-License-Identifier: MIT
"""Importing the package, and the names it has."""

import json
import os
import subprocess
import sys

import nengo_dl
import pytest
from nengo_dl.errors import MissingPackageError


def run_python(*arguments):
    """Run a new interpreter; return its status and all it printed."""
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


IMPORT = """
import json, os, time
import nengo, tensorflow as tf

def state():
    return [
        tf.executing_eagerly(),
        os.environ.get("TF_CPP_MIN_LOG_LEVEL"),
        len(tf.compat.v1.get_default_graph().get_operations()),
        tf.compat.v1.logging.get_verbosity(),
        [
            getattr(tf.compat.v1, name, lambda: None)()
            for name in ("control_flow_v2_enabled", "resource_variables_enabled")
        ],
        sorted(nengo.builder.Builder.builders, key=str) == builders,
        getattr(nengo.PES, "probeable", None),
    ]

builders = sorted(nengo.builder.Builder.builders, key=str)
before = state()
start = time.process_time()
import nengo_dl
elapsed = time.process_time() - start
print(json.dumps([elapsed, before == state()]))
"""


@pytest.fixture(scope="module")
def imported():
    """Seconds that an import takes, and whether it left everything as it was."""
    status, output = run_python("-c", IMPORT)
    assert status == 0, output
    return json.loads(output.splitlines()[-1])


def test_importing_takes_little_time(imported):
    """At most 0.3 seconds beyond nengo and TensorFlow, of processor time."""
    assert imported[0] <= 0.3


def test_importing_changes_nothing(imported):
    """Eager mode, log levels, the default graph and nengo's registry stay.

    History 2, 11 and 84.
    """
    assert imported[1]


def test_public_names():
    """The names that users import are there."""
    assert set(nengo_dl.__all__) >= {"Simulator", "configure_settings"}
    for name in nengo_dl.__all__:
        assert getattr(nengo_dl, name).__name__.split(".")[-1] == name


def test_unknown_names_are_attribute_errors():
    """A misspelt name is an ordinary AttributeError."""
    with pytest.raises(AttributeError, match="simulator_"):
        getattr(nengo_dl, "simulator_")  # noqa: B009  (a plain one is a useless line)


@pytest.mark.parametrize(
    "name, module, wheel",
    [
        ("objectives", "nengodl_train", "nengodl-train"),
        ("obj", "nengodl_train", "nengodl-train"),
        ("benchmarks", "nengodl_benchmarks", "nengodl-benchmarks"),
    ],
)
def test_missing_siblings_say_what_to_install(monkeypatch, name, module, wheel):
    """A name of another wheel is an ImportError with the install line."""
    handed_over = ("nengo_dl.objectives", "nengo_dl.benchmarks")
    for known in list(sys.modules):
        if known.startswith(module) or known in handed_over:
            monkeypatch.delitem(sys.modules, known)
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(vars(nengo_dl), name, raising=False)
    with pytest.raises(MissingPackageError, match=f"pip install .*{wheel}"):
        getattr(nengo_dl, name)


def test_siblings_are_handed_over(monkeypatch, tmp_path):
    """Both names of the objectives are the very module of the sibling."""
    package = tmp_path / "nengodl_train"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "objectives.py").write_text("marker = 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    for known in list(sys.modules):
        if known.startswith("nengodl_train") or known == "nengo_dl.objectives":
            monkeypatch.delitem(sys.modules, known)
    monkeypatch.delitem(vars(nengo_dl), "objectives", raising=False)
    try:
        assert nengo_dl.obj is sys.modules["nengodl_train.objectives"]
        assert nengo_dl.objectives is nengo_dl.obj
        assert nengo_dl.objectives.marker == 1
    finally:
        # what the import set is not monkeypatch's to undo
        vars(nengo_dl).pop("objectives", None)
        for known in ("nengo_dl.objectives", "nengodl_train.objectives"):
            sys.modules.pop(known, None)


def test_the_benchmarks_command_says_what_to_install():
    """`python -m nengo_dl.benchmarks` without the wheel names it."""
    code = (
        "import runpy, sys; sys.modules['nengodl_benchmarks'] = None;"
        "runpy.run_module('nengo_dl.benchmarks', run_name='__main__')"
    )
    status, output = run_python("-c", code)
    assert status != 0
    assert (
        "'python -m nengo_dl.benchmarks' needs the package nengodl-benchmarks" in output
    )


def test_the_benchmarks_command_is_handed_over(tmp_path):
    """`python -m nengo_dl.benchmarks` runs the command of the wheel."""
    package = tmp_path / "nengodl_benchmarks"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "cli.py").write_text("def main():\n    print('benchmarking')\n")
    code = (
        f"import runpy, sys; sys.path.insert(0, {str(tmp_path)!r});"
        "runpy.run_module('nengo_dl.benchmarks', run_name='__main__')"
    )
    status, output = run_python("-c", code)
    assert status == 0, output
    assert output.splitlines()[-1] == "benchmarking"
