# SPDX-License-Identifier: MIT
"""Both train from equal weights with equal minibatches, and are timed in turns."""

import nengodl_benchmarks.experiments.mnist.compare as compare
import numpy as np
import pytest
from nengodl_benchmarks.errors import InvalidOption
from nengodl_benchmarks.experiments.mnist.train import has_keras_3

needs_keras_3 = pytest.mark.skipif(
    not has_keras_3(), reason="compares with Keras 3 only"
)


@pytest.fixture(name="times", scope="module")
def fixture_times(digits, make_stack):
    """A comparison of tiny networks."""
    return compare.compare_training(
        digits, minibatch_size=10, minibatches=3, rounds=2, stack=make_stack()
    )


@needs_keras_3
def test_both_learn_the_same(times):
    """The mean loss of the first three updates is equal, up to rounding."""
    assert times.keras_loss == pytest.approx(times.ours_loss, rel=1e-3)
    assert times.keras_loss > 0.1


@needs_keras_3
def test_numbers_are_of_a_single_step(times):
    """Medians and ratio follow from the rounds."""
    assert times.minibatch_size, times.minibatches == (10, 3)
    assert len(times.keras_rounds_ms) == len(times.ours_rounds_ms) == 2
    assert times.keras_ms == pytest.approx(np.mean(times.keras_rounds_ms))
    assert times.ours_ms == pytest.approx(np.mean(times.ours_rounds_ms))
    ratios = np.divide(times.ours_rounds_ms, times.keras_rounds_ms)
    assert times.ratio == pytest.approx(ratios.mean())
    assert times.ratio_low <= times.ratio <= times.ratio_high


@needs_keras_3
def test_summary_tells_both_times(times):
    """Times, ratio and how Keras compiles are in the text."""
    text = times.summary()
    assert f"{times.keras_ms:.0f} ms" in text
    assert f"{times.ours_ms:.0f} ms" in text
    assert f"{times.ratio:.2f} times" in text
    assert ("with XLA" if times.keras_compiled else "without XLA") in text


@needs_keras_3
def test_too_few_images_are_refused(digits):
    """The message says how many there have to be."""
    with pytest.raises(InvalidOption, match="needs 100 images.*there are 40"):
        compare.compare_training(digits, minibatch_size=10, minibatches=10)


def test_older_keras_is_refused(digits, monkeypatch):
    """Without the same optimizer on both sides there is no comparison."""
    monkeypatch.setattr(compare, "has_keras_3", lambda: False)
    with pytest.raises(InvalidOption, match="needs Keras 3"):
        compare.compare_training(digits, minibatch_size=10, minibatches=1)
