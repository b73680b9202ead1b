# SPDX-License-Identifier: MIT
"""
Run tests of Nengo models on this simulator.

The pytest plug-in is the module ``pytest_nengo_dl``, so that pytest starts without
TensorFlow. This module needs no pytest.
"""

import inspect
import warnings

import nengo

from nengo_dl.config import get_setting
from nengo_dl.simulator import Simulator

__all__ = ["make_test_sim"]


def make_test_sim(request):
    """
    Make a simulator class that follows the command line of pytest.

    Name it as ``nengo_simloader`` in the configuration file of pytest to run the tests of
    pytest-nengo, or those of Nengo itself, on this simulator.

    Parameters
    ----------
    request : FixtureRequest
        Request of a pytest fixture; its configuration has the options.

    Returns
    -------
    type
        Subclass of `Simulator`. What a test does not choose itself, as an argument or
        with `configure_settings`, comes from the options ``--dtype``,
        ``--unroll-simulation`` and ``--device``; progress bars are off.
    """
    option = request.config.getoption
    defaults = {
        "unroll_simulation": option("--unroll-simulation") or 1,
        "device": option("--device"),
        "progress_bar": False,
    }
    return _subclass(defaults, option("--dtype"))


def _subclass(defaults, dtype):
    signature = inspect.signature(Simulator)

    class SimulatorUnderTest(Simulator):
        __doc__ = Simulator.__doc__
        unsupported = ()  # read by nengo 2.8's own tests

        def __init__(self, *args, **kwargs):
            arguments = signature.bind(*args, **kwargs).arguments
            for name, value in defaults.items():
                arguments.setdefault(name, value)
            with warnings.catch_warnings():
                if _leaves_open("dtype", arguments):
                    arguments["dtype"] = dtype
                    # the argument is deprecated, but it alone leaves the network as it is
                    warnings.filterwarnings(
                        "ignore", "The dtype argument is deprecated"
                    )
                super().__init__(**arguments)

        def run_steps(self, *args, **kwargs):
            kwargs.setdefault("progress_bar", False)
            super().run_steps(*args, **kwargs)

    return SimulatorUnderTest


def _leaves_open(setting, arguments):
    """Whether neither an argument nor the network's configuration has the setting."""
    network, model = arguments.get("network"), arguments.get("model")
    owner = model if network is None else network
    configured = None
    if isinstance(owner, (nengo.Network, nengo.builder.Model)):
        configured = get_setting(owner, setting)
    return arguments.get(setting) is None and configured is None
