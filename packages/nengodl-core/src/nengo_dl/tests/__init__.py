# SPDX-License-Identifier: MIT
"""
Run tests of Nengo models on this simulator.

The pytest plug-in is the module ``pytest_nengo_dl``, so that pytest starts without
TensorFlow. This module needs no pytest.
"""

import inspect

from nengo_dl.simulator import Simulator
from nengo_dl.types import Settings

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
        ``--unroll-simulation``, ``--device`` and ``--inference-only``; progress bars are
        off.
    """
    option = request.config.getoption
    settings = Settings(
        dtype=option("--dtype") or "float32",
        inference_only=bool(option("--inference-only")),
    )
    arguments = {
        "unroll_simulation": option("--unroll-simulation") or 1,
        "device": option("--device"),
        "progress_bar": False,
    }
    return _subclass(settings, arguments)


def _subclass(settings, defaults):
    signature = inspect.signature(Simulator)

    class SimulatorUnderTest(Simulator):
        __doc__ = Simulator.__doc__
        _defaults = settings
        unsupported = ()  # read by nengo 2.8's own tests

        def __init__(self, *args, **kwargs):
            given = signature.bind(*args, **kwargs).arguments
            super().__init__(**{**defaults, **given})

        def run_steps(self, *args, **kwargs):
            kwargs.setdefault("progress_bar", False)
            super().run_steps(*args, **kwargs)

    return SimulatorUnderTest
