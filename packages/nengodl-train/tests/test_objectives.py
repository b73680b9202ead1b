# SPDX-License-Identifier: MIT
"""The mean squared error."""

import nengo
import nengo_dl
import nengodl_train.objectives
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from nengo.exceptions import ValidationError
from nengodl_train.objectives import Regularize, mse
from nengodl_train.regularize import Regularize as defined_there

DTYPES = ["float32", "float64"]


def random_pair(shape, missing, seed, dtype="float64"):
    """Outputs and targets, of which some are missing."""
    rng = np.random.RandomState(seed)
    outputs, targets = rng.normal(size=(2,) + shape).astype(dtype)
    ignored = rng.uniform(size=shape) < missing
    return outputs, np.where(ignored, np.nan, targets).astype(dtype)


def reference(outputs, targets):
    """The value and its gradient, in NumPy."""
    errors = np.where(np.isnan(targets), 0, targets - outputs)
    return np.mean(errors**2), -2 * errors / errors.size


def test_names():
    """Both objectives are found where users look for them (history 21, 27 and 29)."""
    assert nengo_dl.obj is nengo_dl.objectives is nengodl_train.objectives
    assert nengodl_train.objectives.__all__ == ["Regularize", "mse"]
    assert Regularize is defined_there
    assert not hasattr(nengo_dl.utils, "mse")


def test_argument_counts():
    """The mean squared error needs targets, and regularization none (history 32)."""
    assert nengo_dl.utils.count_arguments(mse) == 2
    assert nengo_dl.utils.count_arguments(Regularize()) == 1


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("missing", [0, 0.4, 1])
def test_same_as_numpy(value_and_gradient, xla, dtype, missing):
    """Value and gradient are those of the formula, with missing targets, too."""
    arrays = random_pair((3, 4, 5), missing, 0, dtype)
    value, gradient = value_and_gradient(mse, *arrays, xla=xla)
    expected, slope = reference(*arrays)
    assert value.dtype == gradient.dtype == dtype
    assert value.shape == ()
    tolerance = 8 * np.finfo(dtype).eps
    np.testing.assert_allclose(value, expected, rtol=tolerance)
    np.testing.assert_allclose(gradient, slope, rtol=tolerance)


@settings(max_examples=25, deadline=None)
@given(
    shape=st.tuples(*[st.integers(1, 4)] * 3),
    missing=st.sampled_from([0, 0.5, 1]),
    seed=st.integers(0, 2**31),
)
def test_any_shape(value_and_gradient, shape, missing, seed):
    """Value and gradient are those of the formula for any numbers of items and steps."""
    arrays = random_pair(shape, missing, seed)
    value, gradient = value_and_gradient(mse, *arrays)
    expected, slope = reference(*arrays)
    np.testing.assert_allclose(value, expected, rtol=1e-13)
    np.testing.assert_allclose(gradient, slope, rtol=1e-13)


def test_missing_targets_count_in_the_mean(value_and_gradient, xla):
    """With half of the targets missing and errors of 1 elsewhere it is 0.5."""
    outputs = np.zeros((2, 3, 4))
    targets = np.where(np.arange(4) % 2, np.nan, 1.0) + outputs
    assert value_and_gradient(mse, outputs, targets, xla=xla)[0] == 0.5


@pytest.mark.parametrize("output", [0.0, 1e300, np.inf, -np.inf, np.nan])
def test_missing_targets_have_no_gradient(value_and_gradient, xla, output):
    """Where the target is missing the gradient is 0, even if the output is no number."""
    outputs = np.array([[[output, 3.0]]])
    targets = np.array([[[np.nan, 1.0]]])
    value, gradient = value_and_gradient(mse, outputs, targets, xla=xla)
    assert value == 2.0
    np.testing.assert_array_equal(gradient, [[[0.0, 2.0]]])


def test_gradient_of_targets(value_and_gradient, xla):
    """Targets that are computed have a gradient, which is 0 where they are missing."""
    outputs, targets = random_pair((2, 3, 4), 0.5, 1)
    gradient = value_and_gradient(
        lambda targets, outputs: mse(outputs, targets), targets, outputs, xla=xla
    )[1]
    expected = -reference(outputs, targets)[1]
    np.testing.assert_allclose(gradient, expected, rtol=1e-13)


def test_nan_outputs_are_not_hidden(value_and_gradient, xla):
    """An output that is NaN makes the value NaN where there is a target."""
    outputs, targets = random_pair((2, 3, 4), 0, 2)
    outputs[1, 2, 3] = np.nan
    assert np.isnan(value_and_gradient(mse, outputs, targets, xla=xla)[0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (4,), (3, 1), (2, 1, 1)])
def test_targets_are_broadcast(value_and_gradient, xla, dtype, shape):
    """Arrays that can be broadcast to the outputs will do, and take their dtype."""
    outputs = random_pair((2, 3, 4), 0, 3, dtype)[0]
    for targets in random_pair(shape, 0, 4), random_pair(shape, 1, 5):
        fixed = np.broadcast_to(targets[1], outputs.shape)
        expected, slope = reference(outputs, fixed)
        value, gradient = value_and_gradient(
            lambda outputs, targets=targets[1]: mse(outputs, targets), outputs, xla=xla
        )
        np.testing.assert_allclose(value, expected, rtol=1e-6)
        np.testing.assert_allclose(gradient, slope, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    "outputs, targets",
    [
        ((2, 3, 4), (2, 3, 5)),
        ((2, 3, 1), (2, 3)),
        ((2, 3, 1), (2, 3, 4)),
        ((3, 4), (2, 3, 4)),
    ],
)
def test_shapes_that_do_not_fit(outputs, targets):
    """Outputs are never broadcast: the error has both shapes."""
    with tf.Graph().as_default(), pytest.raises(ValidationError) as error:
        mse(tf.zeros(outputs), tf.zeros(targets))
    assert error.value.attr == "targets"
    for shape in outputs, targets:
        assert ", ".join(map(str, shape)) in str(error.value)


def test_unknown_sizes(value_and_gradient):
    """The number of items and steps may be open until the graph is run."""
    outputs, targets = random_pair((2, 3, 4), 0.5, 6)

    def open_sizes(*tensors):
        shape = (None, None, 4)
        return mse(*[tf.compat.v1.placeholder_with_default(t, shape) for t in tensors])

    value = value_and_gradient(open_sizes, outputs, targets)[0]
    np.testing.assert_allclose(value, reference(outputs, targets)[0], rtol=1e-13)


def test_on_a_probe():
    """Evaluated over a data set it is NumPy's mean of squares of what a probe records."""
    with nengo.Network() as net:
        nengo_dl.configure_settings(dtype="float64")
        source = nengo.Node([0.5, -1.0])
        probe = nengo.Probe(source)
    outputs, targets = random_pair((4, 5, 2), 0.3, 7)
    with nengo_dl.Simulator(
        net, minibatch_size=2, device="/cpu:0", progress_bar=False
    ) as sim:
        found = sim.run_batch(
            {source: outputs, probe: targets},
            outputs={probe: mse},
            combine=np.mean,
        )
    expected = reference(outputs, targets)[0]
    np.testing.assert_allclose(found[probe], expected, rtol=1e-13)
