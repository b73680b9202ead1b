# SPDX-License-Identifier: MIT
"""Every check of this repository; CI only calls these sessions."""

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.10.14"
# Not virtualenv: it no longer makes environments of Python 3.7. Not uv: it takes a
# wheel that it built before as long as pyproject.toml has not changed, so that the
# tests would run on old code.
nox.options.default_venv_backend = "venv"
# A session that cannot run has not passed.
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["lint", "tests"]

TOOLS = nox.project.load_toml("pyproject.toml")
CORE, OPS, TRAIN, BENCHMARKS, DOCS = PACKAGES = [
    "packages/nengodl-core",
    "packages/nengodl-ops",
    "packages/nengodl-train",
    "packages/nengodl-benchmarks",
    "packages/nengodl-docs",
]
LINTED = ["packages", "tests", "conftest.py", "noxfile.py"]
# PYTHONPATH: a source tree on it would hide the installed wheels.
ENV = {"PYTHONPATH": None, "MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "2"}


def requirements(*groups):
    """Return what the dependency groups of pyproject.toml name."""
    return [
        requirement
        for group in groups
        for requirement in nox.project.dependency_groups(TOOLS, group)
    ]


def pytest(session, *folders):
    """Run the tests in `folders`, or those in the paths on the command line."""
    named = any(Path(argument.split("::")[0]).exists() for argument in session.posargs)
    # Two workers: CI has two cores, and each worker imports its own TensorFlow.
    session.run(
        "pytest", "-n", "2", *session.posargs, *(() if named else folders), env=ENV
    )


# session.install(FOLDER) builds the wheel and installs that; nothing is editable.


@nox.session(python="3.11")
def tests(session):
    """Test all wheels and the repository: Python 3.11, TensorFlow 2.21, nengo 4.1."""
    session.install(
        *requirements("tf221", "tests", "repository"), CORE, OPS, TRAIN, BENCHMARKS
    )
    pytest(session, "tests", *(f"{package}/tests" for package in PACKAGES))


@nox.session(name="tests-tf114", python="3.7")
def tests_tf114(session):
    """Test all wheels with Python 3.7, TensorFlow 1.14 and nengo 2.8."""
    packages = [CORE, OPS, TRAIN, BENCHMARKS]
    session.install(*requirements("tf114", "tests"), *packages)
    pytest(session, *(f"{package}/tests" for package in packages))


@nox.session(name="tests-core-alone", python="3.11")
def tests_core_alone(session):
    """Test the core with no other of our wheels: all works in plain TensorFlow."""
    session.install(*requirements("tf221", "tests"), CORE)
    pytest(session, f"{CORE}/tests")


@nox.session(name="nengo-suite", python="3.11")
def nengo_suite(session):
    """Run nengo's own tests on our simulator: TensorFlow 2.21, nengo 4.1."""
    run_nengo_suite(session, "tf221", "nengo-suite")


@nox.session(name="nengo-suite-tf211", python="3.10")
def nengo_suite_tf211(session):
    """Run nengo's own tests on our simulator: TensorFlow 2.11, nengo 3.2."""
    run_nengo_suite(session, "tf211", "nengo-suite")


@nox.session(name="nengo-suite-tf114", python="3.7")
def nengo_suite_tf114(session):
    """Run nengo's own tests on our simulator: TensorFlow 1.14, nengo 2.8."""
    run_nengo_suite(session, "tf114", "nengo-suite-tf114")


def run_nengo_suite(session, *groups):
    """Run nengo's tests in four ways, or as the command line says: -- --dtype float64."""
    session.install(*requirements(*groups), CORE)
    ways = [
        ["--dtype", dtype, "--unroll-simulation", unroll]
        for dtype in ("float32", "float64")
        for unroll in ("1", "5")
    ]
    chosen = {"--dtype", "--unroll-simulation"}.intersection(session.posargs)
    script = Path(f"{CORE}/tests/nengo_suite/run.py").resolve()
    # elsewhere: here pytest would load the conftest.py of our own tests
    with session.chdir(session.create_tmp()):
        for way in [[]] if chosen else ways:
            session.run(
                *("python", str(script), "-q", "-n", "2", *way, *session.posargs),
                # the plug-in beside it, for the workers of pytest-xdist
                env={**ENV, "PYTHONPATH": str(script.parent)},
            )


@nox.session(python="3.11")
def lint(session):
    """Check style, layers, forbidden imports and that the changelogs can be made."""
    session.install(*requirements("lint"))
    session.run("ruff", "check", *LINTED)
    session.run("ruff", "format", "--check", *LINTED)
    sources = os.pathsep.join(f"{package}/src" for package in PACKAGES)
    session.run("lint-imports", env={"PYTHONPATH": sources})
    for package in PACKAGES:
        session.run("towncrier", "build", "--draft", "--version=next", "--dir", package)


@nox.session(python="3.11")
def fragments(session):
    """Fail when a package changed since origin/main without a news fragment."""
    (base,) = session.posargs or ["origin/main"]
    diff = ["git", "diff", "--name-only", f"{base}..."]
    changed = session.run(*diff, external=True, silent=True).split()
    for package in PACKAGES:
        news = f"changelog.d/{Path(package).name}/"
        if any(name.startswith(f"{package}/src/") for name in changed) and not any(
            name.startswith(news) for name in changed
        ):
            session.error(f"{package} changed: tell its users in {news}, one new file.")


@nox.session(python="3.11")
def docs(session):
    """Build the documentation into build/docs; warnings and broken links are errors."""
    session.install(*requirements("tf221"), *PACKAGES)
    shutil.rmtree("build/docs", ignore_errors=True)
    session.run(
        *("sphinx-build", "-W", "--keep-going", "-n", "-b", "html"),
        *(f"{DOCS}/docs", "build/docs", *session.posargs),
        env=ENV,
    )


@nox.session(python="3.11")
def demo(session):
    """Simulate a spiking network beside nengo and draw both outputs to demo.png."""
    session.install(*requirements("tf221"), CORE, BENCHMARKS)
    arguments = session.posargs or ["--output", "demo.png"]
    session.run("nengodl-benchmarks", "demo", *arguments, env=ENV)


@nox.session(python="3.11")
def build(session):
    """Build the wheel and the sdist of each package into dist and check them."""
    session.install(*requirements("build"))
    shutil.rmtree("dist", ignore_errors=True)
    for package in PACKAGES:
        session.run("python", "-m", "build", "--outdir", "dist", package)
    session.run("twine", "check", "--strict", *map(str, Path("dist").iterdir()))
