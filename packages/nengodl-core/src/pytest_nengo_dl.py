# SPDX-License-Identifier: MIT
"""
The pytest plug-in of nengo_dl: options, markers and fixtures.

It is a module of its own because pytest imports it whenever it starts, in any project:
nothing here may import nengo_dl, and with it TensorFlow, before a test needs it.
"""

import types

import pytest

# options that ask for this simulator when pytest-nengo, which has a simulator of its own
# choice, is there, too
CHOOSING = (
    "--dtype",
    "--unroll-simulation",
    "--inference-only",
    "--device",
    "--simulator-only",
)

# names of pytest-nengo: of its entry point, and of its module for "-p"
PYTEST_NENGO = ("nengo", "pytest_nengo")

# simulator of pytest-nengo where no file names another one
DEFAULT_SIMULATOR = "nengo.Simulator"

MARKERS = {
    "training": "trains a network; skipped with --inference-only",
    "gpu": "needs a GPU; skipped where TensorFlow finds none",
    "performance": "measures speed; skipped unless --performance is given",
}


def pytest_addoption(parser):
    """Add the options."""
    group = parser.getgroup("nengo_dl", "Nengo networks on nengo_dl.Simulator")
    group.addoption(
        "--dtype",
        choices=["float32", "float64"],
        help="type of the simulations (float32)",
    )
    group.addoption(
        "--unroll-simulation",
        type=_positive,
        metavar="N",
        help="steps in one iteration of the compiled loop (1)",
    )
    group.addoption("--device", help="TensorFlow device, such as /cpu:0")
    group.addoption(
        "--inference-only",
        action="store_true",
        help="simulate without training; tests marked 'training' are skipped",
    )
    group.addoption(
        "--simulator-only",
        action="store_true",
        help="skip tests that do not use the fixture Simulator",
    )
    group.addoption(
        "--performance",
        action="store_true",
        help="also run tests marked 'performance'",
    )


def _positive(text):
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def pytest_configure(config):
    """Declare the markers, and choose whose fixture Simulator it is."""
    for name, text in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {text}")
    if is_chosen(config):
        # registered last, it goes before a fixture of this name that pytest-nengo has
        config.pluginmanager.register(_simulator_plugin(), "nengo_dl-simulator")


def _simulator_plugin():
    @pytest.fixture(scope="session")
    def Simulator(request):
        """Subclass of nengo_dl.Simulator that follows the options."""
        from nengo_dl.tests import make_test_sim

        return make_test_sim(request)

    plugin = types.ModuleType("nengo_dl-simulator")
    plugin.Simulator = Simulator
    return plugin


def pytest_report_header(config):
    """Say which simulator the fixture gives."""
    if is_chosen(config):
        return "fixture Simulator: nengo_dl.Simulator"
    return (
        "fixture Simulator: that of pytest-nengo; 'nengo_simloader ="
        " nengo_dl.tests.make_test_sim' in the ini file, or an option such as --dtype,"
        " makes it nengo_dl.Simulator"
    )


def is_chosen(config):
    """
    Say whether the fixture Simulator is that of nengo_dl.

    Parameters
    ----------
    config : Config
        Configuration of pytest.

    Returns
    -------
    bool
        True where pytest-nengo is absent, or where an option of this plug-in is given
        and no file names a simulator for pytest-nengo other than its default.
    """
    if not any(map(config.pluginmanager.hasplugin, PYTEST_NENGO)):
        return True
    return not _is_named(config.getini) and any(map(config.getoption, CHOOSING))


def _is_named(getini):
    # pytest-nengo has declared both, and the second one has no default
    try:
        named = getini("nengo_simulator") != DEFAULT_SIMULATOR
        return named or bool(getini("nengo_simloader"))
    except ValueError:  # another plug-in of that name
        return False


def pytest_collection_modifyitems(config, items):
    """Skip what the options and the machine leave out."""
    for item in items:
        reason = _reason_to_skip(config.getoption, item)
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def _reason_to_skip(option, item):
    if option("--simulator-only") and "Simulator" not in item.fixturenames:
        return "does not use the fixture Simulator"
    if option("--inference-only") and item.get_closest_marker("training"):
        return "trains, and --inference-only is given"
    if not option("--performance") and item.get_closest_marker("performance"):
        return "measures speed, and --performance is not given"
    if item.get_closest_marker("gpu") and not _gpu_available():
        return "needs a GPU, and TensorFlow finds none"
    return None


def _gpu_available():
    from nengo_dl.compat.tensorflow import gpu_available

    return gpu_available()


@pytest.fixture
def sess():
    """TensorFlow session in a fresh graph; both are the defaults during the test."""
    from nengo_dl.compat.tensorflow import v1

    with v1.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        yield session
