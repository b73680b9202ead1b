# SPDX-License-Identifier: MIT
"""The package `recipes` beside this file, as a fixture."""

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def recipes():
    """Random networks; a fixture, as test folders are not importable."""
    name, folder = "random_network_recipes", Path(__file__).with_name("recipes")
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            name, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]
