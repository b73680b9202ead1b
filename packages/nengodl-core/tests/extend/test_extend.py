# SPDX-License-Identifier: MIT
"""The side door for authors of rules."""

import doctest

import pytest
from nengo_dl import extend
from nengo_dl.extend import conformance
from nengo_dl.lower import registry


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    """Rules registered in a test are gone after it."""
    monkeypatch.setattr(registry, "RULES", dict(registry.RULES))


@pytest.mark.parametrize("module", [extend, conformance], ids=lambda m: m.__name__)
def test_examples_run(module):
    """The examples in the docstrings do what they show."""
    failed, attempted = doctest.testmod(module)
    assert attempted > 0 and failed == 0


def test_public_names():
    """Everything that is announced is there, and documented."""
    for name in extend.__all__:
        assert getattr(extend, name).__doc__


def test_lowered_types_are_sorted_names():
    """The list holds the operators that every model needs, in alphabetical order."""
    names = extend.lowered_types()
    assert names == sorted(names)
    needed = {"Copy", "DotInc", "ElementwiseInc", "Reset", "SimNeurons", "TimeUpdate"}
    assert needed <= set(names)
