# SPDX-License-Identifier: MIT
"""The experiment trains with rates and tests with spikes."""

import pytest
from nengodl_benchmarks.errors import InvalidOption
from nengodl_benchmarks.experiments.mnist import run_mnist
from nengodl_benchmarks.experiments.mnist.experiment import MnistResult, reported
from nengodl_benchmarks.experiments.mnist.train import has_keras_3


def test_network_learns_and_spikes_follow(digits, make_stack):
    """After training, rates and spikes tell upright from lying bars."""
    lines = []
    # RMSProp of TensorFlow 1 starts as if gradients had been large, so with small steps
    epochs, rate = (15, 0.01) if has_keras_3() else (40, 0.02)
    found = run_mnist(
        digits,
        epochs,
        10,
        40,
        learning_rate=rate,
        stack=make_stack(),
        say=lines.append,
    )
    assert found.losses[-1] < found.losses[0] / 2
    assert len(found.losses) == found.n_epochs == epochs
    assert found.untrained_accuracy < 0.9
    assert found.rate_accuracy > 0.9
    assert len(found.spiking_accuracies) == 40
    assert found.spiking_accuracies[-1] > 0.8
    assert (found.n_train, found.n_test, found.minibatch_size) == (40, 20, 10)
    assert found.train_seconds > 0
    assert f"Rates, after training:  {100 * found.rate_accuracy:.2f} %" in lines
    last = 100 * found.spiking_accuracies[-1]
    assert lines[-1] == f"Spikes,  40 ms:         {last:.2f} %"


def test_loss_by_spikes_is_in_percentage_points():
    """What counts is the last step."""
    found = MnistResult(7, 8, 2, 4, (1.0, 0.5), 1.5, 0.1, 0.99, (0.1, 0.9, 0.98))
    assert found.lost == pytest.approx(1)
    assert "98.00 % by spikes after 3 ms, 1.00 points less" in found.summary()
    assert "99.00 % by rates" in found.summary()


@pytest.mark.parametrize(
    "numbers, message",
    [
        ((0, 10, 10), "epochs must be"),
        ((1, 0, 10), "minibatch_size must be"),
        ((1, 10, 0), "steps must be"),
        ((1, 21, 10), "40 to train and 20 to test; got 21"),
    ],
)
def test_numbers_are_checked_first(digits, numbers, message):
    """A mistake costs no time."""
    with pytest.raises(InvalidOption, match=message):
        run_mnist(digits, *numbers)


def test_the_last_step_is_always_reported():
    """Every fifth step is told, and the last one once."""
    assert reported(12) == [5, 10, 12]
    assert reported(10) == [5, 10]
    assert reported(1) == [1]
