# SPDX-License-Identifier: MIT
"""Which epoch of a training was the best."""

from types import SimpleNamespace

import nengo
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nengo.exceptions import ValidationError
from nengodl_train.monitor import Monitor

VALUES = st.floats(allow_nan=True, allow_infinity=True, width=32)


class Owner:
    """What has a monitor."""


@pytest.fixture(scope="module")
def probes():
    """Two probes."""
    with nengo.Network():
        node = nengo.Node([0.0])
        return [nengo.Probe(node, label=f"probe {i}") for i in range(2)]


def improvements(monitor, values, key="loss"):
    """Numbers of the epochs that were better than all before them."""
    return [
        epoch
        for epoch, value in enumerate(values, 1)
        if monitor.improved(SimpleNamespace(sim=None, epoch=epoch), {key: value})
    ]


@pytest.mark.parametrize(
    "mode, min_delta, baseline, values, expected",
    [
        ("min", 0, None, [3, 2, 2, 1, 4], [1, 2, 4]),
        ("max", 0, None, [3, 2, 2, 1, 4], [1, 5]),
        ("min", 1, None, [3, 2.5, 2, 1.9, 1], [1, 4]),
        ("max", 1, None, [3, 3.5, 4, 4.1, 5], [1, 4]),
        ("min", 0, 2, [3, 2, 1, 1.5], [3]),
        ("max", 0, 2, [1, 2, 3, 2.5], [3]),
        ("min", 0.5, 2, [1.75, 1.25, 1], [2]),
        ("min", 0, None, [np.nan, 3, np.nan, 2], [2, 4]),
        ("min", 0, None, [np.inf, 3, -np.inf, -np.inf], [2, 3]),
        ("max", 0, None, [-np.inf, 3, np.inf, np.inf], [2, 3]),
        ("min", 0, None, [np.nan, np.inf], []),
        ("min", 0, None, [-1e-320, -2e-320], [1, 2]),
    ],
)
def test_what_is_better(mode, min_delta, baseline, values, expected):
    """Only what is better by more than `min_delta` counts, and never NaN."""
    monitor = Monitor(Owner(), "loss", mode, min_delta, baseline)
    assert improvements(monitor, values) == expected
    best = (values[expected[-1] - 1], expected[-1]) if expected else (None, None)
    assert (monitor.best, monitor.best_epoch) == best


@given(values=st.lists(VALUES, max_size=20))
def test_best_is_the_first_extreme(values):
    """Without `min_delta` the best value is NumPy's, and its epoch the first of it."""
    usable = [value for value in values if not np.isnan(value)]
    for mode, extreme, worst in (("min", min, np.inf), ("max", max, -np.inf)):
        monitor = Monitor(Owner(), "loss", mode, 0)
        improvements(monitor, values)
        expected = extreme(usable, default=worst)
        if expected == worst:
            assert monitor.best is monitor.best_epoch is None
        else:
            assert monitor.best == expected
            assert monitor.best_epoch == values.index(expected) + 1


@given(values=st.lists(VALUES, max_size=20))
def test_modes_mirror_one_another(values):
    """The greatest of some values is found when the smallest of their negatives is."""
    low, high = (Monitor(Owner(), "loss", mode, 0.5) for mode in ("min", "max"))
    assert improvements(low, values) == improvements(high, [-v for v in values])


def test_restart():
    """After a restart any value is an improvement again."""
    monitor = Monitor(Owner(), "loss", "min", 0)
    assert improvements(monitor, [1, 2]) == [1]
    monitor.restart()
    assert monitor.best is monitor.best_epoch is None
    assert improvements(monitor, [2]) == [1]


def test_keys_of_losses(probes):
    """Keys are "loss", probes and tuples of probes."""
    for key in ("loss", probes[0], tuple(probes)):
        monitor = Monitor(Owner(), key, "min", 0)
        assert improvements(monitor, [2, 3, np.float32(1)], key) == [1, 3]
        assert type(monitor.best) is float
        assert str(monitor) == repr(key)


def test_functions_of_the_simulator():
    """A function gets the simulator, and any kind of number will do."""
    sim, values = object(), iter([np.float32(3), 2, np.array(1.0), np.array(4)])
    seen = []

    def accuracy(sim):
        seen.append(sim)
        return next(values)

    monitor = Monitor(Owner(), accuracy, "min", 0)
    training = SimpleNamespace(sim=sim, epoch=1)
    found = [monitor.improved(training, {"loss": 0.0}) for _ in range(4)]
    assert found == [True, True, True, False]
    assert seen == [sim] * 4
    assert monitor.best == 1 and type(monitor.best) is float
    assert str(monitor) == "accuracy"


@pytest.mark.parametrize("value", [None, "1", [1.0], np.zeros(1), {}, 1j, True])
def test_functions_that_return_no_number(value):
    """The error has the name of the function and what it returned."""

    def accuracy(sim):
        return value

    monitor = Monitor(Owner(), accuracy, "min", 0)
    with pytest.raises(ValidationError, match="Owner.monitor") as error:
        monitor.improved(SimpleNamespace(sim=None, epoch=1), {})
    assert error.value.attr == "monitor"
    expected = f"function accuracy must return a number, but returned {value!r}"
    assert expected in str(error.value)


def test_losses_that_do_not_exist(probes):
    """The error has the key, and those that there are."""
    losses = {"loss": 1.0, probes[0]: 1.0}
    for key in ("lost", probes[1], tuple(probes)):
        monitor = Monitor(Owner(), key, "min", 0)
        with pytest.raises(ValidationError, match="Owner.monitor") as error:
            monitor.improved(SimpleNamespace(sim=None, epoch=1), losses)
        assert error.value.attr == "monitor"
        assert f"but is {key!r}" in str(error.value)
        assert f"losses ('loss', {probes[0]!r})" in str(error.value)


@pytest.mark.parametrize(
    "attr, value",
    [
        ("monitor", None),
        ("monitor", 1),
        ("monitor", ("loss", "other")),
        ("monitor", ["loss"]),
        ("mode", "least"),
        ("mode", None),
        ("mode", ["min"]),
        ("min_delta", -0.1),
        ("min_delta", np.inf),
        ("min_delta", np.nan),
        ("min_delta", "0"),
        ("min_delta", True),
        ("baseline", np.nan),
        ("baseline", "1"),
    ],
)
def test_bad_arguments(attr, value):
    """The error has the name of the argument and its value."""
    arguments = {"monitor": "loss", "mode": "min", "min_delta": 0, "baseline": None}
    with pytest.raises(ValidationError) as error:
        Monitor(Owner(), **dict(arguments, **{attr: value}))
    assert error.value.attr == attr
    assert f"Owner.{attr}: must be" in str(error.value)
    assert f"but is {value!r}" in str(error.value)
