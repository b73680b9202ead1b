# SPDX-License-Identifier: MIT
"""How many arguments a function needs."""

import functools

import pytest
from nengo_dl.utils import count_arguments


def one(x):
    """Need one argument."""


def two(x, y):
    """Need two arguments."""


def defaulted(x, y=1, *, z=2):
    """Need one of three."""


def any_number(*args, **kwargs):
    """Take anything."""


class Object:
    """Something to call."""

    def __call__(self, x, y):
        """Need two arguments."""

    def method(self, x):
        """Need one argument."""

    @classmethod
    def of_class(cls, x):
        """Need one argument."""

    @staticmethod
    def static(x, y):
        """Need two arguments."""


@pytest.mark.parametrize(
    "function, number",
    [
        (lambda: 0, 0),
        (one, 1),
        (two, 2),
        (defaulted, 1),
        (any_number, 0),
        (Object(), 2),
        (Object().method, 1),
        (Object.method, 2),
        (Object.of_class, 1),
        (Object.static, 2),
        (functools.partial(two, 1), 1),
        (functools.partial(two, y=1), 1),
        (functools.partial(two, 1, 2), 0),
        (functools.partial(Object(), 1), 1),
        (functools.wraps(two)(lambda *args: two(*args)), 2),
    ],
)
def test_arguments_without_default_count(function, number):
    """Neither `self`, nor what a partial gives, nor what has a default is counted."""
    assert count_arguments(function) == number


def test_what_python_does_not_know():
    """Functions in C without a signature have no number."""
    assert count_arguments(max) is None
