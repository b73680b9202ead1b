# SPDX-License-Identifier: MIT
"""The plug-in of pytest, in test runs of its own."""

import importlib
import os
import subprocess
import sys

import pytest
import pytest_nengo_dl
from nengo_dl.kernels import installed_kernels

pytest_plugins = ["pytester"]

# What pytest-nengo has: options in the ini file and a fixture of the same name.
PYTEST_NENGO = """
import pytest

def pytest_addoption(parser):
    parser.addini("nengo_simulator", default="nengo.Simulator", help="class")
    parser.addini("nengo_simloader", default=None, help="function that gives one")

@pytest.fixture(scope="session")
def Simulator(request):
    return "pytest-nengo's"
"""

TWO_TESTS = """
def test_with(Simulator):
    pass

def test_without():
    pass
"""


@pytest.fixture(scope="module", autouse=True)
def kernels():
    """Kernels are found in the home folder once a process, and pytester has its own."""
    return installed_kernels()


@pytest.fixture
def run(pytester, monkeypatch):
    """Run pytest on some code with the plug-in, in this process."""
    monkeypatch.syspath_prepend(str(pytester.path))
    # nengo 4.1's own plug-in does not load in pytest 9
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(code, *arguments, plugins=("pytest_nengo_dl",)):
        pytester.makepyfile(test_it=code)
        loaded = [text for name in plugins for text in ("-p", name)]
        return pytester.runpytest_inprocess(
            *("--strict-markers", "-rs", *loaded, *arguments)
        )

    return run


def test_simulator_follows_the_options(run):
    """Options are defaults: what a test sets itself, it gets."""
    result = run(
        """
        import nengo, nengo_dl, pytest

        @pytest.fixture
        def net():
            with nengo.Network() as net:
                net.probe = nengo.Probe(nengo.Node([1.0]))
            return net

        def test_defaults(Simulator, net):
            assert issubclass(Simulator, nengo_dl.Simulator)
            with Simulator(net) as sim:
                sim.run_steps(6)
                assert sim.unroll == 3
                assert sim.data[net.probe].dtype == "float64"

        def test_choices(Simulator, net):
            with net:
                nengo_dl.configure_settings(dtype="float32")
            with Simulator(net, unroll_simulation=2) as sim:
                sim.run_steps(6)
                assert sim.unroll == 2
                assert sim.data[net.probe].dtype == "float32"
        """,
        *("--dtype", "float64", "--unroll-simulation", "3", "--device", "/cpu:0"),
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--dtype", "float16"], "*--dtype*invalid choice*float16*"),
        (["--unroll-simulation", "0"], "*--unroll-simulation*invalid*'0'*"),
        (["--unroll-simulation", "two"], "*--unroll-simulation*invalid*'two'*"),
    ],
)
def test_wrong_values_end_the_run(run, arguments, message):
    """A value that an option cannot have is named, and nothing runs."""
    result = run(TWO_TESTS, *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


def test_simulator_only_skips_other_tests(run):
    """With the option, tests without the fixture are skipped, and say why."""
    run(TWO_TESTS).assert_outcomes(passed=2)
    result = run(TWO_TESTS, "--simulator-only")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*does not use the fixture Simulator*"])


@pytest.mark.parametrize(
    "marker, arguments, runs",
    [
        ("training", [], True),
        ("training", ["--inference-only"], False),
        ("performance", [], False),
        ("performance", ["--performance"], True),
    ],
)
def test_markers(run, marker, arguments, runs):
    """Options choose whether tests with a marker run; others always do."""
    result = run(
        f"""
        import pytest

        @pytest.mark.{marker}
        def test_marked():
            pass

        def test_unmarked():
            pass
        """,
        *arguments,
    )
    result.assert_outcomes(passed=1 + runs, skipped=1 - runs)


@pytest.mark.parametrize("available", [False, True])
def test_gpu_tests_need_a_gpu(run, monkeypatch, available):
    """A test marked gpu is skipped exactly where TensorFlow finds none."""
    monkeypatch.setattr("nengo_dl.compat.tensorflow.gpu_available", lambda: available)
    result = run("import pytest\n@pytest.mark.gpu\ndef test_it(): pass")
    result.assert_outcomes(passed=available, skipped=not available)


def test_session_is_fresh(run):
    """Each test gets a session in an empty graph, which is closed behind it."""
    result = run(
        """
        import pytest, tensorflow as tf
        kept = []

        @pytest.mark.parametrize("number", [1, 2])
        def test_session(sess, number):
            assert tf.compat.v1.get_default_session() is sess
            assert len(sess.graph.get_operations()) == 0
            assert sess.run(tf.constant(number)) == number
            kept.append(sess)

        def test_closed():
            with pytest.raises(RuntimeError, match="closed"):
                kept[0].run([])
            assert tf.compat.v1.get_default_session() is None
        """
    )
    result.assert_outcomes(passed=3)


WHOSE = """
def test_it(Simulator):
    print("it is", "ours" if isinstance(Simulator, type) else Simulator)
"""


@pytest.mark.parametrize(
    "ini, arguments, whose",
    [
        ("", [], "pytest-nengo's"),
        ("", ["--dtype", "float32"], "ours"),
        ("", ["--simulator-only"], "ours"),
        ("", ["--performance"], "pytest-nengo's"),
        ("nengo_simulator = nengo.Simulator", ["--dtype", "float32"], "ours"),
        ("nengo_simulator = x.Simulator", ["--dtype", "float32"], "pytest-nengo's"),
        ("nengo_simloader = x.load", ["--simulator-only"], "pytest-nengo's"),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_pytest_nengo_decides_unless_we_are_asked(
    run, pytester, ini, arguments, whose, order
):
    """Installing this plug-in changes no other project; its options choose it.

    A simulator named in the ini file goes first, unless it is pytest-nengo's default.
    """
    pytester.makepyfile(pytest_nengo=PYTEST_NENGO)
    pytester.makeini(f"[pytest]\n{ini}\n")
    plugins = ["pytest_nengo", "pytest_nengo_dl"][::order]
    result = run(WHOSE, "-s", *arguments, plugins=plugins)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"*it is {whose}*"])


def run_python(code):
    """Run code in a new interpreter; give what it prints."""
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=env,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def test_loading_the_plugin_does_not_import_tensorflow():
    """Pytest loads the plug-in in any project: it must be quick, and need nothing."""
    assert run_python(
        "import sys, pytest_nengo_dl;"
        "print(sorted({'nengo', 'nengo_dl', 'tensorflow'}.intersection(sys.modules)))"
    ).splitlines() == ["[]"]


def test_importing_nengo_dl_does_not_import_pytest():
    """Neither the package nor its test interface needs pytest."""
    assert run_python(
        "import sys, nengo_dl.tests; print('pytest' in sys.modules)"
    ).splitlines()[-1:] == ["False"]


def test_every_option_and_marker_has_help(run):
    """``pytest --help`` and ``--markers`` list what the plug-in adds."""
    result = run("", "--help")
    result.stdout.fnmatch_lines_random(
        [f"*{option}*" for option in (*pytest_nengo_dl.CHOOSING, "--performance")]
    )
    result = run("", "--markers")
    result.stdout.fnmatch_lines_random(
        [f"@pytest.mark.{name}: *" for name in pytest_nengo_dl.MARKERS]
    )


def test_the_loader_is_public():
    """pytest-nengo's ini file names the loader by its path."""
    loader = importlib.import_module("nengo_dl.tests")
    assert loader.__all__ == ["make_test_sim"]
