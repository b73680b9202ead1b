# SPDX-License-Identifier: MIT
"""The description of machine and versions."""

import platform

import nengo
import numpy as np
from nengodl_benchmarks.measure import describe_machine, describe_versions


def test_versions_are_those_that_run():
    """Python, nengo and NumPy tell the versions of this process."""
    versions = describe_versions()
    assert versions["python"] == platform.python_version()
    assert versions["nengo"] == nengo.__version__
    assert versions["numpy"] == np.__version__
    assert set(versions) == {"python", "nengo", "numpy", "tensorflow", "nengo_dl"}


def test_machine_has_processor_and_cores():
    """The processor has a name, and this process may use at least one of its cores."""
    machine = describe_machine()
    assert machine["cpu"]
    assert 1 <= machine["usable_cores"] <= machine["logical_cores"]
