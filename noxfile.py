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


def pytest(session, *folders, **variables):
    """Run the tests in `folders`, or those in the paths on the command line."""
    named = any(Path(argument.split("::")[0]).exists() for argument in session.posargs)
    # Two workers: CI has two cores, and each worker imports its own TensorFlow.
    session.run(
        *("pytest", "-n", "2", *session.posargs, *(() if named else folders)),
        env={**ENV, **variables},
    )


def compile_kernels(session, *arguments, **variables):
    """Compile nengodl-ops; with no setting for its cache, once for all sessions."""
    session.run(
        "python", "-m", "nengodl_ops", "build", *arguments, env={**ENV, **variables}
    )


# session.install(FOLDER) builds the wheel and installs that; nothing is editable.


@nox.session(python="3.11")
def tests(session):
    """Test all wheels and the repository: Python 3.11, TensorFlow 2.21, nengo 4.1."""
    session.install(
        *requirements("tf221", "tests", "repository"), CORE, OPS, TRAIN, BENCHMARKS
    )
    compile_kernels(session)
    pytest(session, "tests", *(f"{package}/tests" for package in PACKAGES))


@nox.session(name="tests-tf114", python="3.7")
def tests_tf114(session):
    """Test all wheels with Python 3.7, TensorFlow 1.14 and nengo 2.8."""
    packages = [CORE, OPS, TRAIN, BENCHMARKS]
    session.install(*requirements("tf114", "tests"), *packages)
    compile_kernels(session)
    pytest(session, *(f"{package}/tests" for package in packages))


@nox.session(name="tests-core-alone", python="3.11")
def tests_core_alone(session):
    """Test the core with no other of our wheels: all works in plain TensorFlow."""
    session.install(*requirements("tf221", "tests"), CORE)
    pytest(session, f"{CORE}/tests")


@nox.session(name="ops-tf114", python="3.7")
def ops_tf114(session):
    """Compile and test nengodl-ops from its sdist: Python 3.7, TensorFlow 1.14."""
    check_sdist_of_kernels(session, "tf114")


@nox.session(name="ops-tf211", python="3.10")
def ops_tf211(session):
    """Compile and test nengodl-ops from its sdist: Python 3.10, TensorFlow 2.11."""
    check_sdist_of_kernels(session, "tf211")


@nox.session(name="ops-tf221", python="3.11")
def ops_tf221(session):
    """Compile and test nengodl-ops from its sdist: Python 3.11, TensorFlow 2.21."""
    check_sdist_of_kernels(session, "tf221")


def check_sdist_of_kernels(session, stack):
    """Install the sdist of nengodl-ops beside a TensorFlow, compile it and test it."""
    session.install(*requirements(stack, "tests", "backend"))
    folder = fresh_folder(session, "sdist")
    with session.chdir(OPS):
        session.run(
            "python", "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder)
        )
    session.install(*map(str, folder.iterdir()))
    cache = {"NENGODL_OPS_CACHE": str(fresh_folder(session, "cache"))}
    compile_kernels(session, **cache)
    # without the conftest.py of all packages: it is about networks, of which are none here
    pytest(session, f"--confcutdir={OPS}", f"{OPS}/tests", **cache)


@nox.session(name="ops-wheel", python="3.11")
def ops_wheel(session):
    """Build the wheel with kernels for TensorFlow 2.21; test it without a compiler."""
    session.install(*requirements("tf221"))
    built = Path(f"{OPS}/src/nengodl_ops/built")
    dist = fresh_folder(session, "dist")
    source = {"PYTHONPATH": f"{OPS}/src"}
    try:
        compile_kernels(session, "--force", "--output", str(built), **source)
        session.run("python", "-m", "pip", "wheel", "--no-deps", "-w", str(dist), OPS)
    finally:
        shutil.rmtree(built, ignore_errors=True)
    (wheel,) = dist.iterdir()
    Path("dist").mkdir(exist_ok=True)
    shutil.copy(wheel, "dist")

    clean = fresh_folder(session, "clean")
    session.run("python", "-m", "venv", str(clean))
    # nothing else on the PATH: no compiler, nor a library compiled before
    env = {**ENV, "PATH": str(clean / "bin"), "NENGODL_OPS_CACHE": str(clean / "cache")}
    python = [str(clean / "bin" / "python"), "-m"]
    tools = requirements("tf221", "tests")
    session.run(*python, "pip", "install", *tools, str(wheel), env=env, external=True)
    session.run(*python, "nengodl_ops", "status", env=env, external=True)
    ignored = (f"{OPS}/tests/test_{name}.py" for name in ("build", "main", "toolchain"))
    session.run(
        *(*python, "pytest", f"{OPS}/tests"),
        *(f"--ignore={name}" for name in ignored),  # they need a compiler
        *session.posargs,
        env=env,
        external=True,
    )


@nox.session(name="ops-sanitize", python="3.11")
def ops_sanitize(session):
    """Test the kernels under AddressSanitizer (g++): TensorFlow 2.21."""
    session.install(*requirements("tf221", "tests"), OPS)
    settings = {
        "NENGODL_OPS_CACHE": str(fresh_folder(session, "cache")),
        "NENGODL_OPS_SANITIZE": "address",
    }
    compile_kernels(session, **settings)
    # Python was not made for it, so that its own library has to come first; that of C++
    # next, for it to see exceptions. Python and TensorFlow leave memory to the end.
    names = ("libasan.so", "libstdc++.so")
    ask = (f"-print-file-name={name}" for name in names)
    found = [session.run("g++", a, external=True, silent=True).strip() for a in ask]
    settings.update(LD_PRELOAD=":".join(found), ASAN_OPTIONS="detect_leaks=0")
    folder = session.posargs or [f"{OPS}/tests/kernels"]
    session.run("python", "-m", "pytest", *folder, env={**ENV, **settings})


def fresh_folder(session, name):
    """Make an empty folder among the temporary ones of a session."""
    folder = Path(session.create_tmp(), name).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


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
